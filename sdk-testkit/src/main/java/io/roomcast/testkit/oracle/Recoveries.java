package io.roomcast.testkit.oracle;

import io.roomcast.testkit.oracle.HistoryOracle.Place;

/** Judges whether clients that come back go on where they were, and are refused that only where it cannot be. Belongs to one thread. */
final class Recoveries {

    /** What a node counts for a message beside its payload. */
    private static final int HEADER_BYTES = 256;

    private final RoomLogs logs;
    private final Memberships memberships;
    private final Witness witness;
    private int mostRecovered = Integer.MAX_VALUE;
    private long mostRecoveredBytes = Long.MAX_VALUE;
    private long recovered;
    private long refused;
    private long due;

    Recoveries(RoomLogs logs, Memberships memberships, Witness witness) {
        this.logs = logs;
        this.memberships = memberships;
        this.witness = witness;
    }

    /** Says what a node reads at most for a client that comes back. */
    void limits(int entries, long bytes) {
        mostRecovered = entries;
        mostRecoveredBytes = bytes;
    }

    /** A client came back with a place, and goes on there. */
    void recovered(int membership, Reader reader, Place asked, String epoch) {
        recovered++;
        RoomLog log = reader.log();
        due += log == null ? 0 : log.newest() - reader.cursor();
        if (!epoch.equals(asked.epoch()) || reader.cursor() != asked.offset()) {
            witness.find(
                    Kind.HISTORY,
                    membership,
                    "came back to place " + asked.offset() + " of " + asked.epoch() + " and goes on at "
                            + reader.cursor() + " of " + epoch);
        }
    }

    /** A client came back with a place, and was told that it cannot go on there. */
    void refused(int membership, Place asked, String epoch) {
        refused++;
        if (!mayBeRefused(memberships.room(membership), asked, epoch)) {
            witness.find(
                    Kind.UNRECOVERABLE,
                    membership,
                    "came back to place " + asked.offset() + " of " + asked.epoch()
                            + ", which the history still has, and was told that it cannot go on there");
        }
    }

    /** Returns whether what follows a place may be forgotten, or is more than a node reads. @param epoch of the history now, empty if that is not known */
    boolean mayBeRefused(int room, Place asked, String epoch) {
        RoomLog log = logs.get(room, asked.epoch());
        if (log == null || logs.isLost(log) || !epoch.isEmpty() && !epoch.equals(asked.epoch())) {
            return true;
        }
        if (log.newest() < asked.offset()
                || log.newest() - asked.offset() > mostRecovered
                || log.mayHaveForgotten(asked.offset(), witness.millis())) {
            return true;
        }
        long bytes = 0;
        for (long offset = asked.offset() + 1; offset <= log.newest(); offset++) {
            bytes += log.at(offset).bytes() + HEADER_BYTES;
        }
        return bytes > mostRecoveredBytes;
    }

    /** Returns how often a client went on where it was. */
    long recovered() {
        return recovered;
    }

    /** Returns how often a client was told that it cannot go on where it was. */
    long refused() {
        return refused;
    }

    /** Returns how many entries there might have been for those that went on. */
    long due() {
        return due;
    }
}
