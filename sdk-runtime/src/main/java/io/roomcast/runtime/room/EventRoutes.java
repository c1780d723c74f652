package io.roomcast.runtime.room;

import io.roomcast.runtime.wire.RouteDefinition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * The routes of one room: short numbers for the events that are sent in it. An event gets one when it is sent for the second
 * time, up to {@value #MAX_ROUTES} of them; others are spelled out.
 *
 * <p>Three steps keep a peer from seeing a route before its definition, whichever thread sends: the route enters
 * {@code defined}, from where the {@code joined} reply of a newcomer takes it; its definition is handed to the loops; only then
 * does it enter {@code usable}, from where senders take it. A newcomer that reads {@code defined} before the first step is a
 * member before the second and gets the definition there.
 */
final class EventRoutes {

    static final int MAX_ROUTES = 128;

    private final boolean history;
    private final List<RouteDefinition> defined = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<String, Integer> usable = new ConcurrentHashMap<>(4);
    private final Set<String> seenOnce = new HashSet<>(4);

    /** @param history whether the messages on these routes are in the room's history */
    EventRoutes(boolean history) {
        this.history = history;
    }

    /**
     * Returns the route of an event, 0 if it has none (yet).
     *
     * @param number makes a number for it
     * @param announce hands a definition to the loops of all members
     */
    int routeOf(String event, ToIntFunction<String> number, Consumer<RouteDefinition> announce) {
        Integer route = usable.get(event);
        if (route != null) {
            return route;
        }
        return defined.size() == MAX_ROUTES ? 0 : define(event, number, announce);
    }

    private synchronized int define(String event, ToIntFunction<String> number, Consumer<RouteDefinition> announce) {
        Integer known = usable.get(event);
        if (known != null) {
            return known;
        }
        if (defined.size() == MAX_ROUTES) {
            return 0;
        }
        if (!seenOnce.remove(event)) {
            if (seenOnce.size() < MAX_ROUTES) {
                seenOnce.add(event);
            }
            return 0;
        }
        RouteDefinition definition = new RouteDefinition(number.applyAsInt(event), event, history);
        defined.add(definition);
        announce.accept(definition);
        usable.put(event, definition.route());
        return definition.route();
    }

    /** Returns all routes, those included whose definition is still on its way to the members. */
    List<RouteDefinition> defined() {
        return defined;
    }
}
