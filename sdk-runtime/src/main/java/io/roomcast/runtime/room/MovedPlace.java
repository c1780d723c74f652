package io.roomcast.runtime.room;

import io.roomcast.HistoryPosition;
import io.roomcast.runtime.wire.RecoveryPoint;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a session that goes to another node is in a room's history, among the stamps of what else it has had. */
final class MovedPlace {

    /** No node has an id that begins so. */
    private static final String MARK = "history:";

    private MovedPlace() {}

    /**
     * @param place null for none; takes the place of the one that the session came with
     * @param before the peer's id in the session before, empty for none: what was kept from that stays away from this
     */
    static void put(Map<String, Stamp> reached, @Nullable HistoryPosition place, String before) {
        reached.keySet().removeIf(origin -> origin.startsWith(MARK));
        if (place != null) {
            // Ids of peers have no colon.
            String origin = MARK + before + ":" + place.epoch();
            reached.put(origin, new Stamp(origin, 0, place.offset()));
        }
    }

    static @Nullable RecoveryPoint among(Map<String, Stamp> reached) {
        for (Stamp stamp : reached.values()) {
            if (stamp.origin().startsWith(MARK)) {
                int end = stamp.origin().indexOf(':', MARK.length());
                return new RecoveryPoint(
                        stamp.origin().substring(end + 1),
                        stamp.sequence(),
                        stamp.origin().substring(MARK.length(), end));
            }
        }
        return null;
    }
}
