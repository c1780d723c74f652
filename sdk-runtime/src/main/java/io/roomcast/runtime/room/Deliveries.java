package io.roomcast.runtime.room;

import io.roomcast.Acks;
import io.roomcast.BroadcastObserver;
import io.roomcast.Message;
import io.roomcast.RoomcastException;
import io.roomcast.runtime.outbound.HandOver;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How broadcasts get to a room's loops, those of this node and those of others: with the room's lock, in one step with publishing them or with the look at their numbers; by way of the
 * mailbox in a room whose handler sees all broadcasts. Has no state of its own: there are many rooms, and one of this on a node.
 */
final class Deliveries {

    private final Rooms rooms;

    Deliveries(Rooms rooms) {
        this.rooms = rooms;
    }

    /**
     * Delivers a broadcast to the peers of this node and gives it to the bridge. From any thread.
     *
     * @throws RoomcastException if the room is observed and its mailbox is full, or if the loops are too far behind; nobody gets
     *     the message, and it is not published
     */
    Published broadcast(LocalRoom room, Message message, Addressing addressing) {
        return deliver(room, message, addressing, new BroadcastDelivery(rooms, room, message, addressing));
    }

    /**
     * Delivers a broadcast that the peers of this node answer. From any thread.
     *
     * @return completes with the answers; exceptionally if an observed room finds, too late to throw, that the loops are too far
     *     behind
     * @throws RoomcastException as {@link #broadcast} does
     */
    CompletableFuture<Acks> ask(LocalRoom room, Message message, Addressing addressing, int id, int timeoutMillis) {
        AskDelivery delivery = new AskDelivery(room, message, addressing, id, timeoutMillis);
        deliver(room, message, addressing, delivery);
        return delivery.acks();
    }

    private Published deliver(LocalRoom room, Message message, Addressing addressing, Delivery delivery) {
        BroadcastObserver watching = room.observer();
        if (watching == null || addressing.only() != null) {
            HandOver handOver = delivery.share();
            if (handOver == null) {
                throw tooFarBehind(room);
            }
            room.order().lock();
            try {
                Published published = delivery.publish();
                send(room, published.stamp(), handOver, delivery);
                return published;
            } finally {
                room.order().unlock();
            }
        }
        if (room.mailbox().isFull()) {
            throw new RoomcastException("the mailbox of room " + room.name() + " is full, the broadcast was not made");
        }
        Published published;
        boolean toBeStarted;
        room.order().lock();
        try {
            published = delivery.publish();
            Stamp stamp = published.stamp();
            toBeStarted = room.mailbox().addQuietly(() -> observed(room, message, stamp, watching, delivery));
        } finally {
            room.order().unlock();
        }
        if (toBeStarted) {
            room.mailbox().start();
        }
        return published;
    }

    /** In the mailbox. */
    private void observed(
            LocalRoom room, Message message, @Nullable Stamp stamp, BroadcastObserver watching, Delivery delivery) {
        HandOver handOver = delivery.share();
        if (handOver == null) {
            // Too late to tell the caller; the peers are told, and the snapshot stays what they have seen.
            rooms.telemetry().broadcastRefused(room.name());
            room.announceGap(1);
            delivery.refused();
            return;
        }
        room.call("onBroadcast", (handler, view) -> watching.onBroadcast(view, message));
        room.inOrder(() -> send(room, stamp, handOver, delivery));
    }

    private static void send(LocalRoom room, @Nullable Stamp stamp, HandOver handOver, Delivery delivery) {
        if (stamp != null) {
            room.reached(stamp);
        }
        delivery.send(stamp, handOver);
    }

    static RoomcastException tooFarBehind(LocalRoom room) {
        return new RoomcastException("this node's peers wait for as many bytes as they may (outboundBytesPerNode),"
                + " the broadcast into room " + room.name() + " was not made");
    }

    // ---- from other nodes

    /**
     * Something came from another node that is no broadcast. If some before it are missing, the members are told. From any thread.
     *
     * @param direct whether it was sent to this node alone
     * @return false if it is to be ignored: it is a double, or nobody here listens
     */
    boolean passed(LocalRoom room, Stamp stamp, boolean direct) {
        long missed;
        room.order().lock();
        try {
            missed = room.missedBefore(stamp, direct);
            if (missed > 0) {
                room.announceGap(missed);
            }
        } finally {
            room.order().unlock();
        }
        return counted(room, stamp, missed);
    }

    /** Another node says how far its lane has come; if some are missing at its end, the members are told. From any thread. */
    void ended(LocalRoom room, Stamp stamp, boolean direct) {
        long missed;
        room.order().lock();
        try {
            missed = room.missedAtTheEnd(stamp, direct);
            if (missed > 0) {
                room.announceGap(missed);
            }
        } finally {
            room.order().unlock();
        }
        counted(room, stamp, missed);
    }

    private boolean counted(LocalRoom room, Stamp stamp, long missed) {
        if (missed > 0) {
            rooms.telemetry().gap(room.name(), stamp.origin(), missed);
        }
        return missed != Lanes.IGNORE;
    }

    /**
     * A broadcast of another node: the loops get it in one step with the look at its number, so whatever came before it is what the numbers say. If
     * it cannot be delivered, the members are told. From any thread.
     *
     * @return false if it is to be ignored
     */
    boolean arrived(LocalRoom room, Stamp stamp, boolean direct, Message message, Addressing addressing) {
        BroadcastObserver watching = addressing.only() == null ? room.observer() : null;
        boolean toBeStarted = false;
        boolean refused;
        long missed;
        room.order().lock();
        try {
            missed = room.missedBefore(stamp, direct);
            if (missed == Lanes.IGNORE) {
                return false;
            }
            if (missed > 0) {
                room.announceGap(missed);
            }
            if (watching == null) {
                HandOver handOver = room.audience().handOver(message, addressing);
                refused = handOver == null;
                if (handOver != null) {
                    room.audience().send(message, addressing, direct ? null : stamp, handOver);
                }
            } else {
                refused = room.mailbox().isFull();
                Delivery delivery = new BroadcastDelivery(rooms, room, message, addressing);
                Stamp known = direct ? null : stamp;
                toBeStarted =
                        !refused && room.mailbox().addQuietly(() -> observed(room, message, known, watching, delivery));
            }
            if (refused) {
                room.announceGap(1);
            }
        } finally {
            room.order().unlock();
        }
        if (toBeStarted) {
            room.mailbox().start();
        }
        counted(room, stamp, missed);
        if (refused) {
            counted(room, stamp, 1);
        }
        return true;
    }
}
