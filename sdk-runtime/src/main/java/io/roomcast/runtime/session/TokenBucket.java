package io.roomcast.runtime.session;

/**
 * A rate limit: {@code perPeriod} tokens arrive evenly over a period, up to twice as many can wait (the token bucket of RFC
 * 2697 with one rate). Confined to one thread.
 */
final class TokenBucket {

    private final long nanosPerToken;
    private final long capacityNanos;
    /** The moment at which the bucket was, or will be, empty: a token costs {@code nanosPerToken} of the time since. */
    private long emptyAt;

    TokenBucket(int perPeriod, long periodNanos, long now) {
        this.nanosPerToken = Math.max(1, periodNanos / perPeriod);
        this.capacityNanos = nanosPerToken * perPeriod * 2;
        this.emptyAt = now - capacityNanos;
    }

    /** Takes a token if there is one. */
    boolean tryTake(long now) {
        if (now - emptyAt > capacityNanos) {
            emptyAt = now - capacityNanos;
        }
        if (now - emptyAt < nanosPerToken) {
            return false;
        }
        emptyAt += nanosPerToken;
        return true;
    }
}
