package io.roomcast.testkit.oracle;

import io.roomcast.bridge.Retention;
import io.roomcast.testkit.oracle.RoomLog.Entry;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Knows what is in the histories of rooms, in which order, and from that what each client must get, and where.
 *
 * <p><b>The model.</b> The order in which the bridge appends is the order, once and for all. A membership has a place in it, first told by {@code joined}; from
 * there it must get every entry, in order, each once and each at its own place, but for those that are kept from it. Places are never left out: what lies
 * between two that a client gets must have been kept from it, or lost by the bridge, and then it is told of a gap. A client that comes back with a place goes on from there, on
 * whatever node, unless the history may have forgotten what follows, or that is more than a node reads.
 *
 * <p><b>What it finds.</b> Two entries at one place, a place given twice or skipped, an entry that was kept from the peer, one that is nowhere or somewhere else, a recovery
 * refused without a reason, and a page that says anything else than the log. On the nodes' side: a broadcast that was made, not refused, and never appended, and one
 * thread's broadcasts in another order than it made them.
 *
 * <p>Belongs to one thread. Holds some 60 bytes for every entry of the run.
 */
public final class HistoryOracle {

    private final Memberships memberships;
    private final Witness witness;
    private final RoomLogs logs = new RoomLogs();
    private final Readers readers;
    private final Fates fates;
    private final Appends appends;
    private final Recoveries recoveries;
    private final HistoryLosses losses;
    private final Missing missing;
    private final Entries entries;
    private final Pages pages;

    private long arrived;
    private long due;

    /** Where a client comes back to. @param peer its id there */
    public record Place(String epoch, long offset, String peer) {}

    /** One entry of a page, or of a message with its place. */
    public record Item(long offset, int from, int serial) {}

    /** A page of a history as a client got it. */
    public record Page(String epoch, long oldest, long newest, long through, List<Item> items) {}

    HistoryOracle(Memberships memberships, Witness witness, int graceMillis) {
        this.memberships = memberships;
        this.witness = witness;
        readers = new Readers(memberships);
        fates = new Fates(memberships);
        appends = new Appends(logs, witness);
        recoveries = new Recoveries(logs, memberships, witness);
        losses = new HistoryLosses(logs, memberships, readers, recoveries, witness);
        missing = new Missing(graceMillis, logs, memberships, readers, fates, losses, witness);
        entries = new Entries(logs, memberships, fates, missing, witness);
        pages = new Pages(fates, witness);
    }

    /** Says whose an id is: -1 = nobody's that is known. */
    public void identify(ToIntFunction<String> byId) {
        fates.identify(byId);
    }

    /** Says what a node reads at most for a client that comes back. */
    public void recovers(int messages, long bytes) {
        recoveries.limits(messages, bytes);
    }

    // ---- what happens on nodes

    /** A handler makes a broadcast that is to go into the history. @param perhaps whether it need not, as when its messageId was there before */
    public void made(int node, int room, int from, int serial, boolean perhaps) {
        appends.made(node, room, from, serial, perhaps);
    }

    /** The broadcast was refused: the history has it, or not. Returns whether it was to go into one. */
    public boolean refused(int node, int room, int from, int serial) {
        return appends.refused(node, room, from, serial);
    }

    /** A node is gone: what it was about to append may be in the history, or not. */
    public void nodeGone(int node) {
        appends.nodeGone(node);
    }

    /**
     * The bridge has appended something.
     *
     * @param node which node asked it to
     * @param from the peer whose message it is, -1 if it is none of a scenario's
     */
    public void appended(
            int node,
            int room,
            String epoch,
            long offset,
            int from,
            int serial,
            List<String> except,
            int bytes,
            Retention retention) {
        Entry entry = new Entry(from, serial, except, bytes, witness.millis());
        if (appends.appended(node, room, epoch, offset, entry, retention)) {
            due += memberships.size(room);
        }
    }

    /**
     * The bridge tells a node that it lost a part of a history.
     *
     * @param resumesAfter up to where
     * @param missed how many messages the node's peers are to be told that they missed
     */
    public void lostTo(int node, int room, String epoch, long resumesAfter, long missed) {
        losses.lost(node, room, epoch, resumesAfter, missed);
    }

