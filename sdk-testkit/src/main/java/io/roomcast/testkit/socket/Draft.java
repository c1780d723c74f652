package io.roomcast.testkit.socket;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A WebSocket message in the making. A loop has one, in which all its peers write one after another, so that a message costs no memory; it is as large as the largest was. Belongs to the loop's thread.
 */
final class Draft {

    private byte[] bytes = new byte[1024];
    private int size;

    /** Begins a new message. */
    Draft clear() {
        size = 0;
        return this;
    }

    /** Returns the message, in the first {@link #size} bytes. */
    byte[] array() {
        return bytes;
    }

    int size() {
        return size;
    }

    void write(int one) {
        reserve(1)[size++] = (byte) one;
    }

    /** Writes what lies between position and limit, which stay. */
    void write(ByteBuffer more) {
        int length = more.remaining();
        more.get(more.position(), reserve(length), size, length);
        size += length;
    }

    /** Writes a number as protobuf's {@code uint32} and {@code uint64}. */
    void varint(long number) {
        long left = number;
        while ((left & ~0x7fL) != 0) {
            write((int) left | 0x80);
            left >>>= 7;
        }
        write((int) left);
    }

    /** Writes a protobuf message of a size that was asked for before. */
    void write(MessageLite message, int length) {
        CodedOutputStream out = CodedOutputStream.newInstance(reserve(length), size, length);
        try {
            message.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("a message does not have the " + length + " bytes that it said it has", e);
        }
        size += length;
    }

    private byte[] reserve(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
        return bytes;
    }
}
