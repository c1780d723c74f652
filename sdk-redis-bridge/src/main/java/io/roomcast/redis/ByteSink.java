package io.roomcast.redis;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Collects bytes. Belongs to one thread. */
final class ByteSink {

    private byte[] bytes;
    private int size;

    ByteSink(int expected) {
        bytes = new byte[Math.max(16, expected)];
    }

    ByteSink add(int octet) {
        room(1);
        bytes[size++] = (byte) octet;
        return this;
    }

    ByteSink add(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        return this;
    }

    ByteSink varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    ByteSink fixed(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    ByteSink sized(byte[] more) {
        return varint(more.length).add(more);
    }

    ByteSink sized(String text) {
        return sized(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a number in decimal digits. */
    ByteSink digits(int value) {
        return add(Integer.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
