package io.roomcast.testkit.virtual;

import java.util.HashMap;
import java.util.Map;

/**
 * What a node must make of the numbers of the envelopes that reach it, as {@code docs/bridge.md} says: which is a double or too late, and how many are missing before
 * it. Belongs to one thread.
 */
final class LaneModel {

    /** The envelope is to be ignored. */
    static final long IGNORE = -1;

    private final Map<String, Map<Lane, long[]>> rooms = new HashMap<>();

    private record Lane(String origin, boolean direct) {}

    void open(String room) {
        rooms.putIfAbsent(room, new HashMap<>());
    }

    void close(String room) {
        rooms.remove(room);
    }

    void forget(String origin) {
        for (Map<Lane, long[]> lanes : rooms.values()) {
            lanes.remove(new Lane(origin, true));
            lanes.remove(new Lane(origin, false));
        }
    }

    /** Returns how many are missing before this one, or {@link #IGNORE}. */
    long arrived(String room, String origin, boolean direct, long lane, long sequence) {
        Map<Lane, long[]> lanes = rooms.get(room);
        if (lanes == null) {
            return IGNORE;
        }
        long[] position = lanes.computeIfAbsent(new Lane(origin, direct), key -> new long[2]);
        if (position[0] != lane) {
            position[0] = lane;
            position[1] = sequence;
            return 0;
        }
        if (sequence <= position[1]) {
            return IGNORE;
        }
        long missing = sequence - position[1] - 1;
        position[1] = sequence;
        return missing;
    }
}
