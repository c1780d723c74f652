package io.roomcast.runtime.outbound;

import io.roomcast.runtime.transport.Chunk;
import java.util.Arrays;

/**
 * Chunks in order, in one array so that a run of them can be written without copying references. Confined to one loop. Holds
 * no array while it never held anything, and none larger than {@value #KEPT} when it is empty.
 */
final class ChunkQueue {

    private static final int INITIAL = 4;
    private static final int KEPT = 32;
    private static final Chunk[] NONE = {};

    private Chunk[] chunks = NONE;
    private int head;
    private int tail;
    private int bytes;

    boolean isEmpty() {
        return head == tail;
    }

    /** Returns the sum of the sizes. */
    int bytes() {
        return bytes;
    }

    void add(Chunk chunk) {
        if (tail == chunks.length) {
            makeRoom();
        }
        chunks[tail++] = chunk;
        bytes += chunk.size();
    }

    /** Returns the array that {@link #head()} and {@link #runEnd} index. */
    Chunk[] array() {
        return chunks;
    }

    int head() {
        return head;
    }

    /** Returns the end of the longest run from the head whose size is at most {@code limit}; at least one chunk. */
    int runEnd(int limit) {
        int end = head + 1;
        int size = chunks[head].size();
        while (end < tail && size + chunks[end].size() <= limit) {
            size += chunks[end++].size();
        }
        return end;
    }

    /** Returns the size of the chunks from the head to {@code end}. */
    int runBytes(int end) {
        int size = 0;
        for (int i = head; i < end; i++) {
            size += chunks[i].size();
        }
        return size;
    }

    /** Takes the chunks from the head to {@code end} out; their size must be {@code size}. */
    void removeRun(int end, int size) {
        Arrays.fill(chunks, head, end, null);
        head = end;
        bytes -= size;
        if (head == tail) {
            head = 0;
            tail = 0;
            if (chunks.length > KEPT) {
                chunks = NONE;
            }
        }
    }

    void clear() {
        chunks = NONE;
        head = 0;
        tail = 0;
        bytes = 0;
    }

    private void makeRoom() {
        int count = tail - head;
        if (head >= count && head > 0) {
            System.arraycopy(chunks, head, chunks, 0, count);
            Arrays.fill(chunks, count, tail, null);
        } else {
            Chunk[] larger = new Chunk[Math.max(INITIAL, chunks.length * 2)];
            System.arraycopy(chunks, head, larger, 0, count);
            chunks = larger;
        }
        head = 0;
        tail = count;
    }
}
