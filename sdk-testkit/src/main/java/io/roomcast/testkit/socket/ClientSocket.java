package io.roomcast.testkit.socket;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket client on a raw socket. Belongs to the thread of its {@link SocketLoop}.
 *
 * <p>Behind {@code wss:} its bytes go through a {@link TlsLine}, which has its own turns with the kernel; that is said wherever it matters, and a plain socket has nothing of it.
 *
 * <p>What it sends in answer to what it reads leaves in one write, as soon as all of that is read. What the kernel does not take waits here, without a bound: whoever sends to a server that
 * does not read sees it in {@link #unwrittenBytes}.
 */
public final class ClientSocket {

    private static final byte[] NOTHING = {};
    private static final int NORMAL = 1000;
    private static final int NO_CODE = 1005;

    private final SocketLoop loop;
    private final FrameWriter writer;
    private final Target target;
    private final SocketOptions options;
    private final Listener listener;
    private final FrameReader frames = new FrameReader(new Heard());
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    /** What is between this and the channel behind {@code wss:}, once that is connected. */
    private @Nullable TlsLine tls;
    /** What the kernel has not taken; null most of the time. */
    private @Nullable Backlog backlog;

    private boolean connected;
    private boolean upgraded;
    private boolean ended;
    /** A write has failed; it ends with the next turn. */
    private boolean failed;

    private boolean reading = true;
    private boolean answersPings = true;
    private boolean closeSent;
    /** How much may be read at once, 0 for as much as there is. */
    private int readAtMost;

    ClientSocket(SocketLoop loop, Target target, SocketOptions options, Listener listener) {
        this.loop = loop;
        this.writer = loop.writer();
        this.target = target;
        this.options = options;
        this.listener = listener;
    }

    /** Told what becomes of a connection, by the loop's thread. */
    public interface Listener {

        /** The upgrade is through. */
        void onOpen(ClientSocket socket);

        /**
         * A whole message arrived.
         *
         * @param payload it lies between position and limit, and is gone after the call
         */
        void onMessage(ClientSocket socket, boolean text, ByteBuffer payload);

        /** It has ended. The last call. */
        void onEnded(ClientSocket socket, Ending ending);
    }

    // ---- how it begins

    void begin(Selector selector, @Nullable SourceAddresses sources) {
        try {
            SocketChannel opened = SocketChannel.open();
            channel = opened;
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (options.receiveBufferBytes() > 0) {
                opened.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
            }
            if (sources != null) {
                opened.bind(sources.next());
            }
            opened.configureBlocking(false);
            boolean atOnce = opened.connect(target.address());
            key = opened.register(selector, SelectionKey.OP_CONNECT, this);
            if (atOnce) {
                loop.execute(this::connected);
            }
        } catch (IOException e) {
            // Not before connect has returned.
            loop.execute(() -> end(new Ending(Ending.Kind.UNREACHABLE, 0, reasonOf(e))));
        }
    }

    private void connected() {
        SocketChannel open = channel;
        if (!ended && open != null) {
            connected = true;
            Trust trust = target.trust();
            if (trust != null) {
                tls = new TlsLine(open, trust.engine(target.address()));
            }
            interest();
            writer.bytes(this, Handshake.request(target, options.subprotocol()));
        }
    }

    /** Returns whether the upgrade is through and the connection has not ended. */
    public boolean isOpen() {
        return upgraded && !ended;
    }

    // ---- what it sends

    /** Returns how many bytes the kernel has not taken yet; behind {@code wss:} without a record or two that are encrypted already. */
    public int unwrittenBytes() {
        Backlog waiting = backlog;
        return writer.unwritten(this) + (waiting == null ? 0 : waiting.size());
    }

    /** Sends one message in one frame. */
    public void send(boolean text, byte[] message) {
        send(text, message, message.length);
    }

    /** Sends one message in one frame. @param length how many bytes of the array it has */
    void send(boolean text, byte[] message, int length) {
        frame(FrameReader.FINAL | opcode(text), message, 0, length, true);
    }

    /** Sends one message in frames of so many bytes each. @param ping whether a ping goes between the first two */
    public void sendFragmented(boolean text, byte[] message, int bytesEach, boolean ping) {
        int opcode = opcode(text);
        for (int offset = 0; offset < message.length; offset += bytesEach) {
            int length = Math.min(bytesEach, message.length - offset);
            boolean last = offset + length == message.length;
            frame((last ? FrameReader.FINAL : 0) | opcode, message, offset, length, true);
            opcode = FrameReader.CONTINUATION;
            if (ping && offset == 0 && !last) {
                ping();
            }
        }
    }

    /** Sends one frame that is not masked, which RFC 6455 forbids a client. */
    public void sendUnmasked(boolean text, byte[] message) {
        frame(FrameReader.FINAL | opcode(text), message, 0, message.length, false);
    }

    /** Sends a ping. */
    public void ping() {
        frame(FrameReader.FINAL | FrameReader.PING, NOTHING, 0, 0, true);
    }

    /** Sends bytes as they are, right or wrong. */
    public void write(byte[] bytes) {
        if (!ended && !failed) {
            writer.bytes(this, bytes);
        }
    }

    private static int opcode(boolean text) {
        return text ? FrameReader.TEXT : FrameReader.BINARY;
    }

    private void frame(int first, byte[] payload, int offset, int length, boolean masked) {
        if (!ended && !failed && !closeSent) {
            writer.frame(this, first, payload, offset, length, masked);
        }
    }

    /** Returns whether what it sends must wait behind what the kernel did not take, or for the connection. */
    boolean mustWait() {
        return backlog != null || !connected;
    }

    /** Returns where that waits. */
    Backlog backlog() {
        Backlog waiting = backlog;
        if (waiting == null) {
            waiting = new Backlog();
            backlog = waiting;
            interest();
        }
        return waiting;
    }

    /** Writes what is in a buffer, and keeps what the kernel does not take. A failure ends the connection later: whoever is at work now may be another socket. */
    void write(ByteBuffer bytes) {
        SocketChannel open = channel;
        if (ended || failed || open == null) {
            return;
        }
        try {
            TlsLine line = tls;
            if (line == null) {
                open.write(bytes);
            } else {
                line.write(bytes);
                interest();
            }
            if (bytes.hasRemaining()) {
                backlog().reserve(bytes.remaining()).put(bytes);
            }
        } catch (IOException e) {
            failed = true;
            loop.execute(() -> broken(e));
        }
    }

    private void writeBacklog(WritableByteChannel open) throws IOException {
        Backlog waiting = backlog;
        if (waiting != null && waiting.writeTo(open)) {
            backlog = null;
            interest();
        }
    }

    // ---- what it reads

    /** Sets whether pings are answered. They are, unless this says otherwise. */
    public void answerPings(boolean answer) {
        answersPings = answer;
    }

    /** Stops reading, or reads again. */
    public void read(boolean read) {
        reading = read;
        if (!ended) {
            interest();
            TlsLine line = tls;
            if (read && line != null && line.hasMore()) {
                // Of which the selector knows nothing.
                loop.execute(this::readMore);
            }
        }
    }

    private void readMore() {
        SocketChannel open = channel;
        TlsLine line = tls;
        if (ended || !reading || open == null || line == null || !line.hasMore()) {
            return;
        }
        try {
            readAll(line);
            interest();
        } catch (IOException e) {
            broken(e);
        }
    }

    /** Reads at most so many bytes and then nothing until the next call. */
    public void readOnce(int mostBytes) {
        readAtMost = mostBytes;
        read(true);
    }

    private void interest() {
        SelectionKey registered = key;
        if (registered != null && registered.isValid()) {
            registered.interestOps(
                    connected
                            ? (wantsToRead() ? SelectionKey.OP_READ : 0) | (wantsToWrite() ? SelectionKey.OP_WRITE : 0)
                            : SelectionKey.OP_CONNECT);
        }
    }

    private boolean wantsToRead() {
        return reading || isShakingHands();
    }

    /** While hands are shaken what waits does so for the server, and the kernel would always have room. */
    private boolean wantsToWrite() {
        TlsLine line = tls;
        return line == null ? backlog != null : line.isBlocked() || backlog != null && line.isShaken();
    }

    private boolean isShakingHands() {
        TlsLine line = tls;
        return line != null && !line.isShaken();
    }

    /** The selector has something for it. */
    void ready() {
        SelectionKey registered = key;
        SocketChannel open = channel;
        if (ended || registered == null || open == null) {
            return;
        }
        try {
            int ready = registered.readyOps();
            if ((ready & SelectionKey.OP_CONNECT) != 0) {
                finishConnect(open);
            }
            TlsLine line = tls;
            if (line != null) {
                ready(line, ready);
                return;
            }
            if (!ended && (ready & SelectionKey.OP_WRITE) != 0) {
                writeBacklog(open);
            }
            if (!ended && (ready & SelectionKey.OP_READ) != 0) {
                read(open);
            }
        } catch (CancelledKeyException e) {
            // A listener ended the connection meanwhile.
        } catch (IOException e) {
            broken(e);
        }
    }

    /** As long as hands are shaken the request waits in the backlog, and each try to write it is a turn of the handshake. */
    private void ready(TlsLine line, int ready) throws IOException {
        if (!ended) {
            line.flush();
            writeBacklog(line);
        }
        if (!ended && reading && line.isShaken() && (ready & SelectionKey.OP_READ) != 0) {
            readAll(line);
        }
        interest();
    }

    private void readAll(TlsLine line) throws IOException {
        do {
            read(line);
        } while (!ended && reading && line.hasMore());
    }

    private void finishConnect(SocketChannel open) {
        try {
            open.finishConnect();
        } catch (IOException e) {
            end(new Ending(Ending.Kind.UNREACHABLE, 0, reasonOf(e)));
            return;
        }
        connected();
    }

    private void read(ReadableByteChannel open) throws IOException {
        ByteBuffer buffer = loop.buffer().clear();
        frames.putUnread(buffer);
        if (readAtMost > 0) {
            buffer.limit(Math.min(buffer.capacity(), buffer.position() + readAtMost));
            readAtMost = 0;
            read(false);
        }
        if (open.read(buffer) < 0) {
            end(new Ending(
                    Ending.Kind.BROKEN,
                    0,
                    upgraded ? "the server ended the connection without a close frame" : Handshake.UNANSWERED));
            return;
        }
        buffer.flip();
        if (!upgraded) {
            readResponse(buffer);
        }
        frames.read(buffer);
        if (!ended) {
            frames.keepUnread(buffer);
        }
    }

    private void readResponse(ByteBuffer buffer) {
        Ending foreign = Handshake.endingOfForeign(buffer);
        if (foreign != null) {
            end(foreign);
            return;
        }
        String response = Handshake.response(buffer);
        if (response == null) {
            if (buffer.remaining() > Handshake.MOST_RESPONSE_BYTES) {
                end(new Ending(
                        Ending.Kind.VIOLATED,
                        0,
                        "the head of its HTTP response has more than " + Handshake.MOST_RESPONSE_BYTES + " bytes"));
            }
            return;
        }
        Ending ending = Handshake.endingAfter(response, options.subprotocol(), buffer);
        if (ending != null) {
            end(ending);
        } else {
            upgraded = true;
            listener.onOpen(this);
        }
    }

    private final class Heard implements FrameReader.Sink {

        @Override
        public boolean isOpen() {
            return ClientSocket.this.isOpen();
        }

        @Override
        public void message(boolean text, ByteBuffer payload) {
            listener.onMessage(ClientSocket.this, text, payload);
        }

        @Override
        public void ping(ByteBuffer payload) {
            if (answersPings) {
                byte[] data = FrameReader.bytes(payload);
                frame(FrameReader.FINAL | FrameReader.PONG, data, 0, data.length, true);
            }
        }

        @Override
        public void close(ByteBuffer payload) {
            int code = payload.remaining() < 2 ? NO_CODE : payload.getShort() & 0xffff;
            String reason = new String(FrameReader.bytes(payload), StandardCharsets.UTF_8);
            Ending.Kind kind = closeSent ? Ending.Kind.OURS : Ending.Kind.CLOSED;
            if (!closeSent) {
                ClientSocket.this.close(NORMAL);
                writer.flush();
            }
            end(new Ending(kind, code, reason));
        }

        @Override
        public void violated(String reason) {
            end(new Ending(Ending.Kind.VIOLATED, 0, reason));
        }
    }

    // ---- how it ends

    /** Says goodbye with a code and waits for the server to end the connection. */
    public void close(int code) {
        if (ended) {
            return;
        }
        if (!upgraded) {
            cut();
        } else if (!closeSent) {
            frame(FrameReader.FINAL | FrameReader.CLOSE, new byte[] {(byte) (code >>> 8), (byte) code}, 0, 2, true);
            closeSent = true;
        }
    }

    /** Ends the connection at once, as a process does that is killed: without a close frame, with a FIN. */
    public void cut() {
        end(new Ending(Ending.Kind.OURS, 0, ""));
    }

    /** Ends the connection at once with a TCP RST. */
    public void reset() {
        SocketChannel open = channel;
        if (open != null && !ended) {
            try {
                open.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // It was gone before.
            }
        }
        cut();
    }

    private void broken(IOException e) {
        String reason = isShakingHands() ? TlsFailures.reason(e, target) : reasonOf(e);
        end(closeSent ? new Ending(Ending.Kind.OURS, 0, "") : new Ending(Ending.Kind.BROKEN, 0, reason));
    }

    private void end(Ending ending) {
        if (ended) {
            return;
        }
        ended = true;
        SelectionKey registered = key;
        if (registered != null) {
            registered.cancel();
        }
        SocketChannel open = channel;
        if (open != null) {
            try {
                TlsLine line = tls;
                if (line != null && (closeSent || ending.kind() == Ending.Kind.CLOSED)) {
                    line.close();
                }
                open.close();
            } catch (IOException e) {
                // It was gone before.
            }
        }
        tls = null;
        frames.forget();
        backlog = null;
        writer.forget(this);
        loop.gone(this);
        listener.onEnded(this, ending);
    }

    private static String reasonOf(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
