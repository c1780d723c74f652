package io.roomcast.testkit.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * All clients of a process on one selector. It has no thread of its own: network events and timers are handled inside {@link #runUntil},
 * on the caller's thread, the only one that may use it, except for {@link #execute}.
 *
 * <p>Timers fire up to a millisecond late, which is what a selector can do; whoever measures takes the lateness down.
 */
public final class SocketLoop implements AutoCloseable {

    /** The largest frame of a server that can be read. */
    static final int READ_BUFFER = 1024 * 1024;

    private static final long LONGEST_SELECT_MILLIS = 100;

    private final Selector selector;
    private final LongSupplier clock;
    private final SourceAddresses sources;
    private final FrameWriter writer;
    private final Draft draft = new Draft();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BUFFER);
    private final Timers timers = new Timers();
    private final Set<ClientSocket> sockets = new HashSet<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /**
     * @param clock of nanoseconds, such as {@link System#nanoTime}
     * @param process which one of the processes of a run this is, from 0: they take different source addresses
     * @param seed of the frame masks, and nothing else
     */
    public SocketLoop(LongSupplier clock, int process, long seed) {
        this.clock = clock;
        this.sources = new SourceAddresses(process);
        this.writer = new FrameWriter(new SplittableRandom(seed));
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no selector can be opened", e);
        }
    }

    /** Returns what the clock says. */
    public long nanos() {
        return clock.getAsLong();
    }

    /** Returns how many connections there are, those on their way included. */
    public int connections() {
        return sockets.size();
    }

    /** Lets a timer fire at an instant; if it was to fire at another, it does not. */
    public void schedule(Timer timer, long dueNanos) {
        timers.schedule(timer, dueNanos);
    }

    /** Lets a timer not fire. It may be held until the instant for which it was scheduled; {@link #forget} lets go of it. */
    public void cancel(Timer timer) {
        timers.cancel(timer);
    }

    /** Lets a timer not fire, and lets go of it. */
    public void forget(Timer timer) {
        timers.forget(timer);
    }

    /** Has a task run by the thread that runs this loop, soon. From any thread. */
    public void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Begins a connection. What becomes of it, the listener is told: never before this method has returned. */
    public ClientSocket connect(Target target, SocketOptions options, ClientSocket.Listener listener) {
        ClientSocket socket = new ClientSocket(this, target, options, listener);
        sockets.add(socket);
        socket.begin(selector, target.hasManySources() ? sources : null);
        return socket;
    }

    /**
     * Handles events until a condition holds. It is asked after each turn, at least every 100 ms.
     *
     * @param deadlineNanos when to stop even if it does not
     * @return whether it holds
     */
    public boolean runUntil(BooleanSupplier condition, long deadlineNanos) {
        while (!condition.getAsBoolean()) {
            long now = nanos();
            if (now - deadlineNanos >= 0) {
                return false;
            }
            turn(now, Math.min(deadlineNanos, timers.nextNanos()));
        }
        return true;
    }

    private void turn(long now, long untilNanos) {
        try {
            long wait = Math.min(LONGEST_SELECT_MILLIS, TimeUnit.NANOSECONDS.toMillis(untilNanos - now + 999_999));
            if (wait <= 0 || !tasks.isEmpty()) {
                selector.selectNow(this::ready);
            } else {
                selector.select(this::ready, wait);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the selector failed", e);
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        timers.fire(nanos());
        writer.flush();
    }

    private void ready(SelectionKey key) {
        ((ClientSocket) key.attachment()).ready();
        // While all that is needed to write to it is still at hand, also in the processor's caches.
        writer.flush();
    }

    void gone(ClientSocket socket) {
        sockets.remove(socket);
    }

    ByteBuffer buffer() {
        return buffer;
    }

    FrameWriter writer() {
        return writer;
    }

    Draft draft() {
        return draft;
    }

    /** Cuts all connections; their listeners are told. */
    @Override
    public void close() {
        List.copyOf(sockets).forEach(ClientSocket::cut);
        try {
            selector.selectNow();
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the selector cannot be closed", e);
        }
    }
}
