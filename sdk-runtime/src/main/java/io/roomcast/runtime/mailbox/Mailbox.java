package io.roomcast.runtime.mailbox;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
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
 * <p>Most mailboxes rest most of the time, and there may be as many as peers. So the task that wakes one has a place of its own, {@code first},
 * and there is no queue before a second one meets it; on an {@link InlineExecutor} it may run without having waited anywhere.
 *
 * <p>The capacity is soft: {@link #add} always adds and says when the mailbox is full; who adds decides what that means.
 */
public final class Mailbox implements Runnable {

    /** After so many tasks the thread is given back, so that one busy mailbox does not starve the others. */
    private static final int TASKS_PER_RUN = 64;

    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);
    private static final AtomicIntegerFieldUpdater<Mailbox> SIZE =
            AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "size");

    private final Executor executor;
    private final int capacity;
    private volatile int size;
    /** Written by whoever raises the size from zero, and before it hands the mailbox over; then the runner's. */
    private @Nullable Runnable first;
    /** Null until something waits there. */
    private volatile @Nullable Queue<Runnable> tasks;
    /** Null until somebody waits. */
    private volatile @Nullable Queue<Runnable> waiters;

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
        if (raise()) {
            wake(task);
            return isFull();
        }
        int before = enqueue(task);
        if (before == 0) {
            executor.execute(this);
        }
        return before + 1 >= capacity;
    }

    /** Has the first task run: where it is, if that may be, and then it is written nowhere. */
    private void wake(Runnable task) {
        if (executor instanceof InlineExecutor inline && inline.tryEnter()) {
            try {
                runFrom(task);
            } finally {
                inline.exit();
            }
        } else {
            first = task;
            executor.execute(this);
        }
    }

    /**
     * Adds a task without running anything, for a caller that holds a lock.
     *
     * @return whether the caller must {@link #start()} the mailbox afterwards
     */
    public boolean addQuietly(Runnable task) {
        if (raise()) {
            first = task;
            return true;
        }
        return enqueue(task) == 0;
    }

    /** Raises the size from zero for a task that needs no queue, and returns whether it did. */
    private boolean raise() {
        Queue<Runnable> known = tasks;
        // Not past what waits in the queue: it may be the same thread's.
        return (known == null || known.isEmpty()) && SIZE.compareAndSet(this, 0, 1);
    }

    /** Returns how many tasks there were before. */
    private int enqueue(Runnable task) {
        // First the task and then its number: whoever runs the mailbox finds as many as it counts.
        queue().add(task);
        return SIZE.getAndIncrement(this);
    }

    private Queue<Runnable> queue() {
        Queue<Runnable> known = tasks;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            known = tasks;
            if (known == null) {
                known = new ConcurrentLinkedQueue<>();
                tasks = known;
            }
            return known;
        }
    }

    /** Hands the mailbox to its executor. Once for each {@link #addQuietly} that asked for it. */
    public void start() {
        executor.execute(this);
    }

    /** Returns whether another task waits behind the one that calls this. From within a task. */
    public boolean hasNext() {
        return size > 1;
    }

    /** Returns whether no task waits or runs. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Returns whether it holds as many tasks as it should. */
    public boolean isFull() {
        return size >= capacity;
    }

    /** Calls back once, as soon as at most half of the capacity is used; perhaps at once, perhaps on another thread. */
    public void whenHalfEmpty(Runnable waiter) {
        Queue<Runnable> waiting;
        synchronized (this) {
            waiting = waiters;
            if (waiting == null) {
                waiting = new ConcurrentLinkedQueue<>();
                waiters = waiting;
            }
        }
        waiting.add(waiter);
        // The mailbox may have run empty before the waiter was there to be seen.
        wakeWaiters(size);
    }

    @Override
    public void run() {
        runFrom(next());
    }

    private void runFrom(Runnable begin) {
        Runnable task = begin;
        for (int ran = 1; ; ran++) {
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                // Ours to find, but what waits behind it is others'.
                log.error("a mailbox task threw", failure);
            }
            int left = SIZE.decrementAndGet(this);
            wakeWaiters(left);
            if (left == 0) {
                return;
            }
            if (ran == TASKS_PER_RUN) {
                executor.execute(this);
                return;
            }
            task = next();
        }
    }

    private Runnable next() {
        Runnable task = first;
        if (task != null) {
            first = null;
            return task;
        }
        Queue<Runnable> waiting = tasks;
        task = waiting == null ? null : waiting.poll();
        if (task == null) {
            throw new IllegalStateException("a mailbox counts a task that is not there");
        }
        return task;
    }

    private void wakeWaiters(int left) {
        Queue<Runnable> waiting = waiters;
        if (waiting != null && left <= capacity / 2) {
            Runnable waiter;
            while ((waiter = waiting.poll()) != null) {
                waiter.run();
            }
        }
    }
}
