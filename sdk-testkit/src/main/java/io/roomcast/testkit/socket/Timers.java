package io.roomcast.testkit.socket;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers in a binary heap. Exact to the nanosecond and in order, which a wheel is not: how late a send is shall not depend on ticks of ours. Belongs to one thread; allocates nothing but its array.
 *
 * <p>Most timers are timeouts: set, called off and set again later, over and over. So one that is called off or put off stays where it stands in the heap, which costs nothing, and is taken out or moved down when it comes up.
 * The heap has no more than one place for each timer.
 */
final class Timers {

    private @Nullable Timer[] heap = new Timer[64];
    private int size;

    /** Returns an instant before which none is due, {@link Timer#NEVER} if there is none. */
    long nextNanos() {
        Timer first = heap[0];
        return first == null ? Timer.NEVER : first.placedNanos;
    }

    int size() {
        return size;
    }

    void schedule(Timer timer, long dueNanos) {
        timer.dueNanos = dueNanos;
        if (timer.place == Timer.NOWHERE) {
            timer.placedNanos = dueNanos;
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            up(timer, size++);
        } else if (dueNanos < timer.placedNanos) {
            timer.placedNanos = dueNanos;
            up(timer, timer.place);
        }
    }

    /** Calls a timer off, which may be held until its instant comes. */
    void cancel(Timer timer) {
        timer.dueNanos = Timer.NEVER;
    }

    /** Calls a timer off, and holds it no longer. */
    void forget(Timer timer) {
        cancel(timer);
        int place = timer.place;
        if (place == Timer.NOWHERE) {
            return;
        }
        timer.place = Timer.NOWHERE;
        Timer last = at(--size);
        heap[size] = null;
        if (place < size) {
            down(last, place);
            if (last.place == place) {
                up(last, place);
            }
        }
    }

    /** Fires what is due; what these schedule for now waits for the next call. Returns how many there were. */
    int fire(long nowNanos) {
        int fired = 0;
        int most = size;
        while (fired < most && nextNanos() <= nowNanos) {
            Timer timer = at(0);
            long dueNanos = timer.dueNanos;
            if (dueNanos == Timer.NEVER) {
                forget(timer);
            } else if (dueNanos > timer.placedNanos) {
                timer.placedNanos = dueNanos;
                down(timer, 0);
            } else {
                forget(timer);
                timer.fire(dueNanos);
                fired++;
            }
        }
        return fired;
    }

    private Timer at(int place) {
        Timer timer = heap[place];
        if (timer == null) {
            throw new IllegalStateException("there is no timer at place " + place + " of " + size);
        }
        return timer;
    }

    private void up(Timer timer, int from) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) >>> 1;
            Timer above = at(parent);
            if (above.placedNanos <= timer.placedNanos) {
                break;
            }
            put(above, place);
            place = parent;
        }
        put(timer, place);
    }

    private void down(Timer timer, int from) {
        int place = from;
        while (true) {
            int child = 2 * place + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && at(child + 1).placedNanos < at(child).placedNanos) {
                child++;
            }
            Timer below = at(child);
            if (timer.placedNanos <= below.placedNanos) {
                break;
            }
            put(below, place);
            place = child;
        }
        put(timer, place);
    }

    private void put(Timer timer, int place) {
        heap[place] = timer;
        timer.place = place;
    }
}
