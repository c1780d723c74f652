package io.roomcast.redis;

/**
 * Whether what this node publishes comes back to it: it sends itself a number once an interval. Tells the trouble of the
 * connection that publishes, which has replies of its own, from that of the one that listens. Safe to use from any thread.
 */
final class Probe {

    static final long NONE = -1;

    private final long intervalNanos;
    private final long patienceNanos;
    /** All guarded by this. */
    private long number;

    private boolean listening;
    private boolean proven;
    private long nextAt;
    /** The oldest number that Redis took and that has not come back; {@link #NONE} without one. */
    private long missing = NONE;

    private long missingSince;
    private long sentNumber = NONE;
    private long sentAt;

    Probe(long intervalNanos) {
        this.intervalNanos = intervalNanos;
        this.patienceNanos = intervalNanos * 5 / 2;
    }

    /** A new connection listens: what was sent before went to another one. */
    synchronized void listening(long now) {
        listening = true;
        proven = false;
        missing = NONE;
        sentNumber = NONE;
        nextAt = now;
    }

    synchronized void deaf() {
        listening = false;
        proven = false;
        missing = NONE;
        sentNumber = NONE;
    }

    /** Returns the number to send now, or {@link #NONE}. */
    synchronized long due(long now) {
        if (!listening || now - nextAt < 0) {
            return NONE;
        }
        nextAt = now + intervalNanos;
        sentNumber = ++number;
        sentAt = now;
        return number;
    }

    /**
     * Redis took a number.
     *
     * @return whether the one who listens is certainly not where the number went
     */
    synchronized boolean taken(long taken, long receivers, long now) {
        if (!listening || taken < sentNumber) {
            return false;
        }
        if (receivers == 0) {
            return true;
        }
        if (missing == NONE && taken == sentNumber) {
            missing = taken;
            missingSince = now;
        }
        return false;
    }

    /** Redis did not take the number: the listener is not to blame. */
    synchronized void notTaken(long now) {
        nextAt = now + intervalNanos / 20;
    }

    /**
     * A number came back.
     *
     * @return how long it took, or {@link #NONE} if it was not the last one
     */
    synchronized long heard(long heard, long now) {
        if (!listening || heard > number) {
            return NONE;
        }
        proven = true;
        if (heard >= missing) {
            missing = NONE;
        }
        if (heard != sentNumber) {
            return NONE;
        }
        sentNumber = NONE;
        return now - sentAt;
    }

    /** Returns whether the listener must be taken for dead: a number that Redis took does not come. */
    synchronized boolean isLost(long now) {
        return listening && missing != NONE && now - missingSince > patienceNanos;
    }

    /** Returns whether a number has come back over this connection. */
    synchronized boolean isProven() {
        return proven;
    }
}
