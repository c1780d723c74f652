package io.roomcast.testkit.socket;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket client on a raw socket. Belongs to the thread of its {@link SocketLoop}.
 *
 * <p>Frames are joined and leave at the end of the loop's turn; what the kernel does not take waits here, without a bound: whoever
 * sends to a server that does not read sees it in {@link #unwrittenBytes}.
 */
public final class ClientSocket {

    /** Opcodes of RFC 6455 section 5.2. */
    static final int CONTINUATION = 0x0;

    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xa;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final byte[] NOTHING = {};
    /** The key and its answer from RFC 6455 section 1.3: a generator needs no secrets. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String ACCEPT = "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=";
    private static final int MOST_RESPONSE_BYTES = 16 * 1024;
    private static final int NORMAL = 1000;

    private final SocketLoop loop;
    private final Target target;
    private final SocketOptions options;
    private final Listener listener;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private boolean upgraded;
    private boolean ended;
    private boolean reading = true;
    private boolean answersPings = true;
    private boolean dirty;
    private boolean closeSent;
    /** How much may be read at once, 0 for as much as there is. */
    private int readAtMost;
    /** The beginning of a frame whose rest has not come yet. */
    private byte[] unread = NOTHING;
    /** Earlier fragments of a message, and its opcode. */
    private byte[] fragments = NOTHING;

    private int fragmentedOpcode;
    /** Frames not yet written. Empty most of the time, and then shared. */
    private byte[] outgoing = NOTHING;

    private int outgoingSize;

    ClientSocket(SocketLoop loop, Target target, SocketOptions options, Listener listener) {
        this.loop = loop;
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
            boolean connected = opened.connect(target.address());
            key = opened.register(selector, SelectionKey.OP_CONNECT, this);
            if (connected) {
                loop.execute(this::connected);
            }
        } catch (IOException e) {
            // Not before connect has returned.
            loop.execute(() -> end(new Ending(Ending.Kind.UNREACHABLE, 0, reasonOf(e))));
        }
    }

    private void connected() {
        interest();
        String request =
                "GET " + target.path() + " HTTP/1.1\r\nHost: " + target.host() + "\r\nOrigin: http://" + target.host()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                        + KEY + "\r\nSec-WebSocket-Protocol: " + options.subprotocol() + "\r\n\r\n";
        write(request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns whether the upgrade is through and the connection has not ended. */
    public boolean isOpen() {
        return upgraded && !ended;
    }

    /** Returns how many bytes the kernel has not taken yet. */
    public int unwrittenBytes() {
        return outgoingSize;
    }

    /** Sends one message in one frame. */
    public void send(boolean text, byte[] message) {
        frame(FINAL | (text ? TEXT : BINARY), message, 0, message.length, true);
    }

    /** Sends one message in frames of so many bytes each. @param ping whether a ping goes between the first two */
    public void sendFragmented(boolean text, byte[] message, int bytesEach, boolean ping) {
        int opcode = text ? TEXT : BINARY;
        for (int offset = 0; offset < message.length; offset += bytesEach) {
            int length = Math.min(bytesEach, message.length - offset);
            boolean last = offset + length == message.length;
            frame((last ? FINAL : 0) | opcode, message, offset, length, true);
            opcode = CONTINUATION;
            if (ping && offset == 0 && !last) {
                ping();
            }
        }
    }

    /** Sends one frame that is not masked, which RFC 6455 forbids a client. */
    public void sendUnmasked(boolean text, byte[] message) {
        frame(FINAL | (text ? TEXT : BINARY), message, 0, message.length, false);
    }

    /** Sends a ping. */
    public void ping() {
        frame(FINAL | PING, NOTHING, 0, 0, true);
    }

    /** Sends bytes as they are, right or wrong. */
    public void write(byte[] bytes) {
        if (!ended) {
            append(bytes, bytes.length);
        }
    }

    /** Sets whether pings are answered. They are, unless this says otherwise. */
    public void answerPings(boolean answer) {
        answersPings = answer;
    }

    /** Stops reading, or reads again. */
    public void read(boolean read) {
        reading = read;
        if (!ended) {
            interest();
        }
    }

    /** Reads at most so many bytes and then nothing until the next call. */
    public void readOnce(int mostBytes) {
        readAtMost = mostBytes;
        read(true);
    }

    /** Says goodbye with a code and waits for the server to end the connection. */
    public void close(int code) {
        if (ended) {
            return;
        }
        if (!upgraded) {
            cut();
        } else if (!closeSent) {
            frame(FINAL | CLOSE, new byte[] {(byte) (code >>> 8), (byte) code}, 0, 2, true);
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

    private void frame(int first, byte[] payload, int offset, int length, boolean masked) {
        if (ended || closeSent) {
            return;
        }
        int header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
        int start = reserve(header + (masked ? 4 : 0) + length);
        ByteBuffer out = ByteBuffer.wrap(outgoing);
        out.position(start);
        int maskBit = masked ? MASKED : 0;
        out.put((byte) first);
        if (header == 2) {
            out.put((byte) (maskBit | length));
        } else if (header == 4) {
            out.put((byte) (maskBit | 126)).putShort((short) length);
        } else {
            out.put((byte) (maskBit | 127)).putLong(length);
        }
        int mask = 0;
        if (masked) {
            mask = loop.nextMask();
            out.putInt(mask);
        }
        int at = out.position();
        for (int i = 0; i < length; i++) {
            outgoing[at + i] = (byte) (payload[offset + i] ^ mask >>> (24 - 8 * (i & 3)));
        }
    }

    private void append(byte[] bytes, int length) {
        int start = reserve(length);
        System.arraycopy(bytes, 0, outgoing, start, length);
    }

    /** Makes room behind what is queued and returns where it is. */
    private int reserve(int length) {
        int start = outgoingSize;
        if (start + length > outgoing.length) {
            outgoing = Arrays.copyOf(outgoing, Math.max(2 * start, start + length));
        }
        outgoingSize += length;
        if (!dirty) {
            dirty = true;
            loop.dirty(this);
        }
        return start;
    }

    void flush() {
        dirty = false;
        SocketChannel open = channel;
        if (ended || outgoingSize == 0 || open == null || !open.isConnected()) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(outgoing, 0, outgoingSize);
        try {
            open.write(bytes);
        } catch (IOException e) {
            broken(e);
            return;
        }
        boolean waited = outgoingSize > 0 && bytes.hasRemaining();
        outgoingSize = bytes.remaining();
        outgoing = outgoingSize == 0 ? NOTHING : Arrays.copyOfRange(outgoing, bytes.position(), bytes.limit());
        if (waited || writeInterest()) {
            interest();
        }
    }

    private boolean writeInterest() {
        SelectionKey registered = key;
        return registered != null && registered.isValid() && (registered.interestOps() & SelectionKey.OP_WRITE) != 0;
    }

    private void interest() {
        SelectionKey registered = key;
        SocketChannel open = channel;
        if (registered == null || open == null || !registered.isValid()) {
            return;
        }
        registered.interestOps(
                !open.isConnected()
                        ? SelectionKey.OP_CONNECT
                        : (reading ? SelectionKey.OP_READ : 0) | (outgoingSize > 0 ? SelectionKey.OP_WRITE : 0));
    }

    void ready() {
        SelectionKey registered = key;
        SocketChannel open = channel;
        if (ended || registered == null || open == null) {
            return;
        }
        try {
            if (registered.isConnectable()) {
                try {
                    open.finishConnect();
                } catch (IOException e) {
                    end(new Ending(Ending.Kind.UNREACHABLE, 0, reasonOf(e)));
                    return;
                }
                connected();
            }
            if (registered.isValid() && registered.isWritable()) {
                flush();
            }
            if (!ended && registered.isValid() && registered.isReadable()) {
                read(open);
            }
        } catch (CancelledKeyException e) {
            // A listener ended the connection meanwhile.
        } catch (IOException e) {
            broken(e);
        }
    }

    private void read(SocketChannel open) throws IOException {
        ByteBuffer buffer = loop.buffer().clear();
        buffer.put(unread);
        if (readAtMost > 0) {
            buffer.limit(Math.min(buffer.capacity(), buffer.position() + readAtMost));
            readAtMost = 0;
            read(false);
        }
        if (open.read(buffer) < 0) {
            end(new Ending(Ending.Kind.BROKEN, 0, "the server ended the connection without a close frame"));
            return;
        }
        buffer.flip();
        if (!upgraded) {
            readResponse(buffer);
        }
        while (isOpen() && readFrame(buffer)) {}
        unread = NOTHING;
        if (!ended && buffer.hasRemaining()) {
            if (buffer.remaining() == buffer.capacity()) {
                violated("a frame has more than " + buffer.capacity() + " bytes");
                return;
            }
            unread = new byte[buffer.remaining()];
            buffer.get(unread);
        }
    }

    private void readResponse(ByteBuffer buffer) {
        for (int i = buffer.position() + 3; i < buffer.limit(); i++) {
            if (buffer.get(i) == '\n' && buffer.get(i - 2) == '\n') {
                byte[] head = new byte[i + 1 - buffer.position()];
                buffer.get(head);
                answered(new String(head, StandardCharsets.ISO_8859_1));
                return;
            }
        }
        if (buffer.remaining() > MOST_RESPONSE_BYTES) {
            violated("the head of its HTTP response has more than " + MOST_RESPONSE_BYTES + " bytes");
        }
    }

    private void answered(String response) {
        String status = response.lines().findFirst().orElse("");
        if (!status.startsWith("HTTP/1.1 ") || status.length() < 12) {
            violated("it answered the upgrade with \"" + status + "\"");
        } else if (!status.startsWith("101", 9)) {
            String code = status.substring(9, 12);
            end(new Ending(
                    Ending.Kind.REFUSED,
                    code.chars().allMatch(Character::isDigit) ? Integer.parseInt(code) : 0,
                    status));
        } else if (!response.toLowerCase(Locale.ROOT).contains(ACCEPT)) {
            violated("its Sec-WebSocket-Accept is not the answer to the key");
        } else {
            upgraded = true;
            listener.onOpen(this);
        }
    }

    private boolean readFrame(ByteBuffer buffer) {
        int start = buffer.position();
        int available = buffer.remaining();
        if (available < 2) {
            return false;
        }
        int first = buffer.get(start) & 0xff;
        long length = buffer.get(start + 1) & 0xff;
        int header = length < 126 ? 2 : length == 126 ? 4 : 10;
        if (available < header) {
            return false;
        }
        if (header == 4) {
            length = buffer.getShort(start + 2) & 0xffff;
        } else if (header == 10) {
            length = buffer.getLong(start + 2);
        }
        if (length < 0 || length > SocketLoop.READ_BUFFER - header) {
            violated("a frame has " + length + " bytes, the load generator reads at most "
                    + (SocketLoop.READ_BUFFER - header));
            return false;
        }
        if (available - header < length) {
            return false;
        }
        int limit = buffer.limit();
        buffer.position(start + header).limit(start + header + (int) length);
        handle(first, buffer);
        if (ended) {
            return false;
        }
        buffer.limit(limit).position(start + header + (int) length);
        return true;
    }

    private void handle(int first, ByteBuffer payload) {
        boolean last = (first & FINAL) != 0;
        int opcode = first & 0x0f;
        switch (opcode) {
            case TEXT, BINARY -> {
                if (last) {
                    listener.onMessage(this, opcode == TEXT, payload);
                } else {
                    fragmentedOpcode = opcode;
                    fragments = bytes(payload);
                }
            }
            case CONTINUATION -> {
                int before = fragments.length;
                byte[] joined = Arrays.copyOf(fragments, before + payload.remaining());
                payload.get(joined, before, joined.length - before);
                fragments = joined;
                if (last) {
                    fragments = NOTHING;
                    listener.onMessage(this, fragmentedOpcode == TEXT, ByteBuffer.wrap(joined));
                } else if (joined.length > SocketLoop.READ_BUFFER) {
                    violated("a message in fragments has more than " + SocketLoop.READ_BUFFER + " bytes");
                }
            }
            case PING -> {
                if (answersPings) {
                    byte[] data = bytes(payload);
                    frame(FINAL | PONG, data, 0, data.length, true);
                }
            }
            case PONG -> {
                // Nobody waits for one.
            }
            case CLOSE -> closed(payload);
            default -> violated("a frame begins with 0x" + Integer.toHexString(first));
        }
    }

    private void closed(ByteBuffer payload) {
        int code = payload.remaining() < 2 ? 1005 : payload.getShort() & 0xffff;
        String reason = new String(bytes(payload), StandardCharsets.UTF_8);
        boolean ours = closeSent;
        if (!closeSent) {
            close(NORMAL);
            flush();
        }
        end(ours ? new Ending(Ending.Kind.OURS, code, reason) : new Ending(Ending.Kind.CLOSED, code, reason));
    }

    private void violated(String reason) {
        end(new Ending(Ending.Kind.VIOLATED, 0, reason));
    }

    private void broken(IOException e) {
        end(closeSent ? new Ending(Ending.Kind.OURS, 0, "") : new Ending(Ending.Kind.BROKEN, 0, reasonOf(e)));
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
                open.close();
            } catch (IOException e) {
                // It was gone before.
            }
        }
        unread = NOTHING;
        fragments = NOTHING;
        outgoing = NOTHING;
        outgoingSize = 0;
        loop.gone(this);
        listener.onEnded(this, ending);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static String reasonOf(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
