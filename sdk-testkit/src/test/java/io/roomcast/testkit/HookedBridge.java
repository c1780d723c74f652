package io.roomcast.testkit;

import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.testkit.bridge.ForwardingBridge;
import java.util.List;
import java.util.function.UnaryOperator;

/** A bridge that does what its test says and else what the one behind it does, and at which the test can tell the node things itself. */
class HookedBridge extends ForwardingBridge {

    /** The node. */
    BridgeListener listener;

    HookedBridge(Bridge behind) {
        super(behind);
    }

    /** Puts one in front of each bridge, and keeps it for the test. */
    static UnaryOperator<Bridge> into(List<HookedBridge> bridges) {
        return behind -> {
            HookedBridge bridge = new HookedBridge(behind);
            bridges.add(bridge);
            return bridge;
        };
    }

    @Override
    public void start(String nodeId, BridgeListener told) {
        listener = told;
        super.start(nodeId, told);
    }
}
