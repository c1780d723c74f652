package io.roomcast.runtime.transport.undertow;

import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.environment.TimingWheel;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.LoopTasks;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/**
 * An XNIO IO thread as an event loop. XNIO runs the tasks of its queue one after another before it selects again, which is the
 * order that {@link EventLoop} promises; a task that always gives itself again starves the network. It is given one that runs all of ours.
 *
 * <p>Timers live in a wheel of its own, since XNIO keeps its timers in one locked tree. XNIO is asked for one tick at a time,
 * and for none while no timer waits.
 *
 * <p>What is not final is touched by the IO thread only.
 */
final class XnioEventLoop implements EventLoop {

    private static final Logger LOG = LoggerFactory.getLogger(XnioEventLoop.class);

    /** Two of them, plus XNIO's rounding, stay below the 100 ms that a timer may be late. */
    private static final int TICK_MILLIS = 40;

    private static final int SLOTS = 1024;

    /** Also the longest write: a loop's connections share both buffers. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private final int index;
    private final XnioIoThread thread;
    private final Clock clock;
    private final TimingWheel wheel;
    private final Runnable tick = this::tick;
    private final Runnable runTasks = this::runTasks;
    private final LoopTasks tasks = new LoopTasks(this::wake);

    /** XNIO did not take what runs the tasks. */
    private volatile boolean refused;
    /** Whether one of the tasks is running. */
    private boolean inTask;

    private boolean tickPending;
    private boolean ended;
    private @Nullable ByteBuffer readBuffer;
    private @Nullable ByteBuffer staging;
    private @Nullable XnioByteStream firstStream;

    XnioEventLoop(int index, XnioIoThread thread, Clock clock) {
        this.index = index;
        this.thread = thread;
        this.clock = clock;
        this.wheel = new TimingWheel(millisDown(clock.nanos()), TICK_MILLIS, SLOTS);
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /** Returns whether this loop is that thread. */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(XnioIoThread other) {
        return thread == other;
    }

    @Override
    public void execute(Runnable task) {
        tasks.execute(task);
        while (refused && inLoop()) {
            // The worker was shutting down and took no more, but this thread is still here to do it.
            refused = false;
            runTasks();
        }
    }

    /** Gives a task to the loop past what waits, and returns whether it took it: not after its worker was shut down. */
    boolean offer(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void wake(Runnable ofTasks) {
        if (!offer(runTasks)) {
            refused = true;
        }
    }

    private void runTasks() {
        inTask = true;
        try {
            tasks.run();
        } finally {
            inTask = false;
        }
    }

    @Override
    public boolean isIdle() {
        return inTask ? !tasks.hasNext() : tasks.isEmpty();
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        LoopTimer timer = new LoopTimer(wheel, task);
        wheel.schedule(timer, millisUp(clock.nanos()) + Math.max(0, delayMillis));
        tickLater();
        return timer;
    }

    @Override
    public Timer scheduleSoon(long delayMillis, Runnable task) {
        try {
            XnioExecutor.Key key =
                    thread.executeAfter(() -> runTimer(task), Math.max(0, delayMillis), TimeUnit.MILLISECONDS);
            return key::remove;
        } catch (RejectedExecutionException e) {
            LOG.debug("Loop {} has ended, a timer of {} ms is lost", index, delayMillis);
            return () -> {};
        }
    }

    /** Returns the buffer that all connections of the loop read into, one after another. */
    ByteBuffer readBuffer() {
        ByteBuffer buffer = readBuffer;
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            readBuffer = buffer;
        }
        return buffer;
    }

    /** Returns the buffer in which all connections of the loop put their writes together. */
    ByteBuffer staging() {
        ByteBuffer buffer = staging;
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            staging = buffer;
        }
        return buffer;
    }

    /** Takes in a stream, and returns whether it did: not after {@link #end()}. */
    boolean add(XnioByteStream stream) {
        if (ended) {
            return false;
        }
        stream.next = firstStream;
        if (firstStream != null) {
            firstStream.previous = stream;
        }
        firstStream = stream;
        return true;
    }

    void remove(XnioByteStream stream) {
        if (stream.previous != null) {
            stream.previous.next = stream.next;
        } else if (firstStream == stream) {
            firstStream = stream.next;
        }
        if (stream.next != null) {
            stream.next.previous = stream.previous;
        }
        stream.previous = null;
        stream.next = null;
    }

    /** Cuts every connection and takes in no more. On the loop. */
    void end() {
        ended = true;
        for (XnioByteStream stream = firstStream; stream != null; stream = firstStream) {
            remove(stream);
            stream.cut("this node stopped");
        }
    }

    private void tickLater() {
        if (!tickPending && wheel.size() > 0) {
            try {
                thread.executeAfter(tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
                tickPending = true;
            } catch (RejectedExecutionException e) {
                LOG.debug("Loop {} has ended, with {} timers", index, wheel.size());
            }
        }
    }

    private void tick() {
        tickPending = false;
        wheel.advance(millisDown(clock.nanos()));
        tickLater();
    }

    private static void runTimer(Runnable task) {
        try {
            task.run();
        } catch (Throwable t) {
            LOG.error("A timer failed", t);
        }
    }

    private static long millisDown(long nanos) {
        return Math.floorDiv(nanos, 1_000_000L);
    }

    private static long millisUp(long nanos) {
        return -Math.floorDiv(-nanos, 1_000_000L);
    }

    private static final class LoopTimer extends TimingWheel.Entry implements Timer {

        private final TimingWheel wheel;
        private final Runnable task;

        LoopTimer(TimingWheel wheel, Runnable task) {
            this.wheel = wheel;
            this.task = task;
        }

        @Override
        public void cancel() {
            wheel.cancel(this);
        }

        @Override
        protected void expired() {
            runTimer(task);
        }
    }
}
