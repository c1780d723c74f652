package io.roomcast.runtime.outbound.policy;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Values in the order of their arrival, with the time of it. Confined to one loop. */
final class HeldValues {

    private @Nullable Value[] values = new Value[1];
    private long[] since = new long[1];
    private int head;
    private int count;
    private int bytes;

    int count() {
        return count;
    }

    int bytes() {
        return bytes;
    }

    void add(Value value, long now) {
        if (count == values.length) {
            values = Arrays.copyOf(rotated(), count * 2);
            since = Arrays.copyOf(rotatedTimes(), count * 2);
            head = 0;
        }
        int at = (head + count) % values.length;
        values[at] = value;
        since[at] = now;
        count++;
        bytes += value.size();
    }

    /** Returns the oldest. */
    Value first() {
        Value first = values[head];
        if (first == null) {
            throw new IllegalStateException("no value is held");
        }
        return first;
    }

    /** Returns when the oldest came. */
    long firstSince() {
        return since[head];
    }

    void removeFirst() {
        bytes -= first().size();
        values[head] = null;
        head = (head + 1) % values.length;
        count--;
    }

    /** Puts a value in the place of the oldest. */
    void replaceFirst(Value value, long now) {
        bytes += value.size() - first().size();
        values[head] = value;
        since[head] = now;
    }

    private @Nullable Value[] rotated() {
        @Nullable Value[] inOrder = new Value[values.length];
        System.arraycopy(values, head, inOrder, 0, values.length - head);
        System.arraycopy(values, 0, inOrder, values.length - head, head);
        return inOrder;
    }

    private long[] rotatedTimes() {
        long[] inOrder = new long[since.length];
        System.arraycopy(since, head, inOrder, 0, since.length - head);
        System.arraycopy(since, 0, inOrder, since.length - head, head);
        return inOrder;
    }
}
