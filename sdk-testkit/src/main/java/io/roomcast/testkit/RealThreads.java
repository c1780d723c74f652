package io.roomcast.testkit;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Several threads that race, for tests that look for races; the clock still stands except when it is moved. */
final class RealThreads implements Pump {

    private static final long SETTLE_SECONDS = 60;
    private static final long MOMENT_MILLIS = 10;

    private final ExecutorService threads;
    private final AtomicLong nanos = new AtomicLong(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Object idle = new Object();
    /** Tasks that wait or run. Guarded by {@code idle}. */
    private long busy;

    RealThreads(int count) {
        this.threads = Executors.newFixedThreadPool(count);
    }

    @Override
    public void execute(Runnable task) {
        synchronized (idle) {
            busy++;
            idle.notifyAll();
        }
        threads.execute(() -> {
            try {
                task.run();
            } catch (Throwable thrown) {
                failure.compareAndSet(null, thrown);
            } finally {
                synchronized (idle) {
                    if (--busy == 0) {
                        idle.notifyAll();
                    }
                }
            }
        });
    }

    @Override
    public void settle() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        synchronized (idle) {
            while (busy > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("the cluster did not come to rest within " + SETTLE_SECONDS + " s, " + busy
                            + " tasks left");
                }
                try {
                    idle.wait(left);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted while the cluster came to rest", interrupted);
                }
            }
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new AssertionError("a task of the cluster threw", thrown);
        }
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(nanos.get() - 1);
    }

    @Override
    public String replay() {
        return "This was on real threads, whose order no seed repeats; ids and random choices: seed ";
    }

    /** Waits for so much of the wall clock, and lets the cluster's time go on with it. */
    @Override
    public boolean await(BooleanSupplier holds, Duration time, UnaryOperator<Duration> pass) {
        long now = System.nanoTime();
        for (long deadline = now + time.toNanos(); !holds.getAsBoolean(); ) {
            if (now >= deadline) {
                return false;
            }
            awaitWork();
            long later = System.nanoTime();
            for (Duration left = Duration.ofNanos(later - now); !left.isZero(); ) {
                left = left.minus(pass.apply(left));
            }
            now = later;
        }
        return true;
    }

    /** Returns when something was handed over, or a moment later. */
    private void awaitWork() {
        synchronized (idle) {
            if (busy == 0) {
                try {
                    idle.wait(MOMENT_MILLIS);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted while the test waited for its cluster", interrupted);
                }
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
