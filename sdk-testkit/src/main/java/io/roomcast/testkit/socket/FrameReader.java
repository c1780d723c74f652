package io.roomcast.testkit.socket;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Cuts what comes from one socket into frames (RFC 6455 section 5.2), and puts fragments together. Keeps what is not whole yet. Belongs to the socket's thread. */
final class FrameReader {

    /** Opcodes of section 5.2. */
    static final int CONTINUATION = 0x0;

    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xa;
    static final int FINAL = 0x80;

    private static final byte[] NOTHING = {};

    private final Sink sink;
    /** The beginning of a frame whose rest has not come yet. */
    private byte[] unread = NOTHING;
    /** Earlier fragments of a message, and its opcode. */
    private byte[] fragments = NOTHING;

    private int fragmentedOpcode;

    FrameReader(Sink sink) {
        this.sink = sink;
    }

    /** Takes what came. */
    interface Sink {

        /** Returns whether it wants to hear more. */
        boolean isOpen();

        /** A whole message, between position and limit. */
        void message(boolean text, ByteBuffer payload);

        void ping(ByteBuffer payload);

        void close(ByteBuffer payload);

        void violated(String reason);
    }

    /** Puts what was left of the last time at the beginning of an empty buffer. */
    void putUnread(ByteBuffer buffer) {
        if (unread.length > 0) {
            buffer.put(unread);
            unread = NOTHING;
        }
    }

    /** Keeps what is left in a buffer for the next time. */
    void keepUnread(ByteBuffer buffer) {
        if (buffer.hasRemaining()) {
            unread = bytes(buffer);
        }
    }

    /** Reads all whole frames. */
    void read(ByteBuffer buffer) {
        while (sink.isOpen() && frame(buffer)) {}
    }

    /** Lets go of what it keeps. */
    void forget() {
        unread = NOTHING;
        fragments = NOTHING;
    }

    private boolean frame(ByteBuffer buffer) {
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
        int most = SocketLoop.READ_BUFFER - header;
        if (length < 0 || length > most) {
            sink.violated("a frame has " + length + " bytes, the load generator reads at most " + most);
            return false;
        }
        if (available - header < length) {
            return false;
        }
        int limit = buffer.limit();
        int end = start + header + (int) length;
        buffer.position(start + header).limit(end);
        handle(first, buffer);
        buffer.limit(limit).position(end);
        return true;
    }

    private void handle(int first, ByteBuffer payload) {
        boolean last = (first & FINAL) != 0;
        int opcode = first & 0x0f;
        switch (opcode) {
            case TEXT, BINARY -> {
                if (last) {
                    sink.message(opcode == TEXT, payload);
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
                    sink.message(fragmentedOpcode == TEXT, ByteBuffer.wrap(joined));
                } else if (joined.length > SocketLoop.READ_BUFFER) {
                    sink.violated("a message in fragments has more than " + SocketLoop.READ_BUFFER + " bytes");
                }
            }
            case PING -> sink.ping(payload);
            case PONG -> {
                // Nobody waits for one.
            }
            case CLOSE -> sink.close(payload);
            default -> sink.violated("a frame begins with 0x" + Integer.toHexString(first));
        }
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
