package io.roomcast.runtime.transport;

import java.util.concurrent.Executor;

/**
 * One thread (or a stand-in for one) to which connections belong. Everything that happens to a connection happens on its
 * loop.
 */
public interface EventLoop extends Executor {

    /** Returns its position in {@link Transport#loops()}. */
    int index();

    /** Returns whether the caller is on the loop. */
    boolean inLoop();

    /**
     * Runs a task on the loop. Tasks given by one thread run in the order in which it gave them. A task given by the loop to
     * itself runs before the loop waits for the network again, after what is in progress. A {@link JoiningTask} may be asked to do the
     * work of the one behind it. Tasks given after the transport was closed may be dropped.
     */
    @Override
    void execute(Runnable task);

    /**
     * Returns whether no task of {@link #execute} waits: that doing something now, instead of handing it over, overtakes nothing that
     * the caller or who came before it handed over. On the loop.
     */
    boolean isIdle();

    /**
     * Runs a task on the loop after a delay; for timeouts, not for precision: up to 100 ms late, never early. Only from the
     * loop.
     */
    Timer schedule(long delayMillis, Runnable task);

    /**
     * Runs a task on the loop after a short delay, never early and, while the loop keeps up, not more than two milliseconds late.
     * Dearer than {@link #schedule}: meant for a few timers of a loop, not for one of each connection. Only from the loop.
     */
    Timer scheduleSoon(long delayMillis, Runnable task);

    /** A task that waits for its time. */
    interface Timer {

        /** Keeps the task from running, if it has not. Only from the loop. */
        void cancel();
    }
}
