package io.roomcast.testkit.virtual;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import io.roomcast.testkit.bridge.ForwardingBridge;
import io.roomcast.testkit.bridge.ForwardingBridgeListener;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One node's bridge to {@link ForgetfulHistories}; all else is the hub's matter. Belongs to the world's thread. */
final class ForgetfulBridge extends ForwardingBridge {

    private final ForgetfulHistories histories;
    /** The rooms whose histories the node is told. */
    private final Set<String> told = new HashSet<>();

    private @Nullable BridgeListener node;

    ForgetfulBridge(Bridge bridge, ForgetfulHistories histories) {
        super(bridge);
        this.histories = histories;
    }

    /** The history of a room is lost. */
    void lost(String room) {
        BridgeListener listener = node;
        if (listener != null && told.contains(room)) {
            listener.onHistoryLost(room, histories.begin(room));
        }
    }

    @Override
    public void start(String nodeId, BridgeListener listener) {
        node = listener;
        histories.add(this);
        super.start(nodeId, new Translating(listener));
    }

    /** Tells the node places as it knows them. */
    private final class Translating extends ForwardingBridgeListener {

        Translating(BridgeListener listener) {
            super(listener);
        }

        @Override
        public void onAppended(String room, HistoryPosition position, byte[] envelope) {
            HistoryPosition seen = histories.seen(room, position);
            if (seen != null) {
                super.onAppended(room, seen, envelope);
            }
        }

        @Override
        public void onHistoryLost(String room, HistoryPosition resumesAfter) {
            super.onHistoryLost(room, histories.begin(room, resumesAfter));
        }
    }

    @Override
    public CompletionStage<Appended> append(
            String room, Retention retention, @Nullable String messageId, byte[] envelope) {
        return super.append(room, retention, histories.messageId(room, messageId), envelope)
                .thenApply(done -> new Appended(histories.begin(room, done.position()), done.duplicate()));
    }

    @Override
    public CompletionStage<HistoryPosition> subscribeHistory(String room, Retention retention) {
        return super.subscribeHistory(room, retention).thenApply(position -> {
            told.add(room);
            return histories.begin(room, position);
        });
    }

    @Override
    public CompletionStage<HistorySlice> readHistory(String room, Retention retention, long after, int limit) {
        return super.readHistory(room, retention, histories.offset(room, after), limit)
                .thenApply(slice -> histories.seen(room, slice));
    }

    @Override
    public void unsubscribe(String room) {
        told.remove(room);
        super.unsubscribe(room);
    }

    @Override
    public void close() {
        histories.remove(this);
        super.close();
    }
}
