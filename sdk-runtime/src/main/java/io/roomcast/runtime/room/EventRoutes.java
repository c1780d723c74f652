package io.roomcast.runtime.room;

import io.roomcast.runtime.wire.RouteDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one room: short numbers for the events that are sent in it. An event gets one when it is sent for the second
 * time, up to {@value #MAX_ROUTES} of them; others are spelled out.
 *
 * <p>Three steps keep a peer from seeing a route before its definition, whichever thread sends: the route enters
 * {@code defined}, from where the {@code joined} reply of a newcomer takes it; its definition is handed to the loops; only then
 * does it enter {@code usable}, from where senders take it. A newcomer that reads {@code defined} before the first step is a
 * member before the second and gets the definition there.
 *
 * <p>Both are tables with open addressing that are replaced, never changed; most of the time they are the same one. A room with one
 * event, of which there are many, costs two objects here.
 */
final class EventRoutes {

    static final int MAX_ROUTES = 128;

    private static final @Nullable RouteDefinition[] NONE = new RouteDefinition[1];

    /** Replaced by {@link #define} only. */
    private volatile @Nullable RouteDefinition[] defined = NONE;

    private volatile @Nullable RouteDefinition[] usable = NONE;
    /** Null when there are none. Guarded by this. */
    private @Nullable Set<String> seenOnce;

    /**
     * Returns the route of an event, 0 if it has none (yet).
     *
     * @param make makes its definition, with a number of its own
     * @param announce hands a definition to the loops of all members
     */
    int routeOf(String event, Function<String, RouteDefinition> make, Consumer<RouteDefinition> announce) {
        RouteDefinition known = find(usable, event);
        return known != null ? known.route() : define(event, make, announce);
    }

    private synchronized int define(
            String event, Function<String, RouteDefinition> make, Consumer<RouteDefinition> announce) {
        RouteDefinition known = find(usable, event);
        if (known != null) {
            return known.route();
        }
        int count = count(defined);
        if (count == MAX_ROUTES || isFirst(event)) {
            return 0;
        }
        RouteDefinition definition = make.apply(event);
        @Nullable RouteDefinition[] more = with(defined, count, definition);
        defined = more;
        announce.accept(definition);
        usable = more;
        return definition.route();
    }

    /** Notes that an event was sent. Returns whether for the first time, or for one that could not be noted. */
    private boolean isFirst(String event) {
        Set<String> once = seenOnce;
        if (once == null) {
            once = new HashSet<>(2);
            seenOnce = once;
        }
        if (once.remove(event)) {
            if (once.isEmpty()) {
                seenOnce = null;
            }
            return false;
        }
        if (once.size() < MAX_ROUTES) {
            once.add(event);
        }
        return true;
    }

    /** Returns all routes, those included whose definition is still on its way to the members. In no particular order. */
    List<RouteDefinition> defined() {
        @Nullable RouteDefinition[] table = defined;
        if (table == NONE) {
            return List.of();
        }
        List<RouteDefinition> all = new ArrayList<>(table.length);
        for (RouteDefinition definition : table) {
            if (definition != null) {
                all.add(definition);
            }
        }
        return all;
    }

    // ---- tables: a power of two of places, at least one of them empty

    private static @Nullable RouteDefinition find(@Nullable RouteDefinition[] table, String event) {
        int mask = table.length - 1;
        for (int at = place(event, mask); ; at = (at + 1) & mask) {
            RouteDefinition found = table[at];
            if (found == null || found.event().equals(event)) {
                return found;
            }
        }
    }

    private static int count(@Nullable RouteDefinition[] table) {
        int count = 0;
        for (RouteDefinition definition : table) {
            if (definition != null) {
                count++;
            }
        }
        return count;
    }

    private static @Nullable RouteDefinition[] with(
            @Nullable RouteDefinition[] table, int count, RouteDefinition definition) {
        int places = table.length;
        while ((count + 1) * 4 > places * 3) {
            places *= 2;
        }
        @Nullable RouteDefinition[] more = new RouteDefinition[places];
        for (RouteDefinition known : table) {
            if (known != null) {
                put(more, known);
            }
        }
        put(more, definition);
        return more;
    }

    private static void put(@Nullable RouteDefinition[] table, RouteDefinition definition) {
        int mask = table.length - 1;
        int at = place(definition.event(), mask);
        while (table[at] != null) {
            at = (at + 1) & mask;
        }
        table[at] = definition;
    }

    private static int place(String event, int mask) {
        int hash = event.hashCode();
        return (hash ^ hash >>> 16) & mask;
    }
}
