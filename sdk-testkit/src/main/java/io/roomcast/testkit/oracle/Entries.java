package io.roomcast.testkit.oracle;

import org.jspecify.annotations.Nullable;

/** Holds the entries that clients get of histories, and the places that they are told, against the logs. Belongs to one thread. */
final class Entries {

    private final RoomLogs logs;
    private final Memberships memberships;
    private final Fates fates;
    private final Missing missing;
    private final Witness witness;

    Entries(RoomLogs logs, Memberships memberships, Fates fates, Missing missing, Witness witness) {
        this.logs = logs;
        this.memberships = memberships;
        this.fates = fates;
        this.missing = missing;
        this.witness = witness;
    }

    /** A client was told where it is. */
    void position(int membership, Reader reader, String epoch, long offset) {
        RoomLog log = reader.log();
        if (log != null && log.epoch.equals(epoch)) {
            return;
        }
        if (log != null && !reader.toldOfLoss()) {
            witness.find(
                    Kind.GAP, membership, "was put into epoch " + epoch + " and not told that it missed something");
        }
        reader.beginsAnew(logs.at(memberships.room(membership), epoch, offset), offset);
    }

    /** A client got an entry. */
    void got(int membership, Reader reader, String epoch, long offset, int from, int serial) {
        RoomLog log = logOf(membership, reader, epoch, offset);
        if (log == null || !log.epoch.equals(epoch) || !log.has(offset)) {
            witness.find(
                    Kind.HISTORY,
                    membership,
                    "got place " + offset + " of " + epoch + ", which the history does not have");
            return;
        }
        if (reader.log() == null) {
            reader.at(log, offset - 1);
        }
        RoomLog.Entry entry = log.at(offset);
        if (!entry.is(from, serial)) {
            witness.find(
                    Kind.OUT_OF_ORDER,
                    membership,
                    "got message " + serial + " of peer " + from + " at place " + offset
                            + ", where the history has message " + entry.serial() + " of peer " + entry.from());
            return;
        }
        if (offset <= reader.cursor()) {
            witness.find(
                    Kind.UNEXPECTED,
                    membership,
                    "got place " + offset + " of the history, and had got up to " + reader.cursor() + " before");
            return;
        }
        missing.before(offset, membership, reader, log);
        if (fates.isKeptFrom(membership, reader, entry)) {
            witness.find(
                    Kind.UNEXPECTED,
                    membership,
                    "got place " + offset + " of the history, which was to be kept from it");
        }
        reader.got(offset);
    }

    private @Nullable RoomLog logOf(int membership, Reader reader, String epoch, long offset) {
        RoomLog known = reader.log();
        return known == null ? logs.at(memberships.room(membership), epoch, offset) : known;
    }
}
