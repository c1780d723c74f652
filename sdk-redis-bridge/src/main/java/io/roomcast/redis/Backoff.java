package io.roomcast.redis;

import java.util.concurrent.TimeUnit;

/**
 * How long to wait before the next attempt: twice as long each time, from 20 ms to 1 s, and somewhere in the upper half of that,
 * so that nodes that lost a server together do not come back together. Belongs to one thread.
 */
final class Backoff {

    static final long FIRST = TimeUnit.MILLISECONDS.toNanos(20);
    static final long MOST = TimeUnit.SECONDS.toNanos(1);

    private final World world;
    private long next = FIRST;

    Backoff(World world) {
        this.world = world;
    }

    /** Returns the nanoseconds to wait. */
    long failed() {
        long wait = (long) (next * (0.5 + world.dice() / 2));
        next = Math.min(MOST, next * 2);
        return wait;
    }

    void succeeded() {
        next = FIRST;
    }
}
