package io.roomcast.runtime.transport;

import java.nio.ByteBuffer;

/**
 * Encoded bytes that any number of outbound queues share. Immutable: whoever makes one gives the array away. A WebSocket
 * message is made by joining chunks.
 */
public final class Chunk {

    /** No bytes. */
    public static final Chunk EMPTY = new Chunk(new byte[0], false);

    private final byte[] bytes;
    private final boolean numbered;

    private Chunk(byte[] bytes, boolean numbered) {
        this.bytes = bytes;
        this.numbered = numbered;
    }

    /** Returns a chunk of the array, which is not copied and not changed by anybody any more. */
    public static Chunk of(byte[] bytes) {
        return new Chunk(bytes, true);
    }

    /** Returns a chunk as {@link #of} does, of a frame that has no number: it matters on this connection only. */
    public static Chunk unnumbered(byte[] bytes) {
        return new Chunk(bytes, false);
    }

    /** Returns whether the frame counts in its direction, and is sent again when a connection is resumed. */
    public boolean isNumbered() {
        return numbered;
    }

    /** Returns the number of bytes. */
    public int size() {
        return bytes.length;
    }

    /** Puts all bytes into the buffer. */
    public void writeTo(ByteBuffer target) {
        target.put(bytes);
    }

    /** Puts some of the bytes into the buffer. */
    public void writeTo(ByteBuffer target, int offset, int length) {
        target.put(bytes, offset, length);
    }

    /** Returns a view of the bytes. */
    public ByteBuffer asBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