    /** The bridge has lost all of a room's history, and another epoch has begun. */
    public void lost(int room, String epoch) {
        losses.lostAll(room, epoch);
    }

    /** The bridge has noticed too late, or not yet, that it did not tell a node an entry: what follows is late there until {@link #onTime}. */
    public void late(int node, int room, long offset) {
        losses.late(node, room, offset);
    }

    /** The bridge tells the node now what was late. */
    public void onTime(int node, int room) {
        losses.onTime(node, room);
    }

    // ---- what clients see

    /**
     * A client was told that it is in a room with history. After {@link DeliveryOracle#joined}.
     *
     * @param self its id now
     * @param asked where it wanted to go on, null if it came anew
     * @param epoch empty if its place is not known yet
     */
    public void joined(
            int membership, String self, @Nullable Place asked, String epoch, long offset, boolean cannotRecover) {
        Reader reader = new Reader(self, asked == null ? "" : asked.peer(), witness.millis());
        readers.put(membership, reader);
        reader.at(epoch.isEmpty() ? null : logs.at(memberships.room(membership), epoch, offset), offset);
        witness.note(membership, "is at place " + offset + (cannotRecover ? ", unrecoverable," : "") + " of");
        RoomLog log = reader.log();
        if (log != null && offset > log.newest()) {
            witness.find(
                    Kind.HISTORY,
                    membership,
                    "was told that it is at place " + offset + ", and the newest is " + log.newest());
        }
        if (asked != null && cannotRecover) {
            recoveries.refused(membership, asked, epoch);
        } else if (asked != null) {
            recoveries.recovered(membership, reader, asked, epoch);
        }
    }

    /** A client was told where it is. */
    public void position(int membership, String epoch, long offset) {
        Reader reader = readers.get(membership);
        if (reader == null) {
            witness.find(Kind.HISTORY, membership, "was told a place in a room without history");
            return;
        }
        entries.position(membership, reader, epoch, offset);
    }

    /** A client got an entry. @param offset the place that it has by the client's count */
    public void received(int membership, String epoch, long offset, int from, int serial) {
        arrived++;
        memberships.count(membership, from, serial);
        if (witness.sees(membership)) {
            witness.note(membership, "got message " + serial + " of peer " + from + " at place " + offset + " in");
        }
        Reader reader = readers.get(membership);
        if (reader == null) {
            witness.find(Kind.HISTORY, membership, "got place " + offset + " of a history, and is in no room with one");
            return;
        }
        entries.got(membership, reader, epoch, offset, from, serial);
    }

    /** A client's session goes on on another node. */
    void moved(int membership) {
        Reader reader = readers.get(membership);
        if (reader != null) {
            reader.moved(true);
        }
    }

    /** A client was told that it missed messages. Returns whether that is because of a loss in the history. */
    boolean gap(int membership, long missed) {
        Reader reader = readers.get(membership);
        return reader != null && losses.told(reader, missed);
    }

    /** A client got a page that it had asked for. */
    public void page(int membership, Page page) {
        Reader reader = readers.get(membership);
        if (reader == null) {
            witness.find(Kind.HISTORY, membership, "got a page of a room without history");
            return;
        }
        pages.got(membership, reader, logs.get(memberships.room(membership), page.epoch()), page);
    }

    /** A client is out. */
    void out(int membership) {
        Reader reader = readers.remove(membership);
        if (reader != null) {
            missing.out(membership, reader);
        }
    }

    /** Everything should have arrived. */
    void finish() {
        missing.finish();
        appends.finish();
    }

    /** Returns whether every client that reads has got what there is. */
    public boolean isSettled() {
        return missing.isNothing();
    }

    /** Returns how many entries all histories got. */
    public long appended() {
        return appends.appended();
    }

    /** Returns how many entries clients got. */
    public long arrived() {
        return arrived;
    }

    /** Returns how many there might have been at most. */
    public long due() {
        return due + recoveries.due();
    }

    /** Returns how often a client came back and went on where it was. */
    public long recoveries() {
        return recoveries.recovered();
    }

    /** Returns how often a client came back and was told that it cannot go on where it was. */
    public long unrecoverable() {
        return recoveries.refused();
    }
}
