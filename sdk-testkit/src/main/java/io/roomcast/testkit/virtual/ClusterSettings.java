package io.roomcast.testkit.virtual;

import io.roomcast.Limits;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What the nodes of a virtual cluster are.
 *
 * @param loops how many loops each has
 * @param networkBytes what the network takes of what a node sends to one client before the client reads
 */
record ClusterSettings(int nodes, int loops, Limits limits, int networkBytes, Fidelity fidelity, List<Rooms> rooms) {

    ClusterSettings {
        rooms = List.copyOf(rooms);
    }

    /** Returns whether any room has a history. */
    boolean keepsHistory() {
        return rooms.stream().anyMatch(room -> room.options().history().isPresent());
    }

    /** A kind of room. @param handlers makes the handler of a node, from 1 */
    record Rooms(String pattern, RoomOptions options, IntFunction<RoomHandler> handlers) {}
}
