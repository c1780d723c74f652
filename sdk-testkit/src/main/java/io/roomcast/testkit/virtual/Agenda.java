package io.roomcast.testkit.virtual;

import java.util.PriorityQueue;

/** The few things of a run that happen at an instant and belong to no peer: faults, seconds, the deadlines of nodes. Belongs to one thread. */
final class Agenda {

    private final PriorityQueue<Item> items = new PriorityQueue<>();
    private long last;

    private record Item(long nanos, long number, Runnable task) implements Comparable<Item> {

        @Override
        public int compareTo(Item other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    void at(long nanos, Runnable task) {
        items.add(new Item(nanos, ++last, task));
    }

    /** Returns when the next is due, or MAX_VALUE. */
    long next() {
        Item first = items.peek();
        return first == null ? Long.MAX_VALUE : first.nanos();
    }

    /** Does what is due. */
    void run(long now) {
        for (Item first = items.peek(); first != null && first.nanos() <= now; first = items.peek()) {
            items.remove();
            first.task().run();
        }
    }
}
