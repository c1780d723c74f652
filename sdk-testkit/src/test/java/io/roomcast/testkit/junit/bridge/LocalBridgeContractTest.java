package io.roomcast.testkit.junit.bridge;

import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.bridge.LocalHub;

class LocalBridgeContractTest extends BridgeContract {

    private final LocalHub hub = LocalHub.create();

    @Override
    protected Bridge newBridge() {
        return hub.bridge();
    }
}
