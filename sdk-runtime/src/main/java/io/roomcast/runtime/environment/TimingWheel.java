package io.roomcast.runtime.environment;

import org.jspecify.annotations.Nullable;

/**
 * Timers in a hashed wheel: scheme 6 of Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (1987). Scheduling and
 * cancelling cost O(1) and allocate nothing: an entry is its own list node. A tick costs as much as its slot holds, the
 * entries of later turns of the wheel included.
 *
 * <p>It has no thread and no clock: somebody calls {@link #advance} now and then. An entry expires in the first advance to its
 * time or later, rounded up to a whole tick; never before. Entries of one tick expire in the order in which they were
 * scheduled.
 *
 * <p>Belongs to one thread. Holds as many entries as are scheduled; whoever schedules bounds them.
 */
@SuppressWarnings("ReferenceEquality") // entries are list nodes
public final class TimingWheel {

    private final long tickMillis;
    private final int mask;
    private final Entry[] slots;
    private final Entry due = new Sentinel();
    private long currentTick;
    private int size;

    /**
     * Makes an empty wheel.
     *
     * @param nowMillis the time at which it starts
     * @param tickMillis the precision, at least 1
     * @param slots how many ticks one turn has; a power of two
     */
    public TimingWheel(long nowMillis, int tickMillis, int slots) {
        if (tickMillis < 1) {
            throw new IllegalArgumentException("tickMillis is " + tickMillis + ", expected at least 1");
        }
        if (slots < 1 || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("slots is " + slots + ", expected a power of two");
        }
        this.tickMillis = tickMillis;
        this.mask = slots - 1;
        this.slots = new Entry[slots];
        for (int i = 0; i < slots; i++) {
            this.slots[i] = new Sentinel();
        }
        this.currentTick = Math.floorDiv(nowMillis, tickMillis);
    }

    /**
     * Lets an entry expire at a time; in the next advance by at least one tick if that time is over.
     *
     * @throws IllegalStateException if the entry is scheduled already
     */
    public void schedule(Entry entry, long atMillis) {
        if (entry.next != null) {
            throw new IllegalStateException("the entry is scheduled already");
        }
        entry.tick = Math.max(Math.floorDiv(atMillis + tickMillis - 1, tickMillis), currentTick + 1);
        entry.insertBefore(slots[(int) (entry.tick & mask)]);
        size++;
    }

    /** Takes an entry out. Does nothing if it is not scheduled. */
    public void cancel(Entry entry) {
        if (entry.next != null) {
            entry.unlink();
            size--;
        }
    }

    /**
     * Moves on to a time and lets everything expire that is due. If an entry throws, the others that are due expire in the
     * next call.
     */
    public void advance(long nowMillis) {
        long target = Math.floorDiv(nowMillis, tickMillis);
        expireDue();
        if (target - currentTick > mask) {
            // More than a turn: each slot once, instead of each tick.
            long first = target - mask;
            for (long tick = first; tick <= target; tick++) {
                collect(slots[(int) (tick & mask)], target);
            }
            currentTick = target;
            expireDue();
        } else {
            while (currentTick < target) {
                currentTick++;
                collect(slots[(int) (currentTick & mask)], currentTick);
                expireDue();
            }
        }
    }

    /**
     * Returns the time at which {@link #advance} may have something to do: that of the first entry if it is within a turn from the time
     * of the last advance, else the end of that turn. {@link Long#MAX_VALUE} if nothing is scheduled.
     */
    public long nextMillis() {
        if (size == 0) {
            return Long.MAX_VALUE;
        }
        long tick = currentTick + 1;
        while (tick <= currentTick + mask) {
            Entry slot = slots[(int) (tick & mask)];
            if (slot.following() != slot) {
                break;
            }
            tick++;
        }
        return tick * tickMillis;
    }

    /** Returns how many entries are scheduled. */
    public int size() {
        return size;
    }

    private void collect(Entry slot, long tick) {
        Entry entry = slot.following();
        while (entry != slot) {
            Entry following = entry.following();
            if (entry.tick <= tick) {
                entry.unlink();
                entry.insertBefore(due);
            }
            entry = following;
        }
    }

    private void expireDue() {
        // An entry that is due can still be cancelled by one before it: the list is read anew each time.
        for (Entry entry = due.following(); entry != due; entry = due.following()) {
            entry.unlink();
            size--;
            entry.expired();
        }
    }

    /** Something that waits for its time; in at most one wheel at a time. */
    public abstract static class Entry {

        private @Nullable Entry previous;
        private @Nullable Entry next;
        private long tick;

        /** Makes an entry that is not scheduled. */
        protected Entry() {}

        /** The time has come. The entry may be scheduled again. */
        protected abstract void expired();

        private Entry following() {
            Entry following = next;
            if (following == null) {
                throw new IllegalStateException("the entry is not scheduled");
            }
            return following;
        }

        private void insertBefore(Entry successor) {
            Entry predecessor = successor.previous;
            if (predecessor == null) {
                throw new IllegalStateException("the successor is not scheduled");
            }
            previous = predecessor;
            next = successor;
            predecessor.next = this;
            successor.previous = this;
        }

        private void unlink() {
            Entry predecessor = previous;
            Entry successor = next;
            if (predecessor != null && successor != null) {
                predecessor.next = successor;
                successor.previous = predecessor;
            }
            previous = null;
            next = null;
        }
    }

    /** The fixed end of a list. */
    private static final class Sentinel extends Entry {

        Sentinel() {
            link(this);
        }

        private static void link(Entry sentinel) {
            sentinel.previous = sentinel;
            sentinel.next = sentinel;
        }

        @Override
        protected void expired() {
            throw new IllegalStateException("the end of a list does not expire");
        }
    }
}
