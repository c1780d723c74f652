package io.roomcast.runtime.room;

import io.roomcast.Message;
import io.roomcast.runtime.outbound.HandOver;
import org.jspecify.annotations.Nullable;

/** A broadcast that nobody answers. */
final class BroadcastDelivery implements Delivery {

    private final Rooms rooms;
    private final LocalRoom room;
    private final Message message;
    private final Addressing addressing;

    BroadcastDelivery(Rooms rooms, LocalRoom room, Message message, Addressing addressing) {
        this.rooms = rooms;
        this.room = room;
        this.message = message;
        this.addressing = addressing;
    }

    @Override
    public @Nullable HandOver share() {
        return room.audience().handOver(message, addressing);
    }

    @Override
    public Published publish() {
        return rooms.uplink().publish(room.name(), message, addressing);
    }

    @Override
    public void send(@Nullable Stamp stamp, HandOver handOver) {
        room.audience().send(message, addressing, stamp, handOver);
    }
}
