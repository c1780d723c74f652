package io.roomcast.runtime.environment;

/**
 * A rate that may not be exceeded: tokens arrive evenly, and as many as arrive in two periods can wait (the token bucket of RFC 2697
 * with one rate). What one client has used of it is one number, which the client's side keeps: there are many of them. Immutable.
 */
public final class RateLimit {

    private final long nanosPerToken;
    private final long capacityNanos;

    /** Allows {@code perPeriod} in a period, and twice that at once. */
    public RateLimit(int perPeriod, long periodNanos) {
        this.nanosPerToken = Math.max(1, periodNanos / perPeriod);
        this.capacityNanos = nanosPerToken * perPeriod * 2;
    }

    /** Returns the time in which one token arrives. */
    public long nanosPerToken() {
        return nanosPerToken;
    }

    /** Returns the state of a bucket that is full: when it was empty, had the tokens arrived since. */
    public long full(long nowNanos) {
        return nowNanos - capacityNanos;
    }

    /** Takes a token: returns the bucket's next state, which is the same as before if there is none. */
    public long take(long emptyAt, long nowNanos) {
        long since = nowNanos - emptyAt;
        if (since > capacityNanos) {
            return nowNanos - capacityNanos + nanosPerToken;
        }
        return since < nanosPerToken ? emptyAt : emptyAt + nanosPerToken;
    }
}
