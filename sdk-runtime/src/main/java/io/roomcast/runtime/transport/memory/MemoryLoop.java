package io.roomcast.runtime.transport.memory;

import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.environment.TimingWheel;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.JoiningTask;
import io.roomcast.runtime.transport.LoopTasks;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event loop without a thread of its own: its tasks run one after another on whatever thread the executor provides. With an
 * executor that runs everything on one thread a whole cluster is deterministic.
 */
final class MemoryLoop implements EventLoop {

    private static final int TICK_MILLIS = 50;
    private static final int SLOTS = 512;

    private final int index;
    private final Clock clock;
    private final LoopTasks tasks;
    private final TimingWheel timers;
    private final PriorityQueue<SoonTimer> soon = new PriorityQueue<>();
    private final OpenConnections connections = new OpenConnections();
    private long lastSoon;
    /** The thread inside a task, for {@link #inLoop}; only a thread that sees itself here may believe it. */
    private volatile @Nullable Thread running;

    MemoryLoop(int index, Executor executor, Clock clock) {
        this.index = index;
        this.clock = clock;
        this.tasks = new LoopTasks(executor);
        this.timers = new TimingWheel(millis(), TICK_MILLIS, SLOTS);
    }

    /** Returns the connections that belong to it. On the loop. */
    OpenConnections connections() {
        return connections;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inLoop() {
        return running == Thread.currentThread();
    }

    @Override
    public void execute(Runnable task) {
        tasks.execute(task instanceof JoiningTask joining ? new JoiningHere(joining) : () -> run(task));
    }

    private void run(Runnable task) {
        running = Thread.currentThread();
        try {
            task.run();
        } finally {
            running = null;
        }
    }

    private final class JoiningHere implements JoiningTask {

        private final JoiningTask task;

        JoiningHere(JoiningTask task) {
            this.task = task;
        }

        @Override
        public boolean takeIn(JoiningTask next) {
            return task.takeIn(((JoiningHere) next).task);
        }

        @Override
        public void run() {
            MemoryLoop.this.run(task);
        }
    }

    @Override
    public boolean isIdle() {
        return !tasks.hasNext();
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        MemoryTimer timer = new MemoryTimer(task);
        timers.schedule(timer, millis() + delayMillis);
        return timer;
    }

    @Override
    public Timer scheduleSoon(long delayMillis, Runnable task) {
        SoonTimer timer = new SoonTimer(clock.nanos() + TimeUnit.MILLISECONDS.toNanos(delayMillis), ++lastSoon, task);
        soon.add(timer);
        return () -> soon.remove(timer);
    }

    /** Something that runs at its time exactly; equal times in the order of their numbers. */
    private record SoonTimer(long nanos, long number, Runnable task) implements Comparable<SoonTimer> {

        @Override
        public int compareTo(SoonTimer other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final class MemoryTimer extends TimingWheel.Entry implements Timer {

        private final Runnable task;

        MemoryTimer(Runnable task) {
            this.task = task;
        }

        @Override
        protected void expired() {
            task.run();
        }

        @Override
        public void cancel() {
            timers.cancel(this);
        }
    }

    /** Runs the timers that are due. */
    void fireTimers() {
        execute(() -> {
            long now = clock.nanos();
            for (SoonTimer timer = soon.peek(); timer != null && timer.nanos() <= now; timer = soon.peek()) {
                soon.remove();
                timer.task().run();
            }
            timers.advance(millis());
        });
    }

    /** Returns when the next of {@link #scheduleSoon} is due, or {@link Long#MAX_VALUE}. While nothing runs on the loop. */
    long nextSoonNanos() {
        SoonTimer next = soon.peek();
        return next == null ? Long.MAX_VALUE : next.nanos();
    }

    private long millis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanos());
    }
}
