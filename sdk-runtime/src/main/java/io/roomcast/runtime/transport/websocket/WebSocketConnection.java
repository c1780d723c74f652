package io.roomcast.runtime.transport.websocket;

import io.roomcast.CloseCode;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.ConnectionListener;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.transport.TransportObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of one WebSocket connection, RFC 6455, over a {@link ByteStream}.
 *
 * <p>Belongs to the stream's loop: every field is read and written there only.
 *
 * <pre>
 *                    close()                      the client's CLOSE
 *   OPEN ───────────────────────────▶ CLOSING ───────────────────────▶ ANSWERED ──▶ CLOSED
 *    │ │        the client's CLOSE                                        ▲   when our CLOSE has gone out
 *    │ └──────────────────────────────────────────────────────────────────┘
 *    │  a broken frame, a limit
 *    └────────────────────────────▶ DISCARDING ─────────────────────────────────▶ CLOSED
 *                                     (CLOSE, then FIN; reads on, so that no RST overtakes the CLOSE)   at EOF
 * </pre>
 *
 * From every state a broken stream, EOF, {@link #abort()}, the write timeout and, once a CLOSE is under way, the close timeout
 * lead to CLOSED. {@link #end} is the only way into it, and what tells the listener, once.
 *
 * <p>Order on the wire: the rest of a frame that is partly sent; then pong, ping; then a message that has not begun; then
 * CLOSE. At most one message waits here, since {@link #write} wants {@link #isWritable()}; of pings that could not be answered
 * at once the last is answered (section 5.5.3 allows it). So what waits is bounded by one message and 381 bytes.
 */
public final class WebSocketConnection implements Connection {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketConnection.class);

    private static final byte[] NO_PAYLOAD = {};

    private enum State {
        OPEN,
        CLOSING,
        ANSWERED,
        DISCARDING,
        CLOSED
    }

    private final ByteStream stream;
    private final ByteBuffer staging;
    private final ConnectionLimits limits;
    private final Clock clock;
    private final TransportObserver observer;
    private final FrameReader reader;
    private final FrameHandler incoming = new Incoming();
    private ConnectionListener listener = Silence.LISTENER;

    private State state = State.OPEN;
    private boolean readsPaused;
    private long lastReceivedNanos;

    /** What came first from either side, or is about to be sent; set when the connection leaves OPEN. */
    private @Nullable CloseFrame closeFrame;

    private boolean closeSent;
    private EventLoop.@Nullable Timer closeTimer;

    /** The stream did not take everything and will call {@link #writable()}; true whenever something below waits. */
    private boolean blocked;

    private @Nullable UnsentMessage message;
    /** The rest of control frames that are partly sent. */
    private @Nullable ByteBuffer partlySentControl;

    private byte @Nullable [] pong;
    private boolean pingDue;
    private long lastProgressNanos;
    private EventLoop.@Nullable Timer writeTimer;

    /**
     * Takes over a stream whose handshake is done.
     *
     * @param staging a buffer of at least 1 KiB in which writes are put together; all connections of a loop may share one
     */
    public WebSocketConnection(
            ByteStream stream, ByteBuffer staging, ConnectionLimits limits, Clock clock, TransportObserver observer) {
        this.stream = stream;
        this.staging = staging;
        this.limits = limits;
        this.clock = clock;
        this.observer = observer;
        this.reader = FrameReader.ofClient(limits, clock);
        this.lastReceivedNanos = clock.nanos();
    }

    /** Says who is told; before anything is received. */
    public void listen(ConnectionListener whoIsTold) {
        this.listener = whoIsTold;
    }

    // What the core calls.

    @Override
    public EventLoop loop() {
        return stream.loop();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return stream.remoteAddress();
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }

    @Override
    public boolean isWritable() {
        return state == State.OPEN && !blocked;
    }

    @Override
    public boolean write(MessageType type, Chunk[] chunks, int from, int to, int size) {
        if (state != State.OPEN) {
            return false;
        }
        if (blocked) {
            throw new IllegalStateException(
                    "write was called while " + unsentBytes() + " bytes of earlier writes wait");
        }
        int opcode = type == MessageType.TEXT ? Opcode.TEXT : Opcode.BINARY;
        checkSize(chunks, from, to, size);
        if (FrameWriter.headerLength(size) + size > staging.capacity()) {
            message = new UnsentMessage(opcode, size, chunks, from, to);
            send();
            return isWritable();
        }
        staging.clear();
        FrameWriter.putHeader(staging, true, opcode, size);
        for (int i = from; i < to; i++) {
            chunks[i].writeTo(staging);
        }
        staging.flip();
        try {
            stream.write(staging);
            if (staging.hasRemaining()) {
                message = new UnsentMessage(opcode, size, chunks, from, to);
                message.sent(staging.position());
                block();
            } else if (!stream.flush()) {
                block();
            }
        } catch (IOException e) {
            endLater(e);
        }
        return isWritable();
    }

    @Override
    public int unsentBytes() {
        int ofMessage = message == null ? 0 : message.remaining();
        return ofMessage + (partlySentControl == null ? 0 : partlySentControl.remaining());
    }

    @Override
    public void ping() {
        if (state == State.OPEN) {
            pingDue = true;
            send();
        }
    }

    @Override
    public long lastReceivedNanos() {
        return lastReceivedNanos;
    }

    @Override
    public void pauseReads() {
        if (state == State.OPEN && !readsPaused) {
            readsPaused = true;
            stream.suspendReads();
        }
    }

    @Override
    public void resumeReads() {
        if (readsPaused) {
            readsPaused = false;
            if (state != State.CLOSED) {
                stream.resumeReads();
            }
        }
    }

    @Override
    public void close(int code, String reason) {
        if (!CloseFrame.isSendable(code)) {
            throw new IllegalArgumentException(
                    "code is " + code + ", expected one that RFC 6455 section 7.4 allows in a close frame");
        }
        if (state == State.OPEN) {
            leaveOpen(State.CLOSING, new CloseFrame(code, reason));
            resumeReads();
            send();
        }
    }

    @Override
    public void abort() {
        endLater(CloseCode.ABNORMAL, "this node cut the connection");
    }

    // What the stream calls.

    /** Returns whether the stream should go on reading. */
    public boolean wantsReads() {
        return state != State.CLOSED && !readsPaused;
    }

    /** Bytes arrived. They are read to the end, and overwritten. */
    public void received(ByteBuffer bytes) {
        lastReceivedNanos = clock.nanos();
        if (state == State.OPEN || state == State.CLOSING) {
            try {
                reader.read(bytes, incoming);
            } catch (FrameException e) {
                refuse(e.closeCode(), e.reason());
            }
            tellReadEnd();
        }
        bytes.position(bytes.limit());
    }

    private void tellReadEnd() {
        try {
            listener.onReadEnd();
        } catch (Throwable t) {
            listenerFailed(t);
        }
    }

    /** The other side sends no more. */
    public void endOfInput() {
        if (state == State.ANSWERED) {
            // It said so in its close frame; ours may still be on its way.
            stream.suspendReads();
        } else {
            end(CloseCode.ABNORMAL, "the client ended the connection without a close frame");
        }
    }

    /** The stream broke, or was closed from outside. */
    public void broken(String how) {
        end(CloseCode.ABNORMAL, how);
    }

    /** The stream takes bytes again. */
    public void writable() {
        if (!blocked) {
            stream.suspendWrites();
            return;
        }
        try {
            if (!drain()) {
                return;
            }
        } catch (IOException e) {
            end(CloseCode.ABNORMAL, describe(e));
            return;
        }
        blocked = false;
        stream.suspendWrites();
        afterDrain();
        if (isWritable()) {
            try {
                listener.onWritable();
            } catch (Throwable t) {
                listenerFailed(t);
            }
        }
    }

    private void send() {
        if (blocked) {
            return;
        }
        try {
            if (drain()) {
                afterDrain();
            } else {
                block();
            }
        } catch (IOException e) {
            endLater(e);
        }
    }

    /** Sends what waits, in the order of the class comment; returns whether all of it is gone. */
    private boolean drain() throws IOException {
        while (true) {
            if (partlySentControl != null) {
                write(partlySentControl);
                if (partlySentControl.hasRemaining()) {
                    return false;
                }
                partlySentControl = null;
            }
            if ((message == null || !message.hasBegun()) && !drainControl()) {
                return false;
            }
            if (message == null) {
                return stream.flush();
            }
            message.fill(staging);
            write(staging);
            message.sent(staging);
            if (staging.hasRemaining()) {
                return false;
            }
            if (message.remaining() == 0) {
                message = null;
            }
        }
    }

    private boolean drainControl() throws IOException {
        staging.clear();
        if (pong != null) {
            FrameWriter.putHeader(staging, true, Opcode.PONG, pong.length);
            staging.put(pong);
            pong = null;
        }
        if (pingDue) {
            FrameWriter.putHeader(staging, true, Opcode.PING, 0);
            pingDue = false;
        }
        if (closeFrame != null && !closeSent && message == null) {
            closeFrame.putTo(staging);
            closeSent = true;
        }
        staging.flip();
        if (staging.hasRemaining()) {
            write(staging);
            if (staging.hasRemaining()) {
                partlySentControl =
                        ByteBuffer.allocate(staging.remaining()).put(staging).flip();
                return false;
            }
        }
        return true;
    }

    private void write(ByteBuffer bytes) throws IOException {
        int before = bytes.position();
        stream.write(bytes);
        if (bytes.position() != before && blocked) {
            lastProgressNanos = clock.nanos();
        }
    }

    private void block() {
        blocked = true;
        lastProgressNanos = clock.nanos();
        stream.resumeWrites();
        if (writeTimer == null) {
            writeTimer = stream.loop().schedule(limits.writeTimeoutMillis(), this::checkProgress);
        }
    }

    private void checkProgress() {
        writeTimer = null;
        if (!blocked || state == State.CLOSED) {
            return;
        }
        long stalled = TimeUnit.NANOSECONDS.toMillis(clock.nanos() - lastProgressNanos);
        if (stalled >= limits.writeTimeoutMillis()) {
            // A close frame would wait behind what nobody reads: the listener learns the code, the client finds a cut.
            end(CloseCode.TIMED_OUT, "the client took nothing for " + stalled + " ms");
        } else {
            writeTimer = stream.loop().schedule(limits.writeTimeoutMillis() - stalled, this::checkProgress);
        }
    }

    private void afterDrain() {
        if (!closeSent) {
            return;
        }
        if (state == State.ANSWERED) {
            try {
                stream.shutdownWrites();
            } catch (IOException e) {
                LOG.debug("Shutting down {} after both close frames", remoteAddress(), e);
            }
            endLater(CloseCode.ABNORMAL, "");
        } else if (state == State.DISCARDING) {
            try {
                stream.shutdownWrites();
            } catch (IOException e) {
                endLater(e);
            }
        }
    }

    // Closing.

    private void leaveOpen(State next, CloseFrame frame) {
        state = next;
        closeFrame = frame;
        pong = null;
        pingDue = false;
        closeTimer = stream.loop()
                .schedule(
                        limits.closeTimeoutMillis(),
                        () -> end(CloseCode.ABNORMAL, "the closing handshake took too long"));
    }

    /** Tells the client what is wrong with what it sent, and listens to it no more. */
    private void refuse(int code, String reason) {
        reader.release();
        if (state == State.OPEN) {
            leaveOpen(State.DISCARDING, new CloseFrame(code, reason));
            resumeReads();
            send();
        } else if (state == State.CLOSING) {
            state = State.DISCARDING;
            if (!blocked) {
                afterDrain();
            }
        }
    }

    private void answerClose(CloseFrame theirs) {
        if (state == State.OPEN) {
            leaveOpen(State.ANSWERED, theirs);
            send();
        } else if (state == State.CLOSING) {
            state = State.ANSWERED;
            if (!blocked) {
                afterDrain();
            }
        }
    }

    private void listenerFailed(Throwable failure) {
        LOG.error("A listener of the connection from {} failed", remoteAddress(), failure);
        observer.listenerFailed(failure);
        close(CloseCode.INTERNAL_ERROR, "internal error");
    }

    private void endLater(IOException e) {
        endLater(CloseCode.ABNORMAL, describe(e));
    }

    /** Ends it from within a call of the listener, which is told after that call. */
    private void endLater(int code, String reason) {
        if (free()) {
            stream.loop().execute(() -> tellClosed(code, reason));
        }
    }

    private void end(int code, String reason) {
        if (free()) {
            tellClosed(code, reason);
        }
    }

    /** Returns true the first time, and only then. */
    private boolean free() {
        if (state == State.CLOSED) {
            return false;
        }
        state = State.CLOSED;
        if (closeTimer != null) {
            closeTimer.cancel();
        }
        if (writeTimer != null) {
            writeTimer.cancel();
        }
        message = null;
        partlySentControl = null;
        pong = null;
        reader.release();
        stream.close();
        return true;
    }

    private void tellClosed(int code, String reason) {
        ConnectionListener told = listener;
        listener = Silence.LISTENER;
        CloseFrame frame = closeFrame;
        try {
            if (frame == null) {
                told.onClosed(code, reason);
            } else {
                told.onClosed(frame.code(), frame.reason());
            }
        } catch (Throwable t) {
            LOG.error("A listener of the connection from {} failed to be told that it ended", remoteAddress(), t);
            observer.listenerFailed(t);
        }
    }

    private static String describe(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    /** What the reader reads. */
    private final class Incoming implements FrameHandler {

        @Override
        public boolean onMessage(MessageType type, ByteBuffer payload) {
            if (state == State.OPEN) {
                try {
                    listener.onMessage(type, payload);
                } catch (Throwable t) {
                    listenerFailed(t);
                }
            }
            return state != State.CLOSED;
        }

        @Override
        public boolean onPing(ByteBuffer payload) {
            if (state == State.OPEN) {
                byte[] bytes = payload.hasRemaining() ? new byte[payload.remaining()] : NO_PAYLOAD;
                payload.get(bytes);
                pong = bytes;
                send();
            }
            return state != State.CLOSED;
        }

        @Override
        public boolean onPong(ByteBuffer payload) {
            return true;
        }

        @Override
        public void onClose(int code, String reason) {
            answerClose(new CloseFrame(code, reason));
        }
    }

    /** Stands in before the listener is known and after it was told the end. */
    private static final class Silence implements ConnectionListener {

        static final ConnectionListener LISTENER = new Silence();

        @Override
        public void onMessage(MessageType type, ByteBuffer payload) {}

        @Override
        public void onWritable() {}

        @Override
        public void onClosed(int code, String reason) {}
    }

    private static void checkSize(Chunk[] chunks, int from, int to, int size) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += chunks[i].size();
        }
        if (sum != size) {
            throw new IllegalArgumentException("size is " + size + ", expected the sum of the chunks, " + sum);
        }
    }
}
