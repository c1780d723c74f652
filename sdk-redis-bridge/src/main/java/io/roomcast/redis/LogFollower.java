package io.roomcast.redis;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.HistoryEntry;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells the entries of one room's log in order and without a hole, from two sources: what comes live, and what is read from the log
 * when something was missed. The log is right; what comes live is believed when it continues what was told.
 *
 * <p>Used by one thread at a time. What comes while it reads is held, at most {@value #MOST_HELD_BYTES} bytes; beyond that it is let go
 * and read again.
 */
final class LogFollower {

    static final int PAGE = 1000;
    static final int MOST_HELD_BYTES = 1 << 20;

    private static final int HELD_OVERHEAD = 64;

    final String room;
    final Retention retention;
    private final Teller teller;
    /** What was told last; null until the log was read for the first time. */
    private @Nullable HistoryPosition told;

    private boolean reading;
    /** Another reading is due after this one: what it will find may be older than what was missed. */
    private boolean missedMore;

    private final Deque<Live> held = new ArrayDeque<>();
    private int heldBytes;
    /** How many of those came before the reading began. What it does not find of them is not in the log. */
    private int heldBefore;

    /** What a follower says and asks. */
    interface Teller {

        /** The log was read for the first time: what is told follows this position. */
        void began(HistoryPosition position);

        void appended(HistoryPosition position, byte[] envelope);

        void lost(HistoryPosition resumesAfter);

        /**
         * Wants a slice, up to {@value #PAGE} entries, and will be given it or told that there is none.
         *
         * @param epoch the one in which {@code after} was told; empty when nothing was
         */
        void read(LogFollower follower, String epoch, long after);
    }

    /** A frame that came live. */
    record Live(String epoch, long offset, byte[] envelope) {}

    LogFollower(String room, Retention retention, Teller teller) {
        this.room = room;
        this.retention = retention;
        this.teller = teller;
    }

    boolean isReading() {
        return reading;
    }

    /** Something may have been missed, or nothing was read yet. */
    void lookAgain() {
        if (reading) {
            missedMore = true;
            return;
        }
        reading = true;
        missedMore = false;
        heldBefore = held.size();
        HistoryPosition last = told;
        teller.read(this, last == null ? "" : last.epoch(), last == null ? Long.MAX_VALUE / 2 : last.offset());
    }

    /** An entry comes live. */
    void live(Live entry) {
        if (reading) {
            hold(entry);
            return;
        }
        if (!continues(entry)) {
            hold(entry);
            lookAgain();
        }
    }

    /** Returns whether the entry is dealt with: told, or told before. */
    private boolean continues(Live entry) {
        HistoryPosition last = told;
        if (last == null || !last.epoch().equals(entry.epoch()) || entry.offset() > last.offset() + 1) {
            return false;
        }
        if (entry.offset() == last.offset() + 1) {
            tell(entry.offset(), entry.envelope());
        }
        return true;
    }

    private void hold(Live entry) {
        int size = entry.envelope().length + HELD_OVERHEAD;
        if (heldBytes + size > MOST_HELD_BYTES) {
            missedMore = true;
            return;
        }
        held.add(entry);
        heldBytes += size;
    }

    /** What was asked for with {@link Teller#read}. */
    void slice(HistorySlice slice) {
        reading = false;
        HistoryPosition last = told;
        if (last == null) {
            last = new HistoryPosition(slice.epoch(), slice.newest());
            told = last;
            teller.began(last);
        } else if (!last.epoch().equals(slice.epoch())) {
            last = lose(new HistoryPosition(slice.epoch(), slice.oldest() - 1));
            if (slice.newest() >= slice.oldest()) {
                // It was read from an offset of the other epoch.
                lookAgain();
                return;
            }
        } else if (slice.oldest() > last.offset() + 1) {
            last = lose(new HistoryPosition(slice.epoch(), slice.oldest() - 1));
        }
        for (HistoryEntry entry : slice.entries()) {
            if (entry.offset() > last.offset() + 1) {
                // An entry of the log that is not a Roomcast's.
                last = lose(new HistoryPosition(slice.epoch(), entry.offset() - 1));
            }
            if (entry.offset() == last.offset() + 1) {
                last = tell(entry.offset(), entry.envelope());
            }
        }
        if (last.offset() < slice.newest() && !slice.entries().isEmpty()) {
            lookAgain();
            return;
        }
        if (last.offset() < slice.newest()) {
            // Nothing readable is left before the end.
            lose(new HistoryPosition(slice.epoch(), slice.newest()));
        }
        takeHeld();
    }

    private void takeHeld() {
        int before = heldBefore;
        int count = held.size();
        for (int i = 0; i < count; i++) {
            Live entry = held.remove();
            heldBytes -= entry.envelope().length + HELD_OVERHEAD;
            if (continues(entry)) {
                continue;
            }
            if (i < before) {
                // The log was read since, and it is not there: of an epoch that is over, or forged.
                continue;
            }
            hold(entry);
            missedMore = true;
        }
        if (missedMore) {
            lookAgain();
        }
    }

    /** There was no slice; now it is worth trying again. */
    void readAgain() {
        reading = false;
        lookAgain();
    }

    private HistoryPosition lose(HistoryPosition resumesAfter) {
        told = resumesAfter;
        teller.lost(resumesAfter);
        return resumesAfter;
    }

    /** Only once the log was read. */
    private HistoryPosition tell(long offset, byte[] envelope) {
        HistoryPosition next = new HistoryPosition(
                Objects.requireNonNull(told, "nothing was read yet").epoch(), offset);
        told = next;
        teller.appended(next, envelope);
        return next;
    }
}
