package io.roomcast.runtime.transport.memory;

import static java.util.Objects.requireNonNull;

import io.roomcast.CloseCode;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.ConnectionAcceptor;
import io.roomcast.runtime.transport.ConnectionListener;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of an in-memory connection. Confined to its loop; what one end sends reaches the other in a later task of the loop.
 */
final class MemoryConnection implements Connection {

    private enum State {
        OPEN,
        CLOSING,
        CLOSED
    }

    /** A message on its way; the next one behind it waits for it. */
    private static final class Data {
        private final MessageType type;
        private final byte[] payload;
        private @Nullable Data next;

        Data(MessageType type, byte[] payload) {
            this.type = type;
            this.payload = payload;
        }
    }

    /** Its neighbours in {@link OpenConnections}, which alone changes them. */
    @Nullable
    MemoryConnection before;

    @Nullable
    MemoryConnection behind;

    private final MemoryLoop loop;
    private final Clock clock;
    private final InetSocketAddress address;
    private final MemorySettings settings;
    private final MemoryClient.Listener client;
    private @Nullable ConnectionListener server;
    private State state = State.OPEN;

    /** What the server sent and the client has not read: a list without an object, for there may be a million of them. */
    private @Nullable Data firstToClient;

    private @Nullable Data lastToClient;

    private int toClientBytes;
    private boolean deliveryPlanned;
    private boolean clientStalled;

    /** What the client sent while the server did not read; null while there is nothing. */
    private @Nullable Queue<Data> toServer;

    private boolean readsPaused;
    private long lastReceived;
    private int closeCode = CloseCode.ABNORMAL;
    private String closeReason = "";
    private EventLoop.@Nullable Timer closeDeadline;

    MemoryConnection(
            MemoryLoop loop,
            Clock clock,
            InetSocketAddress address,
            MemorySettings settings,
            MemoryClient.Listener client) {
        this.loop = loop;
        this.clock = clock;
        this.address = address;
        this.settings = settings;
        this.client = client;
        this.lastReceived = clock.nanos();
    }

    void open(ConnectionAcceptor acceptor, Handshake handshake) {
        loop.connections().add(this);
        server = acceptor.accept(this, handshake);
    }

    // ---- the server's end

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return address;
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }

    @Override
    public boolean isWritable() {
        return state == State.OPEN && unsentBytes() == 0;
    }

    @Override
    public boolean write(MessageType type, Chunk[] chunks, int from, int to, int size) {
        if (state != State.OPEN) {
            return false;
        }
        if (!isWritable()) {
            throw new IllegalStateException("write while " + unsentBytes() + " bytes of earlier writes wait");
        }
        ByteBuffer joined = ByteBuffer.allocate(size);
        for (int i = from; i < to; i++) {
            chunks[i].writeTo(joined);
        }
        Data data = new Data(type, joined.array());
        if (lastToClient == null) {
            firstToClient = data;
        } else {
            lastToClient.next = data;
        }
        lastToClient = data;
        toClientBytes += size;
        planDelivery();
        return isWritable();
    }

    @Override
    public int unsentBytes() {
        return Math.max(0, toClientBytes - settings.networkBytes());
    }

    @Override
    public void ping() {
        if (state == State.OPEN) {
            loop.execute(() -> {
                if (state == State.OPEN && !clientStalled) {
                    lastReceived = clock.nanos();
                }
            });
        }
    }

    @Override
    public long lastReceivedNanos() {
        return lastReceived;
    }

    @Override
    public void pauseReads() {
        readsPaused = true;
    }

    @Override
    public void resumeReads() {
        if (readsPaused) {
            readsPaused = false;
            loop.execute(this::deliverToServer);
        }
    }

    @Override
    public void close(int code, String reason) {
        if (state == State.OPEN) {
            beginClosing(code, reason);
            planDelivery();
        }
    }

    @Override
    public void abort() {
        end();
    }

    // ---- the client's end

    void received(MessageType type, byte[] payload) {
        if (state != State.OPEN) {
            return;
        }
        lastReceived = clock.nanos();
        if (payload.length > settings.limits().maxMessageBytes()) {
            close(
                    CloseCode.MESSAGE_TOO_BIG,
                    "message of " + payload.length + " bytes, expected at most "
                            + settings.limits().maxMessageBytes());
            return;
        }
        if (!readsPaused && toServer == null) {
            giveToServer(type, payload);
            tellReadEnd();
            return;
        }
        if (toServer == null) {
            toServer = new ArrayDeque<>();
        }
        toServer.add(new Data(type, payload));
        deliverToServer();
    }

    void closedByClient(int code, String reason) {
        if (state == State.OPEN) {
            beginClosing(code, reason);
        }
        end();
    }

    void stall(boolean stalled) {
        clientStalled = stalled;
        if (!stalled) {
            planDelivery();
        }
    }

    // ---- within

    private void deliverToServer() {
        while (!readsPaused && state == State.OPEN && toServer != null) {
            Data data = toServer.remove();
            if (toServer.isEmpty()) {
                toServer = null;
            }
            giveToServer(data.type, data.payload);
        }
        tellReadEnd();
    }

    private void giveToServer(MessageType type, byte[] payload) {
        try {
            requireNonNull(server).onMessage(type, ByteBuffer.wrap(payload));
        } catch (RuntimeException | Error failure) {
            close(CloseCode.INTERNAL_ERROR, "the server failed");
        }
    }

    private void tellReadEnd() {
        if (state != State.CLOSED) {
            requireNonNull(server).onReadEnd();
        }
    }

    private void planDelivery() {
        if (!deliveryPlanned) {
            deliveryPlanned = true;
            loop.execute(this::deliverToClient);
        }
    }

    private void deliverToClient() {
        deliveryPlanned = false;
        boolean blocked = unsentBytes() > 0;
        while (!clientStalled && state != State.CLOSED && firstToClient != null) {
            Data data = firstToClient;
            firstToClient = data.next;
            if (firstToClient == null) {
                lastToClient = null;
            }
            toClientBytes -= data.payload.length;
            client.onMessage(data.type, data.payload);
        }
        if (blocked && isWritable()) {
            requireNonNull(server).onWritable();
        }
        if (state == State.CLOSING && firstToClient == null) {
            // The client has read everything and the close frame behind it, and answers.
            end();
        }
    }

    private void beginClosing(int code, String reason) {
        state = State.CLOSING;
        closeCode = code;
        closeReason = reason;
        closeDeadline = loop.schedule(settings.limits().closeTimeout().toMillis(), this::end);
    }

    private void end() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        if (closeDeadline != null) {
            closeDeadline.cancel();
        }
        firstToClient = null;
        lastToClient = null;
        toClientBytes = 0;
        toServer = null;
        loop.connections().remove(this);
        client.onClosed(closeCode, closeReason);
        if (server != null) {
            server.onClosed(closeCode, closeReason);
        }
    }
}
