package io.roomcast.runtime.transport.memory;

import io.roomcast.RoomcastException;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.transport.ConnectionAcceptor;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.Transport;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A transport whose clients live in the same process. The core above it is the one that runs on sockets: the same loops,
 * sessions, rooms and encodings; only the frames and the kernel are left out.
 *
 * <p>Safe to use from any thread. Time is the clock's: timers fire when {@link #fireTimers} is called.
 */
public final class MemoryTransport implements Transport {

    private final List<MemoryLoop> loops;
    private final Clock clock;
    private final MemorySettings settings;
    private final AtomicInteger nextNumber = new AtomicInteger();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile @Nullable ConnectionAcceptor acceptor;
    private volatile boolean accepting;

    /**
     * @param loopCount how many loops there are; connections are dealt out to them in turn
     * @param executor runs the loops
     */
    public MemoryTransport(int loopCount, Executor executor, Clock clock, MemorySettings settings) {
        this.loops = IntStream.range(0, loopCount)
                .mapToObj(index -> new MemoryLoop(index, executor, clock))
                .toList();
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    @Override
    public void start(ConnectionAcceptor takesOver) {
        acceptor = takesOver;
        accepting = true;
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return List.of();
    }

    /**
     * Opens a connection. What the server sends is told to the listener on the connection's loop.
     *
     * @throws RoomcastException if the transport does not accept connections
     */
    public MemoryClient connect(InetSocketAddress address, Handshake handshake, MemoryClient.Listener listener) {
        ConnectionAcceptor current = acceptor;
        if (!accepting || current == null) {
            throw new RoomcastException("the node does not accept connections");
        }
        int number = nextNumber.getAndIncrement();
        MemoryLoop loop = loops.get(Math.floorMod(number, loops.size()));
        MemoryConnection connection = new MemoryConnection(loop, clock, address, settings, listener);
        loop.execute(() -> connection.open(current, handshake));
        return new MemoryClient(connection);
    }

    /** Runs what is due on every loop. */
    public void fireTimers() {
        loops.forEach(MemoryLoop::fireTimers);
    }

    /**
     * Returns the time, on the clock, at which {@link #fireTimers} has something of {@link EventLoop#scheduleSoon} to run;
     * {@link Long#MAX_VALUE} if nothing waits. Only while the executor rests.
     */
    public long nextSoonNanos() {
        // Asked at every instant of a simulation.
        long next = Long.MAX_VALUE;
        for (MemoryLoop loop : loops) {
            next = Math.min(next, loop.nextSoonNanos());
        }
        return next;
    }

    @Override
    public void stopAccepting() {
        accepting = false;
    }

    /** Ends all connections: on each loop in the order in which they were opened. */
    @Override
    public CompletionStage<Void> close() {
        accepting = false;
        AtomicInteger busy = new AtomicInteger(loops.size());
        for (MemoryLoop loop : loops) {
            loop.execute(() -> {
                loop.connections().abortAll();
                // Behind what the aborts gave to the loop.
                loop.execute(() -> {
                    if (busy.decrementAndGet() == 0) {
                        closed.complete(null);
                    }
                });
            });
        }
        return closed;
    }
}
