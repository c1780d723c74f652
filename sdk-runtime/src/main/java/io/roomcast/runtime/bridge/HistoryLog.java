package io.roomcast.runtime.bridge;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.HistoryEntry;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The log of one room: a ring of the entries that are kept, the message ids among them, and who hears of it. Guarded by its place in
 * {@link LocalHistory}, which works on a log in one thread at a time.
 */
final class HistoryLog {

    /** The most bytes of one log. */
    static final int MAX_BYTES = 16 << 20;

    /** What an entry costs beside its envelope, roughly. */
    static final int ENTRY_OVERHEAD = 128;

    private static final int LEAST_CAPACITY = 8;

    private final String epoch;
    /** Bytes of all logs of the hub. */
    private final AtomicLong allBytes;

    private final long mostOfAll;
    private final Map<String, Long> offsetsById = new HashMap<>(2);
    private final List<HistoryFeed> feeds = new ArrayList<>(2);
    /** The entry with an offset is at that offset modulo the length, a power of two. */
    private @Nullable Entry[] ring = new Entry[LEAST_CAPACITY];

    private long oldest = 1;
    private long newest;
    private long bytes;

    private record Entry(byte[] envelope, @Nullable String messageId, long bornNanos) {}

    /**
     * @param allBytes the bytes of all logs together
     * @param mostOfAll how many those may be; beyond it the log that appends forgets its oldest entries
     */
    HistoryLog(String epoch, AtomicLong allBytes, long mostOfAll) {
        this.epoch = epoch;
        this.allBytes = allBytes;
        this.mostOfAll = mostOfAll;
    }

    HistoryPosition position() {
        return position(newest);
    }

    HistoryPosition position(long offset) {
        return new HistoryPosition(epoch, offset);
    }

    long oldest() {
        return oldest;
    }

    long newest() {
        return newest;
    }

    long bytes() {
        return bytes;
    }

    List<HistoryFeed> feeds() {
        return feeds;
    }

    byte[] envelope(long offset) {
        return entry(offset).envelope();
    }

    Appended append(Retention retention, @Nullable String messageId, byte[] envelope, long now) {
        forgetOld(retention, now);
        Long known = messageId == null ? null : offsetsById.get(messageId);
        if (known != null) {
            return new Appended(position(known), true);
        }
        newest++;
        if (newest - oldest == ring.length) {
            resize(ring.length * 2);
        }
        ring[slot(newest, ring)] = new Entry(envelope, messageId, now);
        if (messageId != null) {
            offsetsById.put(messageId, newest);
        }
        count(cost(envelope, messageId));
        while (newest - oldest >= retention.size()
                || oldest < newest && (bytes > MAX_BYTES || allBytes.get() > mostOfAll)) {
            forgetOldest();
        }
        return new Appended(position(), false);
    }

    HistorySlice read(Retention retention, long after, int limit, long now) {
        forgetOld(retention, now);
        List<HistoryEntry> entries = new ArrayList<>();
        long offset = Math.max(after, oldest - 1);
        while (offset < newest && entries.size() < limit) {
            offset++;
            entries.add(new HistoryEntry(offset, envelope(offset)));
        }
        return new HistorySlice(epoch, oldest, newest, entries);
    }

    void forgetOld(Retention retention, long now) {
        while (oldest <= newest
                && now - entry(oldest).bornNanos() > retention.age().toNanos()) {
            forgetOldest();
        }
    }

    /** Gives back what it holds; it is not used any more. */
    void forgetAll() {
        while (oldest <= newest) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        Entry gone = entry(oldest);
        ring[slot(oldest, ring)] = null;
        oldest++;
        if (gone.messageId() != null) {
            offsetsById.remove(gone.messageId());
        }
        count(-cost(gone.envelope(), gone.messageId()));
        if (ring.length > LEAST_CAPACITY && newest - oldest + 1 < ring.length / 4) {
            resize(ring.length / 2);
        }
    }

    private void count(long more) {
        bytes += more;
        allBytes.addAndGet(more);
    }

    private static long cost(byte[] envelope, @Nullable String messageId) {
        return ENTRY_OVERHEAD + envelope.length + (messageId == null ? 0 : 2L * messageId.length());
    }

    private Entry entry(long offset) {
        Entry entry = ring[slot(offset, ring)];
        if (entry == null) {
            throw new IllegalStateException("no entry " + offset + " in a log of " + oldest + " to " + newest);
        }
        return entry;
    }

    private void resize(int capacity) {
        @Nullable Entry[] other = new Entry[capacity];
        for (long offset = oldest; offset <= newest; offset++) {
            other[slot(offset, other)] = ring[slot(offset, ring)];
        }
        ring = other;
    }

    private static int slot(long offset, @Nullable Entry[] ring) {
        return (int) offset & (ring.length - 1);
    }
}
