package io.roomcast.runtime.room;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who gets a broadcast and how. Immutable.
 *
 * @param from the peer to name as the sender, or null
 * @param droppable whether a peer that does not keep up may miss it
 * @param except ids of peers that do not get it
 * @param only ids of the peers that get it; null = everybody in the room
 */
public record Addressing(
        @Nullable String from,
        boolean droppable,
        Set<String> except,
        @Nullable Set<String> only) {

    /** Everybody in the room, reliably. */
    public static final Addressing EVERYBODY = new Addressing(null, false, Set.of(), null);
}
