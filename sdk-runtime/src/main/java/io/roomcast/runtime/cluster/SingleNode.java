package io.roomcast.runtime.cluster;

import io.roomcast.Acks;
import io.roomcast.Message;
import io.roomcast.Receipt;
import io.roomcast.runtime.room.Addressing;
import io.roomcast.runtime.room.Published;
import io.roomcast.runtime.room.Receipts;
import io.roomcast.runtime.room.Uplink;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A cluster of one: there is nobody to tell. */
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
    public void unsubscribe(String room) {}
}
