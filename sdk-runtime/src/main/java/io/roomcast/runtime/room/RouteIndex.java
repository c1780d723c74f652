package io.roomcast.runtime.room;

import io.roomcast.runtime.wire.RouteDefinition;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What the routes of a node stand for, by number. Read on IO threads without a lock; written, rarely, under one. Grows to the
 * highest number in use, which {@link NumberPool} keeps low.
 */
final class RouteIndex {

    private final NumberPool numbers = new NumberPool();
    /** The names of events that were used last, by hash: most rooms have the same few, and need not keep them each. */
    private final @Nullable String[] names = new String[256];

    private volatile AtomicReferenceArray<Route> routes = new AtomicReferenceArray<>(256);

    /** A room and an event. */
    record Route(LocalRoom room, String event) {}

    @Nullable
    Route find(int number) {
        AtomicReferenceArray<Route> current = routes;
        return number > 0 && number < current.length() ? current.get(number) : null;
    }

    synchronized RouteDefinition define(LocalRoom room, String name, boolean history, long now) {
        String event = shared(name);
        int number = numbers.take(now);
        AtomicReferenceArray<Route> current = routes;
        if (number >= current.length()) {
            AtomicReferenceArray<Route> larger = new AtomicReferenceArray<>(Math.max(number + 1, current.length() * 2));
            for (int i = 0; i < current.length(); i++) {
                larger.setPlain(i, current.getPlain(i));
            }
            current = larger;
        }
        current.set(number, new Route(room, event));
        routes = current;
        return new RouteDefinition(number, event, history);
    }

    private String shared(String event) {
        int place = (event.hashCode() ^ event.hashCode() >>> 16) & names.length - 1;
        String known = names[place];
        if (known != null && known.equals(event)) {
            return known;
        }
        names[place] = event;
        return event;
    }

    @SuppressWarnings("NullAway") // null is how an AtomicReferenceArray says empty
    synchronized void free(int number, long now) {
        routes.set(number, null);
        numbers.giveBack(number, now);
    }
}
