package io.roomcast.testkit.bridge;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A bridge that does what the one behind it does. Extend it to change, count or hold up some of that: {@code TestCluster.builder().bridges(behind -> new ForwardingBridge(behind) {…})} puts it in front of each
 * node's bridge. Holds nothing, bounds nothing, and is as safe to use from several threads as what is behind it.
 */
public class ForwardingBridge implements Bridge {

    protected final Bridge behind;

    public ForwardingBridge(Bridge behind) {
        this.behind = behind;
    }

    @Override
    public void start(String nodeId, BridgeListener listener) {
        behind.start(nodeId, listener);
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
