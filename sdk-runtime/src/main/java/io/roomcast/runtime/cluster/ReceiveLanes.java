package io.roomcast.runtime.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Follows the numbers of the envelopes that arrive and counts what is missing. Holds the rooms that this node is subscribed to
 * and, in each, a number for every node that sends to it. A bridge tells about one room one envelope at a time; the lock of a
 * room orders those with its coming and going.
 */
final class ReceiveLanes {

    /** What to do with an envelope when it is not to be delivered. */
    static final long IGNORE = -1;

    private final ConcurrentMap<String, RoomLanes> rooms = new ConcurrentHashMap<>();

    private record Key(String origin, boolean direct) {}

    private static final class RoomLanes {
        private final Map<Key, Position> positions = new HashMap<>(2);
    }

    private static final class Position {
        private long lane;
        private long sequence;
    }

    void open(String room) {
        rooms.putIfAbsent(room, new RoomLanes());
    }

    void close(String room) {
        rooms.remove(room);
    }

    boolean isOpen(String room) {
        return rooms.containsKey(room);
    }

    /**
     * Notes how far a lane has come that said nothing since.
     *
     * @return how many of its envelopes were lost at its end
     */
    long ended(String room, String origin, boolean direct, long lane, long sequence) {
        RoomLanes lanes = rooms.get(room);
        if (lanes == null) {
            return 0;
        }
        synchronized (lanes) {
            Position position = lanes.positions.get(new Key(origin, direct));
            if (position == null || position.lane != lane || sequence <= position.sequence) {
                // We have it all, or what there was may have been said before we listened.
                return 0;
            }
            long missed = sequence - position.sequence;
            position.sequence = sequence;
            return missed;
        }
    }

    /** Returns the rooms that are open. */
    Set<String> rooms() {
        return rooms.keySet();
    }

    void forget(String origin) {
        for (RoomLanes lanes : rooms.values()) {
            synchronized (lanes) {
                lanes.positions.remove(new Key(origin, true));
                lanes.positions.remove(new Key(origin, false));
            }
        }
    }

    /**
     * Notes the arrival of an envelope.
     *
     * @return how many of its lane before it were lost; {@link #IGNORE} if it is a double, or of a room that nobody here is in
     */
    long arrived(String room, String origin, boolean direct, long lane, long sequence) {
        RoomLanes lanes = rooms.get(room);
        if (lanes == null) {
            return IGNORE;
        }
        synchronized (lanes) {
            Position position = lanes.positions.computeIfAbsent(new Key(origin, direct), key -> new Position());
            if (position.lane != lane) {
                // The first we hear of this lane: what came before it was sent before we listened.
                position.lane = lane;
                position.sequence = sequence;
                return 0;
            }
            if (sequence <= position.sequence) {
                return IGNORE;
            }
            long missed = sequence - position.sequence - 1;
            position.sequence = sequence;
            return missed;
        }
    }
}
