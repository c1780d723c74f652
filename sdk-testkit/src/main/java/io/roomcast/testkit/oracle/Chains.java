package io.roomcast.testkit.oracle;

import java.util.Arrays;

/**
 * Short lists of ints, one for each of many owners, in one pool: an owner costs an int, an item two. Items are kept in the order in which they were added. Belongs
 * to one thread.
 */
final class Chains {

    static final int NONE = -1;

    /** The last item of an owner, or {@link #NONE}; its {@code next} is the first. */
    private int[] last = new int[0];

    private int[] next = new int[64];
    private int[] value = new int[64];
    private int free = NONE;
    private int used;
    private int items;

    /** Makes room for owners 0 to below the count. */
    void owners(int count) {
        if (count > last.length) {
            int before = last.length;
            last = Arrays.copyOf(last, Math.max(count, before + before / 8));
            Arrays.fill(last, before, last.length, NONE);
        }
    }

    void add(int owner, int item) {
        int at = free;
        if (at == NONE) {
            if (used == next.length) {
                next = Arrays.copyOf(next, used * 2);
                value = Arrays.copyOf(value, used * 2);
            }
            at = used++;
        } else {
            free = next[at];
        }
        value[at] = item;
        int tail = last[owner];
        if (tail == NONE) {
            next[at] = at;
        } else {
            next[at] = next[tail];
            next[tail] = at;
        }
        last[owner] = at;
        items++;
    }

    boolean isEmpty(int owner) {
        return last[owner] == NONE;
    }

    /** Returns how many items all owners have. */
    int size() {
        return items;
    }

    /** What a visitor says of an item. */
    enum Then {
        KEEP,
        REMOVE,
        REMOVE_AND_STOP,
        STOP
    }

    /** Looks at items in order. */
    interface Visitor {
        Then at(int cell, int item);
    }

    /** Goes through an owner's items from the first. */
    void visit(int owner, Visitor visitor) {
        int before = last[owner];
        if (before == NONE) {
            return;
        }
        int end = before;
        while (true) {
            int at = next[before];
            Then then = visitor.at(at, value[at]);
            boolean wasLast = at == end;
            if (then == Then.REMOVE || then == Then.REMOVE_AND_STOP) {
                unlink(owner, before, at);
            } else {
                before = at;
            }
            if (wasLast || then == Then.REMOVE_AND_STOP || then == Then.STOP) {
                return;
            }
        }
    }

    /** Returns the first cell of an owner, or {@link #NONE}; for the common case, in which the first is the one that is looked for. */
    int first(int owner) {
        int tail = last[owner];
        return tail == NONE ? NONE : next[tail];
    }

    int value(int cell) {
        return value[cell];
    }

    void set(int cell, int item) {
        value[cell] = item;
    }

    void removeFirst(int owner) {
        int tail = last[owner];
        unlink(owner, tail, next[tail]);
    }

    private void unlink(int owner, int before, int at) {
        if (before == at) {
            last[owner] = NONE;
        } else {
            next[before] = next[at];
            if (last[owner] == at) {
                last[owner] = before;
            }
        }
        next[at] = free;
        free = at;
        items--;
    }
}
