package io.roomcast.runtime.room;

import io.roomcast.Acks;
import io.roomcast.Message;
import io.roomcast.runtime.outbound.HandOver;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A broadcast that the peers of this node answer. Other nodes are asked by themselves. */
final class AskDelivery implements Delivery {

    private final LocalRoom room;
    private final Message message;
    private final Addressing addressing;
    private final int id;
    private final int timeoutMillis;
    private final CompletableFuture<Acks> acks = new CompletableFuture<>();

    AskDelivery(LocalRoom room, Message message, Addressing addressing, int id, int timeoutMillis) {
        this.room = room;
        this.message = message;
        this.addressing = addressing;
        this.id = id;
        this.timeoutMillis = timeoutMillis;
    }

    CompletableFuture<Acks> acks() {
        return acks;
    }

    @Override
    public @Nullable HandOver share() {
        return room.audience().handOver(message);
    }

    @Override
    public Published publish() {
        return Published.NOWHERE;
    }

    @Override
    public void send(@Nullable Stamp stamp, HandOver handOver) {
        room.audience().ask(message, addressing, id, timeoutMillis, handOver).thenAccept(acks::complete);
    }

    @Override
    public void refused() {
        acks.completeExceptionally(Deliveries.tooFarBehind(room));
    }
}
