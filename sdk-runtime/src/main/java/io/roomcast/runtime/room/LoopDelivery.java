package io.roomcast.runtime.room;

import io.roomcast.Message;
import io.roomcast.runtime.outbound.HandOver;
import io.roomcast.runtime.session.Session;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A broadcast on its way to a room's members on one loop. */
final class LoopDelivery implements Runnable {

    private final Audience audience;
    private final LoopMembers there;
    private final LoopMembers.Offer offer;
    private final Message message;
    private final @Nullable Stamp stamp;
    private final @Nullable Session skip;
    private final Set<String> skipIds;
    private final HandOver handOver;

    LoopDelivery(
            Audience audience,
            LoopMembers there,
            LoopMembers.Offer offer,
            Message message,
            @Nullable Stamp stamp,
            @Nullable Session skip,
            Set<String> skipIds,
            HandOver handOver) {
        this.audience = audience;
        this.there = there;
        this.offer = offer;
        this.message = message;
        this.stamp = stamp;
        this.skip = skip;
        this.skipIds = skipIds;
        this.handOver = handOver;
    }

    @Override
    public void run() {
        handOver.taken();
        audience.report(message, there.deliver(offer, stamp, message.size(), skip, skipIds));
    }
}
