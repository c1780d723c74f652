package io.roomcast.runtime.transport.websocket;

import java.nio.ByteBuffer;

/** The masking of RFC 6455 section 5.3, which undoes itself. */
final class Masking {

    private Masking() {}

    /**
     * Masks or unmasks {@code buffer[from…to)} in place.
     *
     * @param buffer in big-endian order
     * @param key the masking key, its first byte highest; it begins at {@code from}
     */
    static void apply(ByteBuffer buffer, int from, int to, int key) {
        long wide = ((long) key << 32) | (key & 0xFFFF_FFFFL);
        int at = from;
        for (; to - at >= Long.BYTES; at += Long.BYTES) {
            buffer.putLong(at, buffer.getLong(at) ^ wide);
        }
        int rest = key;
        for (; at < to; at++) {
            buffer.put(at, (byte) (buffer.get(at) ^ (rest >>> 24)));
            rest = Integer.rotateLeft(rest, Byte.SIZE);
        }
    }

    /** Returns the key as it stands after so many bytes. */
    static int after(int key, int bytes) {
        return Integer.rotateLeft(key, (bytes & 3) * Byte.SIZE);
    }
}
