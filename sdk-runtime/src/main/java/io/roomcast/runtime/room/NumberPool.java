package io.roomcast.runtime.room;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Small positive numbers, the smallest free one first, so that they stay short on the wire. A number that was given back rests
 * for {@value #REST_SECONDS} s: what a client sent under its old meaning has arrived by then. Thread-safe; used when rooms and
 * routes come and go, not for messages.
 */
final class NumberPool {

    static final int REST_SECONDS = 30;

    private final Queue<Integer> free = new PriorityQueue<>();
    private final Queue<Resting> resting = new ArrayDeque<>();
    private int unused = 1;

    private record Resting(int number, long until) {}

    synchronized int take(long now) {
        while (!resting.isEmpty() && resting.element().until() - now <= 0) {
            free.add(resting.remove().number());
        }
        Integer number = free.poll();
        return number == null ? unused++ : number;
    }

    synchronized void giveBack(int number, long now) {
        resting.add(new Resting(number, now + TimeUnit.SECONDS.toNanos(REST_SECONDS)));
    }
}
