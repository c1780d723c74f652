package io.roomcast.runtime.room;

import io.roomcast.DeliveryPolicy;
import io.roomcast.Message;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.outbound.policy.Arrival;
import io.roomcast.runtime.outbound.policy.Lane;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides, once for each broadcast, what the delivery policies of one room have to say about it. Rooms of a kind without any share one. Immutable; safe
 * to use from any thread.
 */
final class RoomPolicies {

    /** For messages that may be conflated and whose event has no policy. */
    private static final DeliveryPolicy WHILE_BACKLOGGED = DeliveryPolicy.latest();

    private final String pattern;
    private final Telemetry telemetry;
    private final Map<String, Lane> lanes;
    private final boolean anyOrder;

    RoomPolicies(String room, RoomKinds.Kind kind, Telemetry telemetry) {
        this.pattern = kind.pattern().toString();
        this.telemetry = telemetry;
        this.lanes = kind.options().policies().isEmpty() ? Map.of() : new LinkedHashMap<>();
        kind.options().policies().forEach((event, policy) -> lanes.put(event, new Lane(room, pattern, event, policy)));
        this.anyOrder = lanes.values().stream().anyMatch(Lane::isOrdered);
    }

    /** Returns whether policies have nothing to say about a broadcast: neither hold it nor care that it passes. */
    boolean ignore(Addressing addressing) {
        return lanes.isEmpty() && !addressing.latest();
    }

    /** Returns whether something may be held in this room that other messages must not overtake. */
    boolean keepOrder() {
        return anyOrder;
    }

    /** Returns how a message enters its lane; null if it is to be queued at once. */
    @Nullable
    Arrival arrival(String room, Message message, Addressing addressing) {
        if (addressing.droppable()) {
            return null;
        }
        Lane lane = lanes.get(message.event());
        if (lane == null) {
            if (!addressing.latest()) {
                return null;
            }
            lane = new Lane(room, pattern, message.event(), WHILE_BACKLOGGED);
        }
        String key = keyOf(room, message, addressing, lane);
        return key == null
                ? null
                : Arrival.of(
                        lane, key, addressing.from() == null ? "" : addressing.from(), isUrgent(room, message, lane));
    }

    /** Returns the key, null if the message has none that could be used. */
    private @Nullable String keyOf(String room, Message message, Addressing addressing, Lane lane) {
        String given = addressing.key();
        if (given != null) {
            // From another node it may be anything.
            return Keys.faultOf(given) == null ? given : null;
        }
        try {
            String key = lane.policy().keyOf(message);
            String fault = key == null ? "key is null, expected a text" : Keys.faultOf(key);
            if (fault == null) {
                return key;
            }
            throw new IllegalArgumentException(fault);
        } catch (RuntimeException | Error failure) {
            telemetry.handlerFailed("keyedBy of event " + message.event() + " of room " + room, failure);
            return null;
        }
    }

    private boolean isUrgent(String room, Message message, Lane lane) {
        try {
            return lane.policy().flushes(message);
        } catch (RuntimeException | Error failure) {
            telemetry.handlerFailed("flushWhen of event " + message.event() + " of room " + room, failure);
            return true;
        }
    }
}
