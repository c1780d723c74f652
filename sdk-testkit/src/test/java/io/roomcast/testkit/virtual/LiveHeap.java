package io.roomcast.testkit.virtual;

/**
 * What a peer takes of the heap, all included, while most are there. Looked at when most have come, five seconds later, then after twice as long each time: each look is a
 * full collection. So what they leave behind counts as well.
 */
final class LiveHeap {

    private static final double MOST = 0.97;
    private static final int FIRST_PAUSE = 5;

    private final int peers;
    private final long before = live();
    private long first;
    private long most;
    private int seconds;
    private int nextLook;

    /** @param peers how many there are when it is at its height */
    LiveHeap(int peers) {
        this.peers = peers;
    }

    /** A second has passed. @param now how many peers there are */
    void look(long now) {
        if (now < MOST * peers) {
            return;
        }
        if (seconds++ < nextLook) {
            return;
        }
        nextLook = Math.max(FIRST_PAUSE, 2 * nextLook);
        long bytes = (live() - before) / now;
        if (first == 0) {
            first = bytes;
        }
        most = Math.max(most, bytes);
    }

    /** Returns how many bytes a peer took when most had come; 0 if they never did. */
    long first() {
        return first;
    }

    /** Returns how many bytes a peer took at most. */
    long most() {
        return most;
    }

    private static long live() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
