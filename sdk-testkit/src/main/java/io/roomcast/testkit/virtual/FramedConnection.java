package io.roomcast.testkit.virtual;

import io.roomcast.CloseCode;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.environment.RateLimit;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.ConnectionAcceptor;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.transport.TransportObserver;
import io.roomcast.runtime.transport.memory.MemoryClient;
import io.roomcast.runtime.transport.websocket.ByteStream;
import io.roomcast.runtime.transport.websocket.ConnectionLimits;
import io.roomcast.runtime.transport.websocket.FrameException;
import io.roomcast.runtime.transport.websocket.FrameHandler;
import io.roomcast.runtime.transport.websocket.FrameReader;
import io.roomcast.runtime.transport.websocket.WebSocketConnection;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.scenario.Misdeed;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Both ends of a connection of bytes: the server's is the production {@link WebSocketConnection}, the client's reads what it writes with the production reader, as a client
 * does. What the client writes arrives in pieces, cut by chance; what the network does not take the server keeps. Confined to its loop; what one end does reaches the
 * other in a later task of the loop.
 */
final class FramedConnection implements ByteStream {

    /** A client takes whatever a server sends. */
    private static final ConnectionLimits ANYTHING =
            new ConnectionLimits(1 << 30, 1 << 20, new RateLimit(1 << 20, 1 << 30), Long.MAX_VALUE, Long.MAX_VALUE);

    private final EventLoop loop;
    private final InetSocketAddress address;
    private final int networkBytes;
    private final MemoryClient.Listener client;
    private final Consumer<FramedConnection> onEnd;
    private final Dice dice;
    private final Consumer<String> violated;
    private final WebSocketConnection server;
    private final FrameReader reader;
    private final FrameHandler heard = new Heard();

    private final Queue<byte[]> toServer = new ArrayDeque<>(1);
    private final Queue<byte[]> toClient = new ArrayDeque<>(1);
    private int toClientBytes;

    // The server's end.
    private boolean readsResumed = true;
    private boolean readPlanned;
    private boolean writesResumed;
    private boolean writePlanned;
    private boolean noMoreToClient;
    private boolean closed;
    private boolean toldServer;

    // The client's end.
    private boolean clientStalled;
    private boolean clientMute;
    private boolean clientGone;
    private boolean clientClosing;
    private boolean deliveryPlanned;
    private boolean toldClient;
    private int closeCode = CloseCode.ABNORMAL;
    private String closeReason = "";

    /**
     * @param staging see {@link WebSocketConnection}
     * @param networkBytes how much the network takes of what the client does not read
     * @param dice cuts what the client writes
     * @param violated told when the server breaks RFC 6455
     * @param onEnd told when the server's end is closed
     */
    FramedConnection(
            EventLoop loop,
            InetSocketAddress address,
            ConnectionLimits limits,
            Clock clock,
            ByteBuffer staging,
            int networkBytes,
            Dice dice,
            Consumer<String> violated,
            MemoryClient.Listener client,
            Consumer<FramedConnection> onEnd) {
        this.loop = loop;
        this.address = address;
        this.networkBytes = networkBytes;
        this.dice = dice;
        this.violated = violated;
        this.client = client;
        this.onEnd = onEnd;
        this.server = new WebSocketConnection(this, staging, limits, clock, TransportObserver.NONE);
        this.reader = FrameReader.ofServer(ANYTHING, clock);
    }

    void open(ConnectionAcceptor acceptor, Handshake handshake) {
        server.listen(acceptor.accept(server, handshake));
        planRead();
    }

    Connection server() {
        return server;
    }

    // ---- the client's end

    /** Sends a message. */
    void send(MessageType type, byte[] payload) {
        put(ClientFrames.message(type, payload, dice));
    }

    /** Sends a message in frames that are not as usual. */
    void sendAs(Misdeed misdeed, MessageType type, byte[] payload) {
        put(
                switch (misdeed) {
                    case UNMASKED -> ClientFrames.unmasked(type, payload, dice);
                    case FRAGMENTED -> ClientFrames.fragmented(type, payload, dice);
                    default -> throw new IllegalArgumentException(misdeed + " is not about frames");
                });
    }

