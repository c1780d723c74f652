package io.roomcast.testkit.virtual;

import io.roomcast.runtime.environment.Clock;
import io.roomcast.testkit.random.Dice;
import java.util.Arrays;
import java.util.concurrent.Executor;

/**
 * Runs everything that nodes hand to executors, one task at a time, on the thread that asks it to. Which of the tasks that could run next does run is
 * chance, from the seed. Time stands still while there is one. Belongs to one thread.
 */
final class World implements Executor, Clock {

    private final Dice dice;
    private Runnable[] ready = new Runnable[1024];
    private int count;
    private long nanos;

    World(long seed) {
        this.dice = new Dice(seed);
    }

    @Override
    public void execute(Runnable task) {
        if (count == ready.length) {
            ready = Arrays.copyOf(ready, count * 2);
        }
        ready[count++] = task;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    /** Moves time on. Nothing falls due by that alone. */
    void moveTo(long instant) {
        if (instant < nanos) {
            throw new IllegalArgumentException("instant is " + instant + ", expected at least " + nanos + ": now");
        }
        nanos = instant;
    }

    /** Runs one task; returns false if there is none. */
    boolean step() {
        if (count == 0) {
            return false;
        }
        int chosen = count == 1 ? 0 : (int) (((dice.bits() >>> 32) * count) >>> 32);
        Runnable task = ready[chosen];
        ready[chosen] = ready[--count];
        ready[count] = null;
        task.run();
        return true;
    }

    /** Runs a few tasks at most, so that what comes next meets others half done. */
    void some() {
        for (long i = dice.bits() & 7; i > 0 && step(); i--) {}
    }

    /** Runs until there is nothing left to run. */
    void rest() {
        while (step()) {}
    }
}
