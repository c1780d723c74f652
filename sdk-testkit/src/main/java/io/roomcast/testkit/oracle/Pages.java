package io.roomcast.testkit.oracle;

import io.roomcast.testkit.oracle.HistoryOracle.Item;
import io.roomcast.testkit.oracle.HistoryOracle.Page;
import org.jspecify.annotations.Nullable;

/** Holds the pages that clients get of histories against the logs. Belongs to one thread. */
final class Pages {

    private final Fates fates;
    private final Witness witness;

    Pages(Fates fates, Witness witness) {
        this.fates = fates;
        this.witness = witness;
    }

    /** A client got a page. @param log that of the page's epoch, null if nothing was ever appended there */
    void got(int membership, Reader reader, @Nullable RoomLog log, Page page) {
        long newest = log == null ? 0 : log.newest();
        if (page.newest() > newest
                || page.newest() < reader.cursor() && log == reader.log()
                || page.through() > page.newest()) {
            witness.find(
                    Kind.HISTORY,
                    membership,
                    "got a page that reaches to " + page.through() + " of " + page.newest() + "; the newest is "
                            + newest + ", and it has had up to " + reader.cursor());
            return;
        }
        long at = page.items().isEmpty() ? page.through() : page.items().get(0).offset() - 1;
        for (Item item : page.items()) {
            if (log == null || item.offset() <= at || !isAtItsPlace(item, log)) {
                witness.find(
                        Kind.HISTORY,
                        membership,
                        "found message " + item.serial() + " of peer " + item.from() + " at place " + item.offset()
                                + " of a page, where it is not");
                return;
            }
            if (fates.isKeptFrom(membership, reader, log.at(item.offset()))) {
                witness.find(
                        Kind.UNEXPECTED,
                        membership,
                        "found place " + item.offset() + " in a page, which was to be kept from it");
            }
            leftOut(membership, reader, log, at, item.offset() - 1);
            at = item.offset();
        }
        if (log != null) {
            leftOut(membership, reader, log, at, page.through());
        }
    }

    private static boolean isAtItsPlace(Item item, RoomLog log) {
        return log.has(item.offset()) && log.at(item.offset()).is(item.from(), item.serial());
    }

    private void leftOut(int membership, Reader reader, RoomLog log, long after, long upTo) {
        long due = fates.firstDue(membership, reader, log, after, upTo);
        if (due != Fates.NONE) {
            witness.find(Kind.LOST, membership, "got a page without place " + due);
        }
    }
}
