package io.roomcast.testkit.bridge;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;

/**
 * A listener that tells the one behind it what it is told. Extend it to change, count or hold up some of that; a {@link ForwardingBridge} hands it to its bridge when it is started. Holds nothing, and is called on
 * whatever thread the bridge calls.
 */
public class ForwardingBridgeListener implements BridgeListener {

    protected final BridgeListener behind;

    public ForwardingBridgeListener(BridgeListener behind) {
        this.behind = behind;
    }

    @Override
    public void onEnvelope(String room, byte[] envelope) {
        behind.onEnvelope(room, envelope);
    }

    @Override
    public void onAppended(String room, HistoryPosition position, byte[] envelope) {
        behind.onAppended(room, position, envelope);
    }

    @Override
    public void onHistoryLost(String room, HistoryPosition resumesAfter) {
        behind.onHistoryLost(room, resumesAfter);
    }

    @Override
    public void onNodeJoined(String nodeId) {
        behind.onNodeJoined(nodeId);
    }

    @Override
    public void onNodeLost(String nodeId) {
        behind.onNodeLost(nodeId);
    }

    @Override
    public void onState(BridgeState state) {
        behind.onState(state);
    }
}
