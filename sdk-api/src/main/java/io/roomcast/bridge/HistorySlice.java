package io.roomcast.bridge;

import java.util.List;

/**
 * A part of a room's history, and how far the whole of it reaches.
 *
 * @param epoch names the life of the history; 1 to 32 characters
 * @param oldest the offset of the oldest entry that is still there, {@code newest + 1} if there is none
 * @param newest the offset of the entry that was appended last, 0 if there was none
 * @param entries in the order of their offsets, without a hole
 */
public record HistorySlice(String epoch, long oldest, long newest, List<HistoryEntry> entries) {

    /** The most entries of one slice. */
    public static final int MAX_LIMIT = 1000;

    /** Copies the entries. */
    public HistorySlice {
        entries = List.copyOf(entries);
    }
}
