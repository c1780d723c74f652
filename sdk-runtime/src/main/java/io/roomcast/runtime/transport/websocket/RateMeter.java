package io.roomcast.runtime.transport.websocket;

/**
 * A token bucket in one number: the generic cell rate algorithm (ITU-T I.371), which remembers when the bucket would be full
 * again. Belongs to one thread.
 */
final class RateMeter {

    private static final long SECOND = 1_000_000_000L;

    private final long interval;
    private final long burst;
    private long fullAt;

    /** Allows so many a second, and twice that at once. */
    RateMeter(int perSecond, long nowNanos) {
        this.interval = Math.max(1, SECOND / perSecond);
        this.burst = interval * 2 * perSecond;
        this.fullAt = nowNanos;
    }

    /** Counts one and returns whether it is within the rate. */
    boolean allows(long nowNanos) {
        long ahead = Math.max(0, fullAt - nowNanos) + interval;
        if (ahead > burst) {
            return false;
        }
        fullAt = nowNanos + ahead;
        return true;
    }
}