    private void put(byte[] bytes) {
        if (clientGone || closed) {
            return;
        }
        int from = 0;
        // One in four is cut, as a network does.
        while (bytes.length - from > 1 && dice.below(4) == 0) {
            int to = from + 1 + (int) dice.below(bytes.length - from - 1L);
            toServer.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        toServer.add(from == 0 ? bytes : Arrays.copyOfRange(bytes, from, bytes.length));
        planRead();
    }

    /** Begins the closing handshake. */
    void close(int code, String reason) {
        if (!clientClosing) {
            clientClosing = true;
            put(ClientFrames.close(code, reason, dice));
        }
    }

    /** Is gone: what it wrote still arrives, and then the end. */
    void cut() {
        clientGone = true;
        planRead();
    }

    /** Is gone by a TCP reset: the server finds the connection broken, and what was on its way is lost. */
    void reset() {
        clientGone = true;
        if (!toldServer && !closed) {
            toldServer = true;
            toServer.clear();
            server.broken("connection reset by peer");
        }
    }

    void stall(boolean stalled) {
        clientStalled = stalled;
        planDelivery();
    }

    /** Answers no ping any more; still reads. */
    void mute() {
        clientMute = true;
    }

    private void planDelivery() {
        if (!deliveryPlanned) {
            deliveryPlanned = true;
            loop.execute(this::deliverToClient);
        }
    }

    private void deliverToClient() {
        deliveryPlanned = false;
        while (!clientStalled && !toClient.isEmpty()) {
            byte[] bytes = toClient.remove();
            toClientBytes -= bytes.length;
            if (!clientGone) {
                read(bytes);
            }
        }
        planWritable();
        if (noMoreToClient && toClient.isEmpty() && !clientStalled && !toldClient) {
            toldClient = true;
            clientGone = true;
            planRead();
            client.onClosed(closeCode, closeReason);
        }
    }

    private void read(byte[] bytes) {
        try {
            reader.read(ByteBuffer.wrap(bytes), heard);
        } catch (FrameException broken) {
            violated.accept("a node broke RFC 6455: " + broken.reason());
            reset();
        }
    }

    /** What the client reads. */
    private final class Heard implements FrameHandler {

        @Override
        public boolean onMessage(MessageType type, ByteBuffer payload) {
            byte[] message = new byte[payload.remaining()];
            payload.get(message);
            client.onMessage(type, message);
            return true;
        }

        @Override
        public boolean onPing(ByteBuffer payload) {
            if (!clientMute) {
                byte[] content = new byte[payload.remaining()];
                payload.get(content);
                put(ClientFrames.pong(content, dice));
            }
            return true;
        }

        @Override
        public boolean onPong(ByteBuffer payload) {
            return true;
        }

        @Override
        public void onClose(int code, String reason) {
            closeCode = code;
            closeReason = reason;
            if (!clientClosing) {
                clientClosing = true;
                put(ClientFrames.close(code, "", dice));
            }
        }
    }

    // ---- the server's end

    private void planRead() {
        if (!readPlanned && readsResumed && !closed) {
            readPlanned = true;
            loop.execute(this::deliverToServer);
        }
    }

    private void deliverToServer() {
        readPlanned = false;
        while (readsResumed && !closed && server.wantsReads() && !toServer.isEmpty()) {
            server.received(ByteBuffer.wrap(toServer.remove()));
        }
        if (clientGone && toServer.isEmpty() && readsResumed && !closed && !toldServer) {
            toldServer = true;
            server.endOfInput();
        }
    }

    private void planWritable() {
        if (!writePlanned && writesResumed && !closed && toClientBytes < networkBytes) {
            writePlanned = true;
            loop.execute(() -> {
                writePlanned = false;
                if (writesResumed && !closed) {
                    server.writable();
                    planWritable();
                }
            });
        }
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return address;
    }

    @Override
    public void write(ByteBuffer bytes) {
        int size = Math.min(bytes.remaining(), networkBytes - toClientBytes);
        if (size > 0) {
            byte[] taken = new byte[size];
            bytes.get(taken);
            toClient.add(taken);
            toClientBytes += size;
            planDelivery();
        }
    }

    @Override
    public boolean flush() {
        return true;
    }

    @Override
    public void resumeWrites() {
        writesResumed = true;
        planWritable();
    }

    @Override
    public void suspendWrites() {
        writesResumed = false;
    }

    @Override
    public void resumeReads() {
        readsResumed = true;
        planRead();
    }

    @Override
    public void suspendReads() {
        readsResumed = false;
    }

    @Override
    public void shutdownWrites() {
        noMoreToClient = true;
        planDelivery();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            toServer.clear();
            noMoreToClient = true;
            planDelivery();
            onEnd.accept(this);
        }
    }
}
