package io.roomcast.testkit.load;

import org.jspecify.annotations.Nullable;

/** Messages by their sender and serial: a hash table with linear probing, at most half full, without a box for each key. Belongs to the run's thread. */
final class SentMessages {

    /** The golden ratio of 64 bits. */
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    private @Nullable SentMessage[] table = new SentMessage[1024];
    private int size;

    int size() {
        return size;
    }

    /** Adds a message that is not in it. */
    void add(SentMessage message) {
        if (2 * ++size > table.length) {
            @Nullable SentMessage[] old = table;
            table = new SentMessage[2 * old.length];
            for (SentMessage moved : old) {
                if (moved != null) {
                    place(moved);
                }
            }
        }
        place(message);
    }

    private void place(SentMessage message) {
        int at = home(message.sender, message.serial);
        while (table[at] != null) {
            at = next(at);
        }
        table[at] = message;
    }

    @Nullable
    SentMessage find(int sender, int serial) {
        for (int at = home(sender, serial); ; at = next(at)) {
            SentMessage found = table[at];
            if (found == null || found.sender == sender && found.serial == serial) {
                return found;
            }
        }
    }

    /** Removes a message, if it is in it. */
    void remove(SentMessage message) {
        int gap = home(message.sender, message.serial);
        while (table[gap] != message) {
            if (table[gap] == null) {
                return;
            }
            gap = next(gap);
        }
        size--;
        // Those behind it, whose probing went over it, move up (Knuth, The Art of Computer Programming, volume 3,
        // section 6.4, algorithm R).
        for (int at = next(gap); ; at = next(at)) {
            SentMessage other = table[at];
            if (other == null) {
                break;
            }
            int home = home(other.sender, other.serial);
            if ((at - home & table.length - 1) >= (at - gap & table.length - 1)) {
                table[gap] = other;
                gap = at;
            }
        }
        table[gap] = null;
    }

    private int next(int at) {
        return at + 1 & table.length - 1;
    }

    private int home(int sender, int serial) {
        long key = (long) sender << 32 | serial & 0xffff_ffffL;
        return (int) (key * SPREAD >>> Long.numberOfLeadingZeros(table.length) + 1);
    }
}
