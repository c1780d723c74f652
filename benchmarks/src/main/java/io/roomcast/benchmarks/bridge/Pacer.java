package io.roomcast.benchmarks.bridge;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Does something so many times a second, at planned instants, on the calling thread. For one thread. */
final class Pacer {

    private final int perSecond;
    private final boolean spinning;
    private final Histogram lag = histogram();

    /** What is done at an instant. */
    interface Step {
        void at(int number);
    }

    /** @param spinning whether it keeps a processor busy while it waits; otherwise it sleeps, and the kernel wakes it late */
    Pacer(int perSecond, boolean spinning) {
        this.perSecond = perSecond;
        this.spinning = spinning;
    }

    /** Holds nanoseconds. */
    static Histogram histogram() {
        return new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    }

    /** How late each step began, in nanoseconds. */
    Histogram lag() {
        return lag;
    }

    void run(int steps, Step step) {
        long begun = System.nanoTime();
        for (int number = 0; number < steps; number++) {
            long due = begun + number * 1_000_000_000L / perSecond;
            long late;
            while ((late = System.nanoTime() - due) < 0) {
                if (spinning) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(-late);
                }
            }
            lag.recordValue(late);
            step.at(number);
        }
    }
}
