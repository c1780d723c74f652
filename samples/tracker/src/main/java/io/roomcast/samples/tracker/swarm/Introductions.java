package io.roomcast.samples.tracker.swarm;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Which pairs of viewers may signal to each other, and for how much longer. A pair is open from its introduction until the
 * window is over: an offer that was not answered by then is dead (WebTorrent's trackers use 50 seconds), and nobody can send
 * signals to viewers it was never introduced to.
 *
 * <p>Holds at most {@code capacity} pairs; one more closes the oldest. Not safe for concurrent use: it belongs to its room's
 * mailbox.
 */
public final class Introductions {

    private final Duration window;
    private final int capacity;
    private final LongSupplier clockMillis;

    /** Pairs and when they close, soonest first: every pair gets the same window. */
    private final LinkedHashMap<Pair, Long> closesAt = new LinkedHashMap<>();

    public Introductions(Duration window, int capacity, LongSupplier clockMillis) {
        this.window = window;
        this.capacity = capacity;
        this.clockMillis = clockMillis;
    }

    /** Opens a pair, or opens it again. */
    public void open(String one, String other) {
        dropClosed();
        Pair pair = Pair.of(one, other);
        closesAt.remove(pair);
        if (closesAt.size() >= capacity) {
            closesAt.remove(closesAt.keySet().iterator().next());
        }
        closesAt.put(pair, clockMillis.getAsLong() + window.toMillis());
    }

    /** Closes a pair. */
    public void close(String one, String other) {
        closesAt.remove(Pair.of(one, other));
    }

    /** Says whether the two may signal to each other now. */
    public boolean isOpen(String one, String other) {
        dropClosed();
        return closesAt.containsKey(Pair.of(one, other));
    }

    /** Returns how many pairs are open. */
    public int size() {
        dropClosed();
        return closesAt.size();
    }

    private void dropClosed() {
        long now = clockMillis.getAsLong();
        Iterator<Map.Entry<Pair, Long>> oldestFirst = closesAt.entrySet().iterator();
        while (oldestFirst.hasNext() && oldestFirst.next().getValue() - now <= 0) {
            oldestFirst.remove();
        }
    }

    private record Pair(String lesser, String greater) {
        static Pair of(String one, String other) {
            return one.compareTo(other) <= 0 ? new Pair(one, other) : new Pair(other, one);
        }
    }
}
