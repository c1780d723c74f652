package io.roomcast.runtime.room;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Up to where the broadcasts of each node were handed to a room's loops. Guarded by the room's lock. */
final class Positions {

    private final Map<String, Stamp> reached = new TreeMap<>();

    void reached(@Nullable Stamp stamp) {
        if (stamp != null) {
            reached.put(stamp.origin(), stamp);
        }
    }

    Map<String, Stamp> copy() {
        return Collections.unmodifiableMap(new TreeMap<>(reached));
    }
}
