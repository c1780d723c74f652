package io.roomcast.testkit.oracle;

import java.util.Arrays;

/** What is on its way to somebody, each once however many are to get it: 20 bytes until nobody refers to it any more. Belongs to one thread. */
final class Broadcasts {

    /** The sender of a notice of a gap; its serial is the number of messages missed. */
    static final int GAP = -1;

    /** The node of what need not be in order. */
    static final int UNORDERED = -2;

    private int[] sender = new int[64];
    private int[] serial = new int[64];
    private short[] origin = new short[64];
    private int[] madeAt = new int[64];
    private int[] references = new int[64];
    private int free = Chains.NONE;
    private int used;

    /** Takes one down to which nobody refers yet. Returns its number. */
    int add(int node, int from, int number, int atMillis) {
        int message = free;
        if (message == Chains.NONE) {
            if (used == sender.length) {
                int more = used * 2;
                sender = Arrays.copyOf(sender, more);
                serial = Arrays.copyOf(serial, more);
                origin = Arrays.copyOf(origin, more);
                madeAt = Arrays.copyOf(madeAt, more);
                references = Arrays.copyOf(references, more);
            }
            message = used++;
        } else {
            free = references[message];
        }
        sender[message] = from;
        serial[message] = number;
        origin[message] = (short) node;
        madeAt[message] = atMillis;
        references[message] = 0;
        return message;
    }

    void retain(int message) {
        references[message]++;
    }

    void release(int message) {
        if (--references[message] == 0) {
            // A free place holds the number of the next one.
            references[message] = free;
            free = message;
        }
    }

    /** Gives one up to which nobody ever referred. */
    void drop(int message) {
        if (references[message] == 0) {
            references[message] = 1;
            release(message);
        }
    }

    boolean is(int message, int from, int number) {
        return serial[message] == number && sender[message] == from;
    }

    boolean isGap(int message) {
        return sender[message] == GAP;
    }

    int sender(int message) {
        return sender[message];
    }

    int serial(int message) {
        return serial[message];
    }

    /** Returns the node that made it. */
    int origin(int message) {
        return origin[message];
    }

    int madeAt(int message) {
        return madeAt[message];
    }

    /** Returns what it is called in findings and notes. */
    String named(int message) {
        return isGap(message)
                ? "the notice of " + serial[message] + " missed messages"
                : "message " + serial[message] + " of peer " + sender[message];
    }
}
