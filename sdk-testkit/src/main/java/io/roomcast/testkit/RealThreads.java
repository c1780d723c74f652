package io.roomcast.testkit;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Several threads that race, for tests that look for races; the clock still stands except when it is moved. */
final class RealThreads implements Pump {

    private static final long SETTLE_SECONDS = 60;

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
    public void close() {
        threads.shutdownNow();
    }
}
