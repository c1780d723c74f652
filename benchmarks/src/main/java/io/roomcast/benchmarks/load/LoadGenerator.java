package io.roomcast.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * Many clients of one server on one selector. There is no thread of its own: network events are handled inside
 * {@link #connect}, {@link #run} and {@link #runUntil(String, BooleanSupplier)}, on the caller's thread, the only one that may use it.
 */
public final class LoadGenerator implements AutoCloseable {

    private static final int READ_BUFFER = 512 * 1024;
    /** How long nothing may happen. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Shorter than the selector can wait; the kernel adds some 50 µs. */
    private static final long SHORT_WAIT_NANOS = 50_000;

    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BUFFER);
    private final SourceAddresses sources = new SourceAddresses();
    private final SplittableRandom masks;
    private final List<LoadConnection> connections = new ArrayList<>();
    private final InetSocketAddress server;
    private final Dialect dialect;
    private final LoadConnection.Listener listener;

    private final PriorityQueue<Reminder> reminders = new PriorityQueue<>(Comparator.comparingLong(Reminder::nanos));
    private long nanos = System.nanoTime();

    private record Reminder(LoadConnection connection, long nanos) {}

    /** What a handler of a key could not throw through the selector. */
    private final List<VoidRunException> failures = new ArrayList<>(1);

    /**
     * @param port of the server, on 127.0.0.1
     * @param listener told what the connections hear
     * @param seed of the frame masks, and nothing else
     */
    public LoadGenerator(int port, Dialect dialect, LoadConnection.Listener listener, long seed) throws IOException {
        this.server = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        this.dialect = dialect;
        this.listener = listener;
        this.masks = new SplittableRandom(seed);
    }

    /** Returns the connections there are, in the order in which they were begun. */
    public List<LoadConnection> connections() {
        return Collections.unmodifiableList(connections);
    }

    /** Adds clients of one room, see {@link #connect(int, int, IntFunction)}. */
    public void connect(int count, int inFlight, String room) throws IOException, VoidRunException {
        connect(count, inFlight, index -> room);
    }

    /**
     * Adds clients and waits until all of them are in their rooms.
     *
     * @param count how many
     * @param inFlight how many may be on their way at a time
     * @param rooms gives each its room, by its {@link LoadConnection#index()}
     */
    public void connect(int count, int inFlight, IntFunction<String> rooms) throws IOException, VoidRunException {
        int first = connections.size();
        int last = first + count;
        int joined = first;
        while (joined < last) {
            while (connections.size() < last && connections.size() - joined < inFlight) {
                begin(rooms.apply(connections.size()));
            }
            int awaited = joined;
            runUntil(
                    "connection " + awaited + " to be in its room",
                    () -> connections.get(awaited).joined());
            while (joined < connections.size() && connections.get(joined).joined()) {
                joined++;
            }
        }
    }

    private void begin(String room) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.bind(sources.next());
        channel.configureBlocking(false);
        boolean connected = channel.connect(server);
        SelectionKey key = channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
        LoadConnection connection = new LoadConnection(
                connections.size(), channel, key, dialect.converse(room), dialect.text(), this, listener);
        key.attach(new Attachment(connection, room));
        connections.add(connection);
        if (connected) {
            handshake(connection, room);
        }
    }

    private record Attachment(LoadConnection connection, String room) {}

    private void handshake(LoadConnection connection, String room) throws IOException {
        connection.handshake(
                server.getAddress().getHostAddress() + ":" + server.getPort(),
                dialect.path(room),
                dialect.subprotocol());
    }

    /**
     * Handles network events until a condition holds.
     *
     * @param what is waited for, in words
     * @throws VoidRunException if nothing came for ten seconds, or something came that should not
     */
    public void runUntil(String what, BooleanSupplier condition) throws IOException, VoidRunException {
        long lastEvent = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (select(lastEvent + PATIENCE.toNanos()) > 0) {
                lastEvent = nanos;
            } else if (nanos - lastEvent >= PATIENCE.toNanos() && !condition.getAsBoolean()) {
                throw new VoidRunException("nothing came for " + PATIENCE.toSeconds() + " s while waiting for " + what);
            }
        }
    }

    /** Handles network events for a time, whether there are any or not. */
    public void run(Duration time) throws IOException, VoidRunException {
        long end = System.nanoTime() + time.toNanos();
        do {
            select(end);
        } while (nanos - end < 0);
    }

    /**
     * Handles the network events that are there; if there are none, waits for some, until a time at the latest. Waits a little
     * too long rather than burn the processor that the server needs.
     */
    public void runUntil(long untilNanos) throws IOException, VoidRunException {
        select(untilNanos);
    }

    /** Returns how many connections had events. */
    private int select(long untilNanos) throws IOException, VoidRunException {
        Reminder next = reminders.peek();
        long until = next != null && next.nanos() - untilNanos < 0 ? next.nanos() : untilNanos;
        long wait = until - System.nanoTime();
        int events;
        if (wait >= NANOS_PER_MILLI) {
            events = selector.select(this::handle, wait / NANOS_PER_MILLI);
        } else {
            events = selector.selectNow(this::handle);
            if (events == 0 && wait > 0) {
                LockSupport.parkNanos(Math.min(wait, SHORT_WAIT_NANOS));
            }
        }
        nanos = System.nanoTime();
        throwFailure();
        remind();
        return events;
    }

    private void remind() throws IOException {
        for (Reminder next = reminders.peek(); next != null && next.nanos() - nanos <= 0; next = reminders.peek()) {
            reminders.remove();
            next.connection().reminded();
        }
    }

    /** Returns when the event that is being handled, or else the last one, was noticed, as of {@link System#nanoTime}. */
    public long nanos() {
        return nanos;
    }

    int nextMask() {
        return masks.nextInt();
    }

    void remind(LoadConnection connection, long nanos) {
        reminders.add(new Reminder(connection, nanos));
    }

    private void handle(SelectionKey key) {
        Attachment attached = (Attachment) key.attachment();
        LoadConnection connection = attached.connection();
        nanos = System.nanoTime();
        try {
            if (key.isConnectable()) {
                ((SocketChannel) key.channel()).finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                handshake(connection, attached.room());
            }
            if (key.isReadable()) {
                connection.read(buffer);
            }
            if (key.isWritable()) {
                connection.flush();
            }
        } catch (IOException e) {
            key.cancel();
            failures.add(new VoidRunException("connection " + connection.index() + " broke: " + e.getMessage(), e));
        } catch (VoidRunException e) {
            key.cancel();
            failures.add(e);
        }
    }

    private void throwFailure() throws VoidRunException {
        if (!failures.isEmpty()) {
            VoidRunException first = failures.get(0);
            failures.clear();
            throw first;
        }
    }

    /** Closes all connections; there are none afterwards. */
    public void disconnectAll() throws IOException {
        connections.forEach(LoadConnection::close);
        connections.clear();
        reminders.clear();
        // A closed channel leaves its selector at the next selection.
        selector.selectNow();
    }

    @Override
    public void close() throws IOException {
        disconnectAll();
        selector.close();
    }
}
