package io.roomcast.runtime.outbound;

import io.roomcast.runtime.transport.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The chunks that wait for one connection, and before them, where the peer can resume, those that were handed to a connection and
 * not acknowledged yet. A ring would need its wrap-around handed to the connection in two pieces; this is an array with three
 * marks instead, in the order {@code head ≤ next ≤ tail}: kept from head, waiting from next. Confined to the loop. Holds no array
 * while it never held anything, and none larger than {@value #KEPT} when it is empty.
 *
 * <p>Numbered frames are counted as they are handed over: that is how both sides know a frame without its number being sent. A chunk may have several.
 */
final class ChunkQueue {

    private static final int INITIAL = 4;
    private static final int KEPT = 64;
    private static final Chunk[] NONE = {};

    private final boolean keeping;
    private Chunk[] chunks = NONE;
    private int head;
    private int next;
    private int tail;
    private int bytes;
    private int keptBytes;
    /** The number of the last numbered frame that is not here any more, or not needed any more. */
    private long released;
    /** How many frames of the chunk at the head that is: it is kept until none of them is needed. Short, since there is one for each peer. */
    private short releasedOfHead;
    /** The number of the last numbered frame before next. */
    private long sent;

    /** @param keeping whether what was handed over is kept until it is acknowledged */
    ChunkQueue(boolean keeping) {
        this.keeping = keeping;
    }

    boolean isKeeping() {
        return keeping;
    }

    /** Returns whether nothing waits. */
    boolean isEmpty() {
        return next == tail;
    }

    /** Returns the sum of the sizes of what waits. */
    int bytes() {
        return bytes;
    }

    /** Returns the sum of the sizes of what was handed over and is kept. */
    int keptBytes() {
        return keptBytes;
    }

    /** Returns how many numbered frames were handed over. */
    long sent() {
        return sent;
    }

    /** Returns the number of the last numbered frame that is no longer kept. */
    long released() {
        return released;
    }

    void add(Chunk chunk) {
        if (tail == chunks.length) {
            makeRoom();
        }
        chunks[tail++] = chunk;
        bytes += chunk.size();
    }

    /** Returns the array that {@link #next()} and {@link #runEnd} index. */
    Chunk[] array() {
        return chunks;
    }

    /** Returns the place of the first chunk that waits. */
    int next() {
        return next;
    }

    /** Returns the end of the longest run of waiting chunks whose size is at most {@code limit}; at least one chunk. */
    int runEnd(int limit) {
        int end = next + 1;
        int size = chunks[next].size();
        while (end < tail && size + chunks[end].size() <= limit) {
            size += chunks[end++].size();
        }
        return end;
    }

    /** Returns the size of the waiting chunks up to {@code end}. */
    int runBytes(int end) {
        int size = 0;
        for (int i = next; i < end; i++) {
            size += chunks[i].size();
        }
        return size;
    }

    /** The waiting chunks up to {@code end} were handed over; their size must be {@code size}. */
    void handedOver(int end, int size) {
        for (int i = next; i < end; i++) {
            if (chunks[i].isNumbered()) {
                sent += chunks[i].frames();
            } else {
                keptBytes -= chunks[i].size();
                clear(i);
            }
        }
        keptBytes += size;
        bytes -= size;
        next = end;
        if (!keeping) {
            release(sent);
        }
    }

    /** Forgets what is kept up to a number that was handed over. */
    void release(long number) {
        while (head < next && (released < number || !holds(head))) {
            if (holds(head) && number - released < framesOfHead()) {
                releasedOfHead += (short) (number - released);
                released = number;
                break;
            }
            forgetHead();
        }
        tidy();
    }

    /** Returns how many frames of the chunk at the head are still needed. */
    private int framesOfHead() {
        return chunks[head].frames() - releasedOfHead;
    }

    /** Forgets the oldest of what is kept until it has at most so many bytes. */
    void shrinkKept(int most) {
        while (keptBytes > most) {
            forgetHead();
        }
        tidy();
    }

    /** Lets everything that is kept wait once more, and forgets what waits and has no number: that was for another connection. */
    void rewind() {
        splitHead();
        int to = 0;
        bytes = 0;
        for (int i = head; i < tail; i++) {
            if (isNumbered(i)) {
                Chunk chunk = chunks[i];
                chunks[to++] = chunk;
                bytes += chunk.size();
            }
        }
        Arrays.fill(chunks, to, tail, null);
        head = 0;
        next = 0;
        tail = to;
        keptBytes = 0;
        sent = released;
    }

    /** Returns the numbered frames that are kept or wait, in their order, each as a chunk of its own. */
    List<Chunk> numbered() {
        List<Chunk> held = new ArrayList<>(tail - head);
        for (int i = head; i < tail; i++) {
            if (isNumbered(i)) {
                held.addAll(chunks[i].split(i == head ? releasedOfHead : 0));
            }
        }
        return held;
    }

    /** Leaves of the chunk at the head what is still needed. While the bytes are about to be counted anew. */
    private void splitHead() {
        if (releasedOfHead > 0) {
            chunks[head] = Chunk.joined(chunks[head].split(releasedOfHead).toArray(Chunk[]::new));
            releasedOfHead = 0;
        }
    }

    /** Continues the numbers of another queue. While this one is empty and was never used. */
    void continueFrom(long number) {
        released = number;
        sent = number;
    }

    /** Forgets everything; the numbers stay. */
    void clear() {
        chunks = NONE;
        head = 0;
        next = 0;
        tail = 0;
        bytes = 0;
        keptBytes = 0;
        releasedOfHead = 0;
    }

    private void forgetHead() {
        if (holds(head)) {
            keptBytes -= chunks[head].size();
            released += framesOfHead();
            releasedOfHead = 0;
            clear(head);
        }
        head++;
    }

    /** A chunk without a number leaves a hole when it was handed over. */
    private boolean holds(int place) {
        return chunks[place] != null;
    }

    private boolean isNumbered(int place) {
        return holds(place) && chunks[place].isNumbered();
    }

    private void clear(int place) {
        chunks[place] = null;
    }

    private void tidy() {
        if (head == tail) {
            head = 0;
            next = 0;
            tail = 0;
            if (chunks.length > KEPT) {
                chunks = NONE;
            }
        }
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
        next -= head;
        head = 0;
        tail = count;
    }
}
