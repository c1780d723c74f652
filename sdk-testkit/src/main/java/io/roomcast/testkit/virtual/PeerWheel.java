package io.roomcast.testkit.virtual;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * One alarm for each peer, in milliseconds, in a hashed timing wheel over int arrays: 12 bytes a peer, no objects, O(1). Alarms of one millisecond go off in the
 * order in which they were set. Belongs to one thread.
 */
final class PeerWheel {

    static final int NEVER = -1;

    private static final int SLOTS = 1 << 14;
    private static final int MASK = SLOTS - 1;

    /** The last of each slot; its next is the first. */
    private final int[] last = new int[SLOTS];

    private int[] next = new int[0];
    private int[] previous = new int[0];
    /** The instant, or {@link #NEVER}. */
    private int[] due = new int[0];

    /** Those of the instant that is being dealt with. */
    private int[] ringing = new int[64];

    private int now;
    private int size;

    PeerWheel() {
        Arrays.fill(last, NEVER);
    }

    void peers(int count) {
        if (count > due.length) {
            int before = due.length;
            next = Arrays.copyOf(next, count);
            previous = Arrays.copyOf(previous, count);
            due = Arrays.copyOf(due, count);
            Arrays.fill(due, before, count, NEVER);
        }
    }

    /** Sets the alarm of a peer that has none; at the next millisecond if the instant is over. */
    void set(int peer, int atMillis) {
        if (due[peer] != NEVER) {
            throw new IllegalStateException("peer " + peer + " has an alarm at " + due[peer] + " ms already");
        }
        int at = Math.max(atMillis, now + 1);
        due[peer] = at;
        int slot = at & MASK;
        int tail = last[slot];
        if (tail == NEVER) {
            next[peer] = peer;
            previous[peer] = peer;
        } else {
            int head = next[tail];
            next[peer] = head;
            previous[head] = peer;
            next[tail] = peer;
            previous[peer] = tail;
        }
        last[slot] = peer;
        size++;
    }

    /** Returns when a peer's alarm goes off, or {@link #NEVER}. */
    int due(int peer) {
        return due[peer];
    }

    /** Turns a peer's alarm off, if it is on. */
    void cancel(int peer) {
        if (due[peer] == NEVER) {
            return;
        }
        int slot = due[peer] & MASK;
        if (next[peer] == peer) {
            last[slot] = NEVER;
        } else {
            next[previous[peer]] = next[peer];
            previous[next[peer]] = previous[peer];
            if (last[slot] == peer) {
                last[slot] = previous[peer];
            }
        }
        due[peer] = NEVER;
        size--;
    }

    /** Returns an instant at or before the next alarm and after now; MAX_VALUE if there is none. */
    int nextMillis() {
        if (size == 0) {
            return Integer.MAX_VALUE;
        }
        for (int at = now + 1; at <= now + SLOTS; at++) {
            int tail = last[at & MASK];
            if (tail != NEVER) {
                for (int peer = next[tail]; ; peer = next[peer]) {
                    if (due[peer] == at) {
                        return at;
                    }
                    if (peer == tail) {
                        break;
                    }
                }
            }
        }
        return now + SLOTS;
    }

    /** Moves on to an instant not after {@link #nextMillis} and lets its alarms go off; they may set others, for later, and cancel any. */
    void advance(int atMillis, IntConsumer alarm) {
        if (atMillis <= now) {
            return;
        }
        now = atMillis;
        int tail = last[atMillis & MASK];
        if (tail == NEVER) {
            return;
        }
        int count = 0;
        for (int peer = next[tail]; ; peer = next[peer]) {
            if (due[peer] == atMillis) {
                if (count == ringing.length) {
                    ringing = Arrays.copyOf(ringing, count * 2);
                }
                ringing[count++] = peer;
            }
            if (peer == tail) {
                break;
            }
        }
        for (int i = 0; i < count; i++) {
            int peer = ringing[i];
            if (due[peer] == atMillis) {
                cancel(peer);
                alarm.accept(peer);
            }
        }
    }

    int size() {
        return size;
    }
}
