package io.roomcast.runtime.room;

import java.util.BitSet;
import java.util.concurrent.TimeUnit;

/**
 * Small positive numbers, the smallest free one first, so that they stay short on the wire. A number that was given back rests
 * for {@value #REST_SECONDS} s: what a client sent under its old meaning has arrived by then. Thread-safe; used when rooms and
 * routes come and go, not for messages.
 *
 * <p>Rooms may come and go by the hundred thousand: a free number is a bit, one that rests twelve bytes.
 */
final class NumberPool {

    static final int REST_SECONDS = 30;

    private static final int FEWEST_PLACES = 16;

    private final BitSet free = new BitSet();
    /** No number below it is free. */
    private int lowest = 1;

    private int unused = 1;

    /** A ring: what rests, and until when, from the first that was given back. The length is a power of two. */
    private int[] resting = new int[FEWEST_PLACES];

    private long[] until = new long[FEWEST_PLACES];
    private int first;
    private int count;

    synchronized int take(long now) {
        while (count > 0 && until[first] - now <= 0) {
            free(resting[first]);
            first = first + 1 & resting.length - 1;
            count--;
        }
        if (count == 0 && resting.length > FEWEST_PLACES) {
            places(FEWEST_PLACES);
        }
        int number = free.nextSetBit(lowest);
        if (number < 0) {
            lowest = unused;
            return unused++;
        }
        free.clear(number);
        lowest = number + 1;
        return number;
    }

    synchronized void giveBack(int number, long now) {
        if (count == resting.length) {
            places(2 * count);
        }
        int place = first + count & resting.length - 1;
        resting[place] = number;
        until[place] = now + TimeUnit.SECONDS.toNanos(REST_SECONDS);
        count++;
    }

    private void free(int number) {
        free.set(number);
        lowest = Math.min(lowest, number);
    }

    private void places(int more) {
        int[] numbers = new int[more];
        long[] times = new long[more];
        for (int i = 0; i < count; i++) {
            int place = first + i & resting.length - 1;
            numbers[i] = resting[place];
            times[i] = until[place];
        }
        resting = numbers;
        until = times;
        first = 0;
    }
}
