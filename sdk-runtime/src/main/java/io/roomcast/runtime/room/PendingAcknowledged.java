package io.roomcast.runtime.room;

import io.roomcast.AcknowledgedBroadcast;
import io.roomcast.Acks;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** An acknowledged broadcast that was put together and not sent yet. Confined to the thread that does so. */
final class PendingAcknowledged implements AcknowledgedBroadcast {

    private final Supplier<CompletionStage<Acks>> sending;
    private boolean sent;

    PendingAcknowledged(Supplier<CompletionStage<Acks>> sending) {
        this.sending = sending;
    }

    @Override
    public CompletionStage<Acks> send() {
        if (sent) {
            throw new IllegalStateException("this broadcast was sent before, expected one send for each");
        }
        sent = true;
        return sending.get();
    }
}
