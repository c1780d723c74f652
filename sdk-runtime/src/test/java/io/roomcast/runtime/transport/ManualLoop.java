package io.roomcast.runtime.transport;

import java.util.ArrayDeque;
import java.util.Queue;

/** A loop that runs what it is given when the test says so, and has no timers: a test that needs some says how they go. */
public class ManualLoop implements EventLoop {

    private final int index;
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    public ManualLoop(int index) {
        this.index = index;
    }

    /** Runs what waits, and what that adds. */
    public final void endTurn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Override
    public final int index() {
        return index;
    }

    @Override
    public final boolean inLoop() {
        return true;
    }

    @Override
    public final boolean isIdle() {
        return tasks.isEmpty();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        throw new AssertionError("a timer for " + delayMillis + " ms, and none was expected");
    }

    @Override
    public Timer scheduleSoon(long delayMillis, Runnable task) {
        throw new AssertionError("a precise timer for " + delayMillis + " ms, and none was expected");
    }
}
