package io.roomcast.testkit.socket;

/** Something that is to happen at an instant. Belongs to the thread of its {@link SocketLoop}. */
public abstract class Timer {

    static final int IDLE = -1;

    long dueNanos;
    /** Its place in the heap. */
    int place = IDLE;

    /** Returns whether it is still to happen. */
    public final boolean isScheduled() {
        return place != IDLE;
    }

    /**
     * It is time, or later than that.
     *
     * @param dueNanos when it should have happened
     */
    protected abstract void fire(long dueNanos);
}
