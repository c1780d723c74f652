package io.roomcast.benchmarks.load;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One WebSocket client over a raw socket. Belongs to the thread of its {@link LoadGenerator}. */
public final class LoadConnection implements Dialect.Line {

    private static final byte[] NOTHING = {};
    private static final int STALLED_BUFFER = 4096;
    /** The key and its answer from RFC 6455 section 1.3: a generator needs no secrets. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xa;

    private final int index;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Dialect.Conversation conversation;
    private final int opcode;
    private final LoadGenerator generator;
    private final Dialect.Heard heard;
    private boolean upgraded;
    private boolean stalled;
    private long bytesSent;
    /** The beginning of a frame whose rest has not come yet. */
    private byte[] unread = NOTHING;
    /** Frames not yet written. Empty most of the time, and then shared. */
    private byte[] outgoing = NOTHING;

    private int outgoingSize;

    LoadConnection(
            int index,
            SocketChannel channel,
            SelectionKey key,
            Dialect.Conversation conversation,
            boolean text,
            LoadGenerator generator,
            Listener listener) {
        this.index = index;
        this.channel = channel;
        this.key = key;
        this.conversation = conversation;
        this.opcode = text ? TEXT : BINARY;
        this.generator = generator;
        this.heard = (bytes, offset, length) -> listener.heard(this, bytes, offset, length);
    }

    /** Told what connections hear. */
    @FunctionalInterface
    public interface Listener {

        /**
         * A published payload or an answer arrived.
         *
         * @param bytes it lies at {@code offset}, {@code length} bytes long, and is gone after the call
         */
        void heard(LoadConnection connection, ByteBuffer bytes, int offset, int length)
                throws IOException, VoidRunException;
    }

    /** Returns its position among the connections of its generator. */
    public int index() {
        return index;
    }

    /** Returns whether it is in its room. */
    public boolean joined() {
        return upgraded && conversation.joined();
    }

    /** Queues a payload for the room; {@link #flush()} sends it. */
    public void publish(byte[] payload) {
        conversation.publish(payload, this);
    }

    /** Queues a payload for another peer of the room; {@link #flush()} sends it. */
    public void tell(LoadConnection addressee, byte[] payload) {
        conversation.tell(addressee.conversation, payload, this);
    }

    /** Queues a request whose answer repeats the payload; {@link #flush()} sends it. */
    public void ask(byte[] payload) {
        conversation.ask(payload, this);
    }

    /** Returns how many bytes were queued since the upgrade, frame headers included. */
    public long bytesSent() {
        return bytesSent;
    }

