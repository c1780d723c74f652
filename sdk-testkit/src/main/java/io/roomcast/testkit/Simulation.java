package io.roomcast.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * One thread and one clock for a whole cluster. What is handed to it runs when the test pumps; among the tasks that could run,
 * the seed chooses the next, so each seed is one interleaving, the same in every run.
 *
 * <p>Confined to the thread of the test.
 */
final class Simulation implements Pump {

    /** More steps than any test needs to come to rest: beyond it something feeds itself. */
    private static final int MOST_STEPS = 10_000_000;

    private final SplittableRandom random;
    private final List<Runnable> ready = new ArrayList<>();
    private long nanos = 1;

    Simulation(long seed) {
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void execute(Runnable task) {
        ready.add(task);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void settle() {
        for (int steps = 0; step(); steps++) {
            if (steps == MOST_STEPS) {
                throw new IllegalStateException("the cluster did not come to rest within " + MOST_STEPS + " steps");
            }
        }
    }

    /** Runs one task; returns false if there is none. */
    boolean step() {
        if (ready.isEmpty()) {
            return false;
        }
        int chosen = random.nextInt(ready.size());
        Runnable last = ready.remove(ready.size() - 1);
        Runnable task = chosen == ready.size() ? last : ready.set(chosen, last);
        task.run();
        return true;
    }

    @Override
    public void advance(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public boolean await(BooleanSupplier holds, Duration time, UnaryOperator<Duration> pass) {
        for (Duration left = time; !holds.getAsBoolean(); ) {
            if (left.isZero()) {
                return false;
            }
            left = left.minus(pass.apply(left));
        }
        return true;
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(nanos - 1);
    }

    @Override
    public String replay() {
        return "This was one interleaving; the same again: seed ";
    }

    @Override
    public void close() {
        // Nothing to free.
    }
}
