package io.roomcast.testkit.socket;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes the frames of all sockets of a loop (RFC 6455 section 5.2) in one direct buffer, from which the kernel takes them. The buffer has frames of one socket at a time: before another's are made in it they are written. So a
 * frame costs no memory, and those that a socket sends one after another leave together. Belongs to the thread of its {@link SocketLoop}.
 */
final class FrameWriter {

    private static final int CAPACITY = 64 * 1024;
    private static final int MASKED = 0x80;
    private static final int SHORT = 126;
    private static final int LONG = 127;
    private static final int MASK_BYTES = 4;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CAPACITY);
    private final SplittableRandom masks;
    /** Whose frames are in the buffer. */
    private @Nullable ClientSocket owner;

    FrameWriter(SplittableRandom masks) {
        this.masks = masks;
    }

    /** Makes a frame. @param first its first byte: the bit for the last fragment, and the opcode */
    void frame(ClientSocket socket, int first, byte[] payload, int offset, int length, boolean masked) {
        int header = length < SHORT ? 2 : length < 1 << 16 ? 4 : 10;
        ByteBuffer out = reserve(socket, header + (masked ? MASK_BYTES : 0) + length);
        int maskBit = masked ? MASKED : 0;
        out.put((byte) first);
        if (header == 2) {
            out.put((byte) (maskBit | length));
        } else if (header == 4) {
            out.put((byte) (maskBit | SHORT)).putShort((short) length);
        } else {
            out.put((byte) (maskBit | LONG)).putLong(length);
        }
        if (masked) {
            int mask = masks.nextInt();
            out.putInt(mask);
            int start = out.position();
            out.put(payload, offset, length);
            mask(out, start, mask);
        } else {
            out.put(payload, offset, length);
        }
    }

    /** Takes bytes as they are. */
    void bytes(ClientSocket socket, byte[] bytes) {
        reserve(socket, bytes.length).put(bytes);
    }

    /** Masks what lies between an index and the position. */
    private static void mask(ByteBuffer bytes, int from, int mask) {
        int to = bytes.position();
        long twice = (long) mask << 32 | mask & 0xffff_ffffL;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            bytes.putLong(at, bytes.getLong(at) ^ twice);
        }
        for (; at < to; at++) {
            bytes.put(at, (byte) (bytes.get(at) ^ mask >>> (24 - 8 * (at - from & 3))));
        }
    }

    /** Returns where the next bytes of a socket belong, with room for so many. */
    private ByteBuffer reserve(ClientSocket socket, int length) {
        if (owner != socket || length > buffer.remaining()) {
            flush();
        }
        if (socket.mustWait() || length > CAPACITY) {
            return socket.backlog().reserve(length);
        }
        owner = socket;
        return buffer;
    }

    /** Writes what there is. */
    void flush() {
        ClientSocket socket = owner;
        if (socket != null) {
            owner = null;
            buffer.flip();
            socket.write(buffer);
            buffer.clear();
        }
    }

    /** Throws away what has not been written of a socket. */
    void forget(ClientSocket socket) {
        if (owner == socket) {
            owner = null;
            buffer.clear();
        }
    }

    /** Returns how much has not been written of a socket. */
    int unwritten(ClientSocket socket) {
        return owner == socket ? buffer.position() : 0;
    }
}