    /**
     * Reads no more, ever: neither this program nor, once its buffers are full, the kernel takes anything. What was kept of the
     * connection is closed with the generator.
     */
    public void stall() throws IOException {
        stalled = true;
        key.interestOps(0);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, STALLED_BUFFER);
    }

    void handshake(String host, String path, @Nullable String subprotocol) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + KEY
                + (subprotocol == null ? "" : "\r\nSec-WebSocket-Protocol: " + subprotocol) + "\r\n\r\n";
        append(request.getBytes(StandardCharsets.US_ASCII));
        flush();
    }

    @Override
    public void send(byte[] message) {
        frame(opcode, message);
    }

    @Override
    public long nanos() {
        return generator.nanos();
    }

    @Override
    public void remindAt(long nanos) {
        generator.remind(this, nanos);
    }

    void reminded() throws IOException {
        if (!stalled) {
            conversation.reminded(this);
            flush();
        }
    }

    private void frame(int opcode, byte[] payload) {
        int length = payload.length;
        int header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
        byte[] frame = new byte[header + 4 + length];
        ByteBuffer out = ByteBuffer.wrap(frame);
        out.put((byte) (0x80 | opcode));
        if (header == 2) {
            out.put((byte) (0x80 | length));
        } else if (header == 4) {
            out.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            out.put((byte) (0x80 | 127)).putLong(length);
        }
        int mask = generator.nextMask();
        out.putInt(mask);
        int start = out.position();
        for (int i = 0; i < length; i++) {
            frame[start + i] = (byte) (payload[i] ^ mask >>> (24 - 8 * (i & 3)));
        }
        bytesSent += frame.length;
        append(frame);
    }

    private void append(byte[] bytes) {
        if (outgoingSize + bytes.length > outgoing.length) {
            outgoing = Arrays.copyOf(outgoing, Math.max(2 * outgoing.length, outgoingSize + bytes.length));
        }
        System.arraycopy(bytes, 0, outgoing, outgoingSize, bytes.length);
        outgoingSize += bytes.length;
    }

    /** Sends what is queued in one write; what the kernel does not take follows when it does. */
    public void flush() throws IOException {
        if (outgoingSize == 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(outgoing, 0, outgoingSize);
        channel.write(bytes);
        outgoingSize = bytes.remaining();
        if (outgoingSize == 0) {
            outgoing = NOTHING;
            await(SelectionKey.OP_READ);
        } else {
            outgoing = Arrays.copyOfRange(outgoing, bytes.position(), bytes.limit());
            await(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    private void await(int operations) {
        if (!stalled && key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    /** Reads once and handles what has come whole. */
    void read(ByteBuffer buffer) throws IOException, VoidRunException {
        buffer.clear().put(unread);
        if (channel.read(buffer) < 0) {
            throw new VoidRunException("the server ended connection " + index);
        }
        buffer.flip();
        if (!upgraded) {
            readResponse(buffer);
        }
        while (upgraded && readFrame(buffer)) {}
        if (buffer.remaining() == buffer.capacity()) {
            throw new VoidRunException(
                    "a frame on connection " + index + " has more than " + buffer.capacity() + " bytes");
        }
        unread = NOTHING;
        if (buffer.hasRemaining()) {
            unread = new byte[buffer.remaining()];
            buffer.get(unread);
        }
        flush();
    }

    private void readResponse(ByteBuffer buffer) throws VoidRunException {
        for (int i = buffer.position() + 3; i < buffer.limit(); i++) {
            if (buffer.get(i) == '\n' && buffer.get(i - 2) == '\n') {
                byte[] head = new byte[i + 1 - buffer.position()];
                buffer.get(head);
                String response = new String(head, StandardCharsets.ISO_8859_1);
                if (!response.startsWith("HTTP/1.1 101 ") || !response.contains(ACCEPT)) {
                    throw new VoidRunException("connection " + index + " was not upgraded: "
                            + response.lines().findFirst().orElse(""));
                }
                upgraded = true;
                conversation.opened(this);
                return;
            }
        }
    }

    private boolean readFrame(ByteBuffer buffer) throws IOException, VoidRunException {
        int start = buffer.position();
        int available = buffer.remaining();
        if (available < 2) {
            return false;
        }
        int first = buffer.get(start) & 0xff;
        int length = buffer.get(start + 1) & 0xff;
        int header = length < 126 ? 2 : length == 126 ? 4 : 10;
        if (available < header) {
            return false;
        }
        if (header == 4) {
            length = buffer.getShort(start + 2) & 0xffff;
        } else if (header == 10) {
            length = Math.toIntExact(buffer.getLong(start + 2));
        }
        if (available - header < length) {
            return false;
        }
        int limit = buffer.limit();
        buffer.position(start + header).limit(start + header + length);
        if (first == (0x80 | opcode)) {
            conversation.received(buffer, this, heard);
        } else {
            control(first, length, buffer);
        }
        buffer.limit(limit).position(start + header + length);
        return true;
    }

    private void control(int first, int length, ByteBuffer buffer) throws VoidRunException {
        switch (first) {
            case 0x80 | PING -> {
                byte[] data = new byte[length];
                buffer.get(data);
                frame(PONG, data);
            }
            case 0x80 | CLOSE ->
                throw new VoidRunException("the server closed connection " + index + " with code "
                        + (length < 2 ? "none" : buffer.getShort(buffer.position())));
            default ->
                throw new VoidRunException("connection " + index + " got a frame that begins with 0x"
                        + Integer.toHexString(first) + ", expected 0x" + Integer.toHexString(0x80 | opcode)
                        + ", a ping or a close");
        }
    }

    /** Says goodbye and leaves without waiting for an answer. */
    void close() {
        try {
            if (upgraded && outgoingSize == 0 && !stalled) {
                frame(CLOSE, new byte[] {0x03, (byte) 0xe8});
                flush();
            } else {
                // Nothing can be said in the middle of a frame, or to a server that waits: cut.
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            channel.close();
        } catch (IOException e) {
            // It was gone before.
        }
    }
}
