package io.roomcast.testkit;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A bridge that does what its test says and else what the one behind it does. */
class ForwardingBridge implements Bridge {
    final Bridge behind;
    BridgeListener listener;

    ForwardingBridge(Bridge behind) {
        this.behind = behind;
    }

    /** Puts one in front of each bridge, and keeps it for the test. */
    static UnaryOperator<Bridge> into(List<ForwardingBridge> bridges) {
        return behind -> {
            ForwardingBridge bridge = new ForwardingBridge(behind);
            bridges.add(bridge);
            return bridge;
        };
    }

    @Override
    public void start(String nodeId, BridgeListener told) {
        listener = told;
        behind.start(nodeId, told);
    }

    @Override
    public CompletionStage<Void> publish(String room, byte[] envelope) {
        return behind.publish(room, envelope);
    }

    @Override
    public CompletionStage<Void> send(String nodeId, String room, byte[] envelope) {
        return behind.send(nodeId, room, envelope);
    }

    @Override
    public CompletionStage<Void> subscribe(String room) {
        return behind.subscribe(room);
    }

    @Override
    public CompletionStage<Appended> append(
            String room, Retention retention, @Nullable String messageId, byte[] envelope) {
        return behind.append(room, retention, messageId, envelope);
    }

    @Override
    public CompletionStage<HistoryPosition> subscribeHistory(String room, Retention retention) {
        return behind.subscribeHistory(room, retention);
    }

    @Override
    public CompletionStage<HistorySlice> readHistory(String room, Retention retention, long after, int limit) {
        return behind.readHistory(room, retention, after, limit);
    }

    @Override
    public void unsubscribe(String room) {
        behind.unsubscribe(room);
    }

    @Override
    public Set<String> nodes() {
        return behind.nodes();
    }

    @Override
    public BridgeState state() {
        return behind.state();
    }

    @Override
    public void close() {
        behind.close();
    }
}
