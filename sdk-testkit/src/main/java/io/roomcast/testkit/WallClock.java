package io.roomcast.testkit;

import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The world of a cluster on sockets: it moves by itself, and time passes. */
final class WallClock implements Pump {

    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final long begin = System.nanoTime();

    @Override
    public void execute(Runnable task) {
        ForkJoinPool.commonPool().execute(task);
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    /** Nobody knows when real threads and sockets rest: whoever waits for something waits for that. */
    @Override
    public void settle() {}

    @Override
    public void advance(Duration time) {
        await(() -> false, time);
    }

    /** Looks every moment whether something holds, for at most this long. */
    boolean await(BooleanSupplier holds, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(this, MOMENT_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while the test waited for its cluster");
            }
        }
        return true;
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Override
    public String replay() {
        return "This was on sockets, where no seed repeats anything; it was seed ";
    }

    @Override
    public void close() {
        // Nothing to free.
    }
}
