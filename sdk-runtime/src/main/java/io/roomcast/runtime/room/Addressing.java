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
 * @param key what delivery policies go by, null = they find it in the message
 * @param latest whether a newer message of the same key may take its place where no policy is declared
 */
public record Addressing(
        @Nullable String from,
        boolean droppable,
        Set<String> except,
        @Nullable Set<String> only,
        @Nullable String key,
        boolean latest) {

    /** Everybody in the room, reliably. */
    public static final Addressing EVERYBODY = new Addressing(null, false, Set.of(), null);

    /** Without a key. */
    public Addressing(@Nullable String from, boolean droppable, Set<String> except, @Nullable Set<String> only) {
        this(from, droppable, except, only, null, false);
    }

    /** Returns the same for one of the peers it names. */
    Addressing toPeer(String peerId) {
        return new Addressing(from, droppable, Set.of(), Set.of(peerId), key, latest);
    }
}
