package io.roomcast.testkit.oracle;

import io.roomcast.bridge.Retention;
import java.util.ArrayList;
import java.util.List;

/** One epoch of a room's history, as the bridge has it: every entry at its place. Entries are kept for the whole run. Belongs to one thread. */
final class RoomLog {

    final int room;
    final String epoch;
    /** As the last that appended said it. */
    private Retention retention;

    private final List<Entry> entries = new ArrayList<>();

    /**
     * One entry.
     *
     * @param from the peer whose message it is, -1 = a handler's own, of which no more is known
     * @param except the ids of the peers that it is kept from
     * @param bytes of its payload
     */
    record Entry(int from, int serial, List<String> except, int bytes, int atMillis) {

        /** One of which nothing is known. */
        static final Entry UNKNOWN = new Entry(-1, 0, List.of(), 0, 0);

        boolean is(int sender, int number) {
            return from < 0 || from == sender && serial == number;
        }
    }

    RoomLog(int room, String epoch, Retention retention) {
        this.room = room;
        this.epoch = epoch;
        this.retention = retention;
    }

    void retention(Retention now) {
        retention = now;
    }

    long newest() {
        return entries.size();
    }

    /** Returns the entry at a place from 1 to {@link #newest}. */
    Entry at(long offset) {
        return entries.get((int) offset - 1);
    }

    boolean has(long offset) {
        return offset >= 1 && offset <= newest();
    }

    /** Puts an entry at its place. Returns false if another one is there. */
    boolean put(long offset, Entry entry) {
        while (newest() < offset - 1) {
            entries.add(Entry.UNKNOWN);
        }
        if (newest() == offset - 1) {
            entries.add(entry);
            return true;
        }
        return at(offset).is(entry.from(), entry.serial());
    }

    /** Returns whether the bridge may have forgotten what follows a place. */
    boolean mayHaveForgotten(long after, int nowMillis) {
        return newest() > after
                && (newest() - after > retention.size()
                        || nowMillis - at(after + 1).atMillis()
                                > retention.age().toMillis());
    }
}
