package io.roomcast.testkit.socket;

import io.roomcast.runtime.wire.proto.Route;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A peer's place in a room: by which numbers the room and its events go on this connection. Belongs to its peer's thread. */
final class Seat {

    private static final int[] NONE = {};
    private static final String[] NO_EVENTS = {};

    final String room;
    private int number;
    private int[] routes = NONE;
    private String[] events = NO_EVENTS;

    Seat(String room) {
        this.room = room;
    }

    int number() {
        return number;
    }

    /** Begins anew, as at each {@code joined}. */
    void begin(int roomNumber, List<Route> defined) {
        number = roomNumber;
        routes = NONE;
        events = NO_EVENTS;
        defined.forEach(this::define);
    }

    void define(Route defined) {
        if (event(defined.getRoute()) == null) {
            int count = routes.length;
            routes = Arrays.copyOf(routes, count + 1);
            routes[count] = defined.getRoute();
            events = Arrays.copyOf(events, count + 1);
            // One copy of each name is enough for all peers.
            events[count] = defined.getEvent().intern();
        }
    }

    /** Returns the event of a route, null if it is none of this room. */
    @Nullable
    String event(int route) {
        for (int i = 0; i < routes.length; i++) {
            if (routes[i] == route) {
                return events[i];
            }
        }
        return null;
    }

    /** Returns the route of an event, 0 if there is none. */
    int route(String event) {
        for (int i = 0; i < events.length; i++) {
            if (events[i].equals(event)) {
                return routes[i];
            }
        }
        return 0;
    }
}
