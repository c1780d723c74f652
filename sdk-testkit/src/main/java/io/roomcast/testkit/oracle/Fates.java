package io.roomcast.testkit.oracle;

import io.roomcast.testkit.oracle.RoomLog.Entry;
import java.util.function.ToIntFunction;

/** Says who must, may and must not get an entry of a history. Belongs to one thread. */
final class Fates {

    static final long NONE = 0;

    private final Memberships memberships;
    private ToIntFunction<String> peers = id -> -1;

    private enum Fate {
        MUST,
        MAY,
        NOT
    }

    Fates(Memberships memberships) {
        this.memberships = memberships;
    }

    /** Says whose an id is: -1 = nobody's that is known. */
    void identify(ToIntFunction<String> byId) {
        peers = byId;
    }

    boolean isKeptFrom(int membership, Reader reader, Entry entry) {
        return of(membership, reader, entry) == Fate.NOT;
    }

    /** Returns the first place behind one and up to another whose entry a client must get, {@link #NONE} if there is none. */
    long firstDue(int membership, Reader reader, RoomLog log, long after, long upTo) {
        for (long offset = after + 1; offset <= upTo; offset++) {
            if (of(membership, reader, log.at(offset)) == Fate.MUST) {
                return offset;
            }
        }
        return NONE;
    }

    private Fate of(int membership, Reader reader, Entry entry) {
        if (entry.from() < 0) {
            return Fate.MAY;
        }
        for (String id : entry.except()) {
            if (reader.isCalled(id)) {
                return Fate.NOT;
            }
            if (peers.applyAsInt(id) == memberships.peer(membership)) {
                // Who it was two sessions ago: nobody knows that any more.
                return Fate.MAY;
            }
        }
        return Fate.MUST;
    }
}
