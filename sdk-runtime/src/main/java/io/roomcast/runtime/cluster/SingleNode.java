package io.roomcast.runtime.cluster;

import io.roomcast.Acks;
import io.roomcast.HistoryPosition;
import io.roomcast.Message;
import io.roomcast.Receipt;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.room.Addressing;
import io.roomcast.runtime.room.LoggedPage;
import io.roomcast.runtime.room.Published;
import io.roomcast.runtime.room.Receipts;
import io.roomcast.runtime.room.Uplink;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A cluster of one without a bridge: there is nobody to tell. A node whose rooms keep a history has a bridge of its own for it. */
public final class SingleNode implements Uplink {

    private static final CompletionStage<Void> SUBSCRIBED = CompletableFuture.completedFuture(null);

    @Override
    public Published publish(String room, Message message, Addressing addressing) {
        return Published.NOWHERE;
    }

    @Override
    public Map<String, CompletableFuture<Acks>> ask(
            String room, Message message, Addressing addressing, int timeoutMillis) {
        return Map.of();
    }

    @Override
    public void disconnected() {}

    @Override
    public Receipt tellNodes(String room, @Nullable String nodeId, Message message) {
        return Receipts.DONE;
    }

    @Override
    public CompletionStage<Void> subscribe(String room) {
        return SUBSCRIBED;
    }

    @Override
    public CompletionStage<Appended> append(
            String room, Retention retention, @Nullable String messageId, Message message, Addressing addressing) {
        return CompletableFuture.failedStage(noHistory());
    }

    @Override
    public CompletionStage<HistoryPosition> subscribeHistory(String room, Retention retention) {
        return CompletableFuture.failedStage(noHistory());
    }

    @Override
    public CompletionStage<LoggedPage> readHistory(String room, Retention retention, long after, int limit) {
        return CompletableFuture.failedStage(noHistory());
    }

    private static RoomcastException noHistory() {
        return new RoomcastException("history is kept by a bridge, and this node has none");
    }

    @Override
    public void unsubscribe(String room) {}
}
