package io.roomcast.testkit.oracle;

/** Finds what clients should have got of histories and did not. Belongs to one thread. */
final class Missing {

    private final int graceMillis;
    private final RoomLogs logs;
    private final Memberships memberships;
    private final Readers readers;
    private final Fates fates;
    private final HistoryLosses losses;
    private final Witness witness;

    /** @param graceMillis how long an entry may be on the way before it is overdue */
    Missing(
            int graceMillis,
            RoomLogs logs,
            Memberships memberships,
            Readers readers,
            Fates fates,
            HistoryLosses losses,
            Witness witness) {
        this.graceMillis = graceMillis;
        this.logs = logs;
        this.memberships = memberships;
        this.readers = readers;
        this.fates = fates;
        this.losses = losses;
        this.witness = witness;
    }

    /** Finds what should have come before a place. */
    void before(long end, int membership, Reader reader, RoomLog log) {
        long due = fates.firstDue(membership, reader, log, reader.settled(), end - 1);
        if (due != Fates.NONE) {
            witness.find(
                    Kind.LOST,
                    membership,
                    "never got place " + due + " of the history, message "
                            + log.at(due).serial() + " of peer " + log.at(due).from());
        }
    }

    /** Finds what should have come by now to a client that is out. */
    void out(int membership, Reader reader) {
        RoomLog log = reader.log();
        if (log == null || memberships.isSlow(membership) || logs.isLost(log)) {
            return;
        }
        long end = Math.min(log.newest(), losses.lateFrom(memberships.node(membership), log.room) - 1);
        int limit = witness.millis() - graceMillis;
        int reads = Math.max(reader.sinceMillis(), memberships.awakeSince(membership));
        while (end > reader.cursor() && Math.max(log.at(end).atMillis(), reads) >= limit) {
            end--;
        }
        before(end + 1, membership, reader, log);
    }

    /** Everything should have arrived. */
    void finish() {
        readers.all().forEach((membership, reader) -> {
            RoomLog log = reader.log();
            if (log == null || memberships.state(membership) != Memberships.IN || memberships.isSlow(membership)) {
                return;
            }
            if (logs.isLost(log)) {
                witness.find(
                        Kind.GAP,
                        membership,
                        "was never told that the history is lost, and epoch " + log.epoch + " over");
                return;
            }
            before(log.newest() + 1, membership, reader, log);
            for (Reader.Loss loss : reader.losses()) {
                if (loss.certain() && loss.upTo() > reader.cursor()) {
                    witness.find(Kind.GAP, membership, "was not told that it missed places up to " + loss.upTo());
                }
            }
        });
    }

    /** Returns whether every client that reads has got what there is. */
    boolean isNothing() {
        return readers.all().entrySet().stream().allMatch(each -> {
            Reader reader = each.getValue();
            RoomLog log = reader.log();
            int membership = each.getKey();
            return log == null
                    || memberships.isSlow(membership)
                    || !logs.isLost(log)
                            && fates.firstDue(membership, reader, log, reader.settled(), log.newest()) == Fates.NONE;
        });
    }
}
