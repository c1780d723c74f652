package io.roomcast;

import java.util.List;
import java.util.Optional;

/**
 * Some of a room's history, as {@link Room#history} reads it. Immutable.
 *
 * @param epoch names the life of the history; offsets of different epochs have nothing to do with each other
 * @param oldest the offset of the oldest broadcast that is still there, {@code newest + 1} if there is none
 * @param newest the offset of the broadcast that was made last, 0 if there was none
 * @param entries broadcasts in the order of their offsets
 */
public record HistoryPage(String epoch, long oldest, long newest, List<Entry> entries) {

    /** The most entries that one page can have. */
    public static final int MAX_LIMIT = 1000;

    /** Copies the entries. */
    public HistoryPage {
        entries = List.copyOf(entries);
    }

    /**
     * One broadcast.
     *
     * @param offset its place
     * @param message what was sent
     * @param from the peer that it was said to come from
     */
    public record Entry(long offset, Message message, Optional<String> from) {}
}
