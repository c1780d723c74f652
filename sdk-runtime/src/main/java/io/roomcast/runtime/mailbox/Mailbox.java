package io.roomcast.runtime.mailbox;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after another, in the order in which they were added, on whatever thread the executor provides.
 *
 * <p>Tasks may be added from any thread. {@code size} counts the tasks that wait or run: whoever raises it from zero hands the
 * mailbox to the executor, and whoever lowers it to zero stops running it, so at most one thread runs it, and each task sees
 * what the tasks before it wrote. A task that throws is logged; those
 * behind it run all the same.
 *
 * <p>The capacity is soft: {@link #add} always adds and says when the mailbox is full; who adds decides what that means.
 */
public final class Mailbox implements Runnable {

    /** After so many tasks the thread is given back, so that one busy mailbox does not starve the others. */
    private static final int TASKS_PER_RUN = 64;

    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

    private final Executor executor;
    private final int capacity;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final Queue<Runnable> waiters = new ConcurrentLinkedQueue<>();

    public Mailbox(Executor executor, int capacity) {
        this.executor = executor;
        this.capacity = capacity;
    }

    /**
     * Adds a task.
     *
     * @return whether the mailbox is full now
     */
    public boolean add(Runnable task) {
        tasks.add(task);
        int before = size.getAndIncrement();
        if (before == 0) {
            executor.execute(this);
        }
        return before + 1 >= capacity;
    }

    /**
     * Adds a task without running anything, for a caller that holds a lock.
     *
     * @return whether the caller must {@link #start()} the mailbox afterwards
     */
    public boolean addQuietly(Runnable task) {
        tasks.add(task);
        return size.getAndIncrement() == 0;
    }

    /** Hands the mailbox to its executor. Once for each {@link #addQuietly} that asked for it. */
    public void start() {
        executor.execute(this);
    }

    /** Returns whether it holds as many tasks as it should. */
    public boolean isFull() {
        return size.get() >= capacity;
    }

    /** Calls back once, as soon as at most half of the capacity is used; perhaps at once, perhaps on another thread. */
    public void whenHalfEmpty(Runnable waiter) {
        waiters.add(waiter);
        // The mailbox may have run empty before the waiter was there to be seen.
        wakeWaiters(size.get());
    }

    @Override
    public void run() {
        for (int i = 0; i < TASKS_PER_RUN; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                throw new IllegalStateException("a mailbox counts a task that is not there");
            }
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                // Ours to find, but what waits behind it is others'.
                log.error("a mailbox task threw", failure);
            }
            int left = size.decrementAndGet();
            wakeWaiters(left);
            if (left == 0) {
                return;
            }
        }
        executor.execute(this);
    }

    private void wakeWaiters(int left) {
        if (left <= capacity / 2) {
            Runnable waiter;
            while ((waiter = waiters.poll()) != null) {
                waiter.run();
            }
        }
    }
}
