package io.roomcast.runtime.room;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/**
 * A reentrant lock that knows its owner by the thread's number. A {@link java.util.concurrent.locks.ReentrantLock} points at the thread: with a
 * generational collector that is a card to mark and to look through for each broadcast, since rooms are old and their locks are taken all the
 * time. It is one object in place of two, too.
 */
final class RoomLock extends AbstractQueuedSynchronizer {

    private static final long serialVersionUID = 1;
    private static final long NOBODY = 0;

    /** Written by the owner alone. Who reads its own number here has written it: it is the owner. */
    private long owner = NOBODY;

    void lock() {
        acquire(1);
    }

    /** @throws IllegalMonitorStateException if the calling thread does not hold it */
    void unlock() {
        release(1);
    }

    @Override
    protected boolean tryAcquire(int holds) {
        int held = getState();
        if (held == 0) {
            if (!compareAndSetState(0, holds)) {
                return false;
            }
            owner = self();
            return true;
        }
        if (owner != self()) {
            return false;
        }
        setState(Math.addExact(held, holds));
        return true;
    }

    @Override
    protected boolean tryRelease(int holds) {
        if (owner != self()) {
            throw new IllegalMonitorStateException("the room's lock is not held by this thread");
        }
        int left = getState() - holds;
        if (left == 0) {
            owner = NOBODY;
        }
        setState(left);
        return left == 0;
    }

    @SuppressWarnings("deprecation") // threadId() came with Java 19
    private static long self() {
        return Thread.currentThread().getId();
    }
}
