package io.roomcast.testkit.socket;

/** Something that is to happen at an instant. Belongs to the thread of its {@link SocketLoop}. */
public abstract class Timer {

    static final int NOWHERE = -1;
    static final long NEVER = Long.MAX_VALUE;

    /** When it is to happen. */
    long dueNanos = NEVER;
    /** The instant by which it stands in the heap: when it is to happen, or earlier. */
    long placedNanos;
    /** Its place in the heap, in which it may stand although it is not to happen any more. */
    int place = NOWHERE;

    /** Returns whether it is still to happen. */
    public final boolean isScheduled() {
        return dueNanos != NEVER;
    }

    /**
     * It is time, or later than that.
     *
     * @param dueNanos when it should have happened
     */
    protected abstract void fire(long dueNanos);
}
