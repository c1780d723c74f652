package io.roomcast.runtime.transport;

import io.roomcast.runtime.mailbox.Mailbox;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that were handed to a loop, from any thread, in the order in which that was done. What is handed over right behind a
 * {@link JoiningTask} may be done along with it.
 *
 * <p>The monitor of this object makes the look at what was handed over last one step with handing over the next: otherwise a task could be taken
 * in past one that its thread has handed over before. It is held for two writes; the loop is woken outside of it.
 */
public final class LoopTasks {

    private final Mailbox tasks;
    /** What was handed over last, if it can take in what follows and has not begun. Guarded by this. */
    private @Nullable JoiningTask last;

    /** @param executor has {@link #run} called on the loop, later, once for each time it is asked */
    public LoopTasks(Executor executor) {
        this.tasks = new Mailbox(executor, Integer.MAX_VALUE);
    }

    /** Hands over a task. */
    public void execute(Runnable task) {
        if (add(task)) {
            tasks.start();
        }
    }

    private synchronized boolean add(Runnable task) {
        if (!(task instanceof JoiningTask joining)) {
            last = null;
            return tasks.addQuietly(task);
        }
        if (last != null && last.takeIn(joining)) {
            return false;
        }
        last = joining;
        return tasks.addQuietly(() -> begin(joining));
    }

    private void begin(JoiningTask task) {
        closed(task);
        task.run();
    }

    @SuppressWarnings("ReferenceEquality")
    private synchronized void closed(JoiningTask task) {
        if (last == task) {
            last = null;
        }
    }

    /** Does what was handed over. On the loop. */
    public void run() {
        tasks.run();
    }

    /** Returns whether another task waits behind the one that calls this. From within a task. */
    public boolean hasNext() {
        return tasks.hasNext();
    }

    /** Returns whether no task waits or runs. */
    public boolean isEmpty() {
        return tasks.isEmpty();
    }
}
