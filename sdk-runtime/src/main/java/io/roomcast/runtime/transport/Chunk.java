package io.roomcast.runtime.transport;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encoded bytes that any number of outbound queues share. Immutable: whoever makes one gives the array away. A WebSocket
 * message is made by joining chunks. A chunk is one frame, or several that go the same way together.
 */
public final class Chunk {

    /** No bytes. */
    public static final Chunk EMPTY = new Chunk(new byte[0], 0, null);

    private final byte[] bytes;
    /** How many numbered frames it has. */
    private final int frames;
    /** Where each of them ends; null if there are not several. */
    private final int @Nullable [] ends;

    private Chunk(byte[] bytes, int frames, int @Nullable [] ends) {
        this.bytes = bytes;
        this.frames = frames;
        this.ends = ends;
    }

    /** Returns a chunk of the array, one frame, which is not copied and not changed by anybody any more. */
    public static Chunk of(byte[] bytes) {
        return new Chunk(bytes, 1, null);
    }

    /** Returns a chunk as {@link #of} does, of a frame that has no number: it matters on this connection only. */
    public static Chunk unnumbered(byte[] bytes) {
        return new Chunk(bytes, 0, null);
    }

    /** Returns a chunk of several frames, one behind the other. Each of the chunks must be one numbered frame. */
    public static Chunk joined(Chunk... chunks) {
        int[] ends = new int[chunks.length];
        int size = 0;
        for (int i = 0; i < chunks.length; i++) {
            if (chunks[i].frames != 1) {
                throw new IllegalArgumentException(
                        "chunk " + i + " has " + chunks[i].frames + " numbered frames, expected 1");
            }
            size += chunks[i].size();
            ends[i] = size;
        }
        byte[] bytes = new byte[size];
        for (int i = 0; i < chunks.length; i++) {
            System.arraycopy(chunks[i].bytes, 0, bytes, ends[i] - chunks[i].size(), chunks[i].size());
        }
        return chunks.length == 1 ? chunks[0] : new Chunk(bytes, chunks.length, ends);
    }

    /** Returns whether it counts in its direction, and is sent again when a connection is resumed. */
    public boolean isNumbered() {
        return frames > 0;
    }

    /** Returns how many numbers it takes: one for each of its frames, none for a frame without a number. */
    public int frames() {
        return frames;
    }

    /** Returns its frames from the one at {@code first} on, counted from 0, each as a chunk of its own. */
    public List<Chunk> split(int first) {
        if (ends == null) {
            return first == 0 ? List.of(this) : List.of();
        }
        List<Chunk> each = new ArrayList<>(frames - first);
        for (int i = first; i < frames; i++) {
            each.add(of(Arrays.copyOfRange(bytes, i == 0 ? 0 : ends[i - 1], ends[i])));
        }
        return each;
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
