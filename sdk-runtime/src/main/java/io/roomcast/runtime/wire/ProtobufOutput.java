package io.roomcast.runtime.wire;

import com.google.protobuf.WireFormat;
import io.roomcast.Message;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one frame in protobuf's encoding, from its end to its front: fields are given last first, and how long a nested message is
 * is known when its turn comes. A field with its default value is left out.
 *
 * <p>Written by hand because the generated classes are large, and a node needs some of them for each client that comes: its first
 * clients would wait until they are loaded.
 */
final class ProtobufOutput {

    private static final int TAG_TYPE_BITS = 3;

    private byte[] bytes;
    /** Where the first byte is that was written. */
    private int start;

    /** @param expected how many bytes it will be, roughly; exactly saves a copy */
    ProtobufOutput(int expected) {
        this.bytes = new byte[expected];
        this.start = expected;
    }

    ProtobufOutput uint32(int field, int value) {
        return uint64(field, Integer.toUnsignedLong(value));
    }

    ProtobufOutput uint64(int field, long value) {
        if (value != 0) {
            varint(value);
            tag(field, WireFormat.WIRETYPE_VARINT);
        }
        return this;
    }

    ProtobufOutput bool(int field, boolean value) {
        return uint64(field, value ? 1 : 0);
    }

    ProtobufOutput string(int field, String value) {
        return value.isEmpty() ? this : bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtobufOutput bytes(int field, byte[] value) {
        if (value.length > 0) {
            reserve(value.length);
            start -= value.length;
            System.arraycopy(value, 0, bytes, start, value.length);
            length(field, value.length);
        }
        return this;
    }

    ProtobufOutput payload(int field, Message message) {
        if (message.size() > 0) {
            reserve(message.size());
            start -= message.size();
            message.copyTo(bytes, start);
            length(field, message.size());
        }
        return this;
    }

    /** Returns how much is written: what {@link #message} needs to know of the time before its fields. */
    int size() {
        return bytes.length - start;
    }

    /** Makes a nested message, which may be empty, of all that was written since there were {@code sizeBefore} bytes. */
    ProtobufOutput message(int field, int sizeBefore) {
        length(field, size() - sizeBefore);
        return this;
    }

    /** Puts a number without a tag in front of what was written. */
    ProtobufOutput varint(long value) {
        int size = 1;
        for (long rest = value >>> 7; rest != 0; rest >>>= 7) {
            size++;
        }
        reserve(size);
        start -= size;
        long rest = value;
        for (int at = start; at < start + size - 1; at++) {
            bytes[at] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[start + size - 1] = (byte) rest;
        return this;
    }

    /** Returns what was written, and nothing can be written any more. */
    byte[] toBytes() {
        return start == 0 ? bytes : Arrays.copyOfRange(bytes, start, bytes.length);
    }

    private void length(int field, int length) {
        varint(length);
        tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    }

    private void tag(int field, int type) {
        varint((long) field << TAG_TYPE_BITS | type);
    }

    private void reserve(int more) {
        if (more > start) {
            int size = size();
            byte[] larger = new byte[Math.max(2 * bytes.length, size + more)];
            System.arraycopy(bytes, start, larger, larger.length - size, size);
            bytes = larger;
            start = larger.length - size;
        }
    }
}
