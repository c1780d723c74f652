package io.roomcast.testkit.socket;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers in a binary heap, each of which knows its place, so that it can be moved or taken out. Exact to the nanosecond and in order, which a wheel is not:
 * how late a send is shall not depend on ticks of ours. Belongs to one thread; allocates nothing but its array.
 */
final class Timers {

    private @Nullable Timer[] heap = new Timer[64];
    private int size;

    /** Returns when the next is due, {@link Long#MAX_VALUE} if there is none. */
    long nextNanos() {
        Timer first = heap[0];
        return size == 0 || first == null ? Long.MAX_VALUE : first.dueNanos;
    }

    int size() {
        return size;
    }

    void schedule(Timer timer, long dueNanos) {
        if (timer.isScheduled()) {
            cancel(timer);
        }
        timer.dueNanos = dueNanos;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        up(timer, size++);
    }

    void cancel(Timer timer) {
        int place = timer.place;
        if (place == Timer.IDLE) {
            return;
        }
        timer.place = Timer.IDLE;
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
            cancel(timer);
            timer.fire(timer.dueNanos);
            fired++;
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
            if (above.dueNanos <= timer.dueNanos) {
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
            if (child + 1 < size && at(child + 1).dueNanos < at(child).dueNanos) {
                child++;
            }
            Timer below = at(child);
            if (timer.dueNanos <= below.dueNanos) {
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
