package io.roomcast.testkit;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;

/** A listener that does what its test says and else passes on what it is told. */
class ForwardingListener implements BridgeListener {
    private final BridgeListener behind;

    ForwardingListener(BridgeListener behind) {
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
