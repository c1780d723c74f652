package io.roomcast.testkit;

import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Moved;
import io.roomcast.runtime.wire.proto.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client knows of its rooms: by which numbers the server speaks of them, what their routes stand for, what it was told when it joined. Guarded by its
 * {@link ClientSession}.
 */
final class RoomTable {

    /** What comes on a route. */
    record Meaning(String room, String event) {}

    private final String seed;
    private final Map<String, Integer> numbers = new HashMap<>();
    /** Those of rooms that it has left too: what is on its way may still name them. */
    private final Map<Integer, String> names = new HashMap<>();

    private final Map<Integer, Meaning> routes = new HashMap<>();
    private final Map<String, byte[]> snapshots = new HashMap<>();

    /** @param seed that of the cluster, for people */
    RoomTable(String seed) {
        this.seed = seed;
    }

    void joined(Joined joined) {
        name(joined.getRoom(), joined.getNumber(), joined.getRoutesList());
        snapshots.put(joined.getRoom(), joined.getSnapshot().toByteArray());
    }

    /** The room goes by other numbers, those of another node. */
    void moved(Moved moved) {
        // By name: while the rooms are told one after another, a number may still stand for one and already for
        // another.
        routes.values().removeIf(meaning -> meaning.room().equals(moved.getRoom()));
        name(moved.getRoom(), moved.getNumber(), moved.getRoutesList());
    }

    private void name(String room, int number, List<Route> defined) {
        numbers.put(room, number);
        names.put(number, room);
        defined.forEach(route -> define(route, room));
    }

    /** The client is in the room no more. */
    void left(String room) {
        numbers.remove(room);
    }

    void define(Route route, String room) {
        routes.put(route.getRoute(), new Meaning(room, route.getEvent()));
    }

    Meaning meaning(int route) {
        Meaning meaning = routes.get(route);
        if (meaning == null) {
            throw new AssertionError("message on route " + route + ", which was never defined; " + seed);
        }
        return meaning;
    }

    /** Returns the name of a room. */
    String name(int number) {
        String name = names.get(number);
        if (name == null) {
            throw new AssertionError("frame for room number " + number + ", which was never told; " + seed);
        }
        return name;
    }

    /** Returns the name of a room, empty for 0, which stands for none. */
    String nameOrNone(int number) {
        return number == 0 ? "" : name(number);
    }

    /** Returns the number of a room, 0 if the client is not in it. */
    int number(String room) {
        return numbers.getOrDefault(room, 0);
    }

    /** Returns the last snapshot of a room, empty if there was none. */
    byte[] snapshot(String room) {
        return snapshots.getOrDefault(room, new byte[0]);
    }
}
