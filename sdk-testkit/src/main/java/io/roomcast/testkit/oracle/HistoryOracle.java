package io.roomcast.testkit.oracle;

import io.roomcast.bridge.Retention;
import io.roomcast.testkit.oracle.RoomLog.Entry;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
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

    private static final String LOST = "lost";
    private static final String UNEXPECTED = "unexpected";
    private static final String HISTORY = "history";

    private final Memberships memberships;
    private final Witness witness;
    private final int graceMillis;
    /** By room, by epoch. */
    private final Map<Integer, Map<String, RoomLog>> logs = new HashMap<>();
    /** By room. */
    private final Map<Integer, RoomLog.Pending> pending = new HashMap<>();
    /** By membership. */
    private final Map<Integer, Reader> readers = new HashMap<>();

    /** By room, by node: what the bridge has not told it. */
    private final Map<Integer, Map<Integer, Long>> late = new HashMap<>();

    private ToIntFunction<String> peers = id -> -1;
    private int mostRecovered = Integer.MAX_VALUE;
    private long mostRecoveredBytes = Long.MAX_VALUE;
    private long appended;
    private long arrived;
    private long due;
    private long recoveries;
    private long unrecoverable;

    /** Where a client comes back to. @param peer its id there */
    public record Place(String epoch, long offset, String peer) {}

    /** One entry of a page, or of a message with its place. */
    public record Item(long offset, int from, int serial) {}

    /** A page of a history as a client got it. */
    public record Page(String epoch, long oldest, long newest, long through, List<Item> items) {}

    /** A client in a room with history. */
    private static final class Reader {
        private final String self;
        private final String before;
        /** When it was told that it is in: what it missed before comes behind that. */
        private int sinceMillis;

        private @Nullable RoomLog log;
        private long cursor;
        /** What the bridge lost, and the client is to be told, in order. */
        private final ArrayDeque<Loss> losses = new ArrayDeque<>(0);
        /** Up to here what did not come is lost, and the client knows. */
        private long excused;
        /** Its session came from another node, which may not have read all that it missed. */
        private boolean moved;

        Reader(String self, String before, int sinceMillis) {
            this.sinceMillis = sinceMillis;
            this.self = self;
            this.before = before;
        }
    }

    /** @param certain whether the client must be told */
    private record Loss(long upTo, long missed, boolean certain) {}

    HistoryOracle(Memberships memberships, Witness witness, int graceMillis) {
        this.memberships = memberships;
        this.witness = witness;
        this.graceMillis = graceMillis;
    }

    /** Says whose an id is: -1 = nobody's that is known. */
    public void identify(ToIntFunction<String> byId) {
        peers = byId;
    }

    /** Says what a node reads at most for a client that comes back. */
    public void recovers(int entries, long bytes) {
        mostRecovered = entries;
        mostRecoveredBytes = bytes;
    }

    // ---- what happens on nodes

    /** A handler makes a broadcast that is to go into the history. @param perhaps whether it need not, as when its messageId was there before */
    public void made(int node, int room, int from, int serial, boolean perhaps) {
        if (witness.seesPeer(from)) {
            witness.notePeer(from, "message " + serial + " is broadcast by node " + node + " for the history");
        }
        pending.computeIfAbsent(room, key -> new RoomLog.Pending())
                .add(node, new RoomLog.Pending.Made(from, serial, perhaps));
    }

    /** The broadcast was refused: the history has it, or not. Returns whether it was to go into one. */
    public boolean refused(int node, int room, int from, int serial) {
        RoomLog.Pending ofRoom = pending.get(room);
        return ofRoom != null && ofRoom.of(node).removeIf(made -> made.is(from, serial));
    }

    /** A node is gone: what it was about to append may be in the history, or not. */
    public void nodeGone(int node) {
        pending.values().forEach(ofRoom -> ofRoom.of(node).clear());
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
        appended++;
        RoomLog log = logs.computeIfAbsent(room, key -> new HashMap<>(2))
                .computeIfAbsent(epoch, key -> new RoomLog(room, epoch, retention));
        log.retention(retention);
        if (!log.put(offset, new Entry(from, serial, except, bytes, witness.millis()))) {
            witness.findOfRoom(
                    HISTORY,
                    room,
                    "place " + offset + " was given to message " + serial + " of peer " + from + " and to another one");
            return;
        }
        if (from >= 0) {
            inOrder(node, room, from, serial);
        }
        due += memberships.size(room);
        if (witness.seesPeer(from)) {
            witness.notePeer(from, "message " + serial + " has place " + offset + " in the history");
        }
    }

    private void inOrder(int node, int room, int from, int serial) {
        RoomLog.Pending ofRoom = pending.get(room);
        if (ofRoom == null || ofRoom.of(node).stream().noneMatch(made -> made.is(from, serial))) {
            witness.findOfRoom(
                    HISTORY,
                    room,
                    "message " + serial + " of peer " + from + " was appended and nobody had broadcast it");
            return;
        }
        Queue<RoomLog.Pending.Made> queue = ofRoom.of(node);
        for (Iterator<RoomLog.Pending.Made> each = queue.iterator(); each.hasNext(); ) {
            RoomLog.Pending.Made made = each.next();
            if (made.is(from, serial)) {
                each.remove();
                return;
            }
            if (!made.perhaps()) {
                witness.findOfRoom(
                        "out-of-order",
                        room,
                        "message " + serial + " of peer " + from + " was appended before message " + made.serial()
                                + " of peer " + made.from() + ", which node " + node + " had broadcast before");
                each.remove();
            }
        }
    }

    /**
     * The bridge tells a node that it lost a part of a history.
     *
     * @param resumesAfter up to where
     * @param missed how many messages the node's peers are to be told that they missed
     */
    public void lostTo(int node, int room, String epoch, long resumesAfter, long missed) {
        int[] members = memberships.of(room);
        for (int i = 0; i < memberships.size(room); i++) {
            int membership = members[i];
            Reader reader = readers.get(membership);
            if (memberships.node(membership) == node && reader != null) {
                witness.note(membership, "will miss, because of a fault, places up to " + resumesAfter + " in");
                boolean certain = memberships.state(membership) == Memberships.IN
                        && reader.log != null
                        && reader.log.epoch.equals(epoch);
                reader.losses.add(new Loss(resumesAfter, missed, certain));
            }
        }
    }

    /** The bridge has noticed too late, or not yet, that it did not tell a node an entry: what follows is late there until {@link #onTime}. */
    public void late(int node, int room, long offset) {
        late.computeIfAbsent(room, key -> new HashMap<>(2)).putIfAbsent(node, offset);
    }

    /** The bridge tells the node now what was late. */
    public void onTime(int node, int room) {
        Map<Integer, Long> ofRoom = late.get(room);
        if (ofRoom == null || ofRoom.remove(node) == null) {
            return;
        }
        int[] members = memberships.of(room);
        for (int i = 0; i < memberships.size(room); i++) {
            Reader reader = readers.get(members[i]);
            if (reader != null && memberships.node(members[i]) == node) {
                reader.sinceMillis = witness.millis();
            }
        }
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
        int room = memberships.room(membership);
        reader.log = epoch.isEmpty() ? null : log(room, epoch, offset);
        reader.cursor = offset;
        witness.note(membership, "is at place " + offset + (cannotRecover ? ", unrecoverable," : "") + " of");
        if (reader.log != null && offset > reader.log.newest()) {
            witness.find(
                    HISTORY,
                    membership,
                    "was told that it is at place " + offset + ", and the newest is " + reader.log.newest());
        }
        if (asked == null) {
            return;
        }
        if (!cannotRecover) {
            recoveries++;
            due += reader.log == null ? 0 : reader.log.newest() - offset;
            if (!epoch.equals(asked.epoch()) || offset != asked.offset()) {
                witness.find(
                        HISTORY,
                        membership,
                        "came back to place " + asked.offset() + " of " + asked.epoch() + " and goes on at " + offset
                                + " of " + epoch);
            }
            return;
        }
        unrecoverable++;
        if (!mayBeUnrecoverable(room, asked, epoch)) {
            witness.find(
                    "unrecoverable",
                    membership,
                    "came back to place " + asked.offset() + " of " + asked.epoch()
                            + ", which the history still has, and was told that it cannot go on there");
        }
    }

    /** A log of which nothing was heard yet is empty. */
    private @Nullable RoomLog log(int room, String epoch, long offset) {
        Map<String, RoomLog> ofRoom = logs.computeIfAbsent(room, key -> new HashMap<>(2));
        RoomLog known = ofRoom.get(epoch);
        if (known == null && offset == 0) {
            known = new RoomLog(room, epoch, new Retention(Retention.MAX_SIZE, Retention.MAX_AGE));
            ofRoom.put(epoch, known);
        }
        return known;
    }

    private boolean mayBeUnrecoverable(int room, Place asked, String epoch) {
        RoomLog log = logs.getOrDefault(room, Map.of()).get(asked.epoch());
        if (log == null || !epoch.isEmpty() && !epoch.equals(asked.epoch())) {
            return true;
        }
        if (log.newest() < asked.offset()
                || log.newest() - asked.offset() > mostRecovered
                || log.mayHaveForgotten(asked.offset(), witness.millis())) {
            return true;
        }
        long bytes = 0;
        for (long offset = asked.offset() + 1; offset <= log.newest(); offset++) {
            // With the header that a message has.
            bytes += log.at(offset).bytes() + 256;
        }
        return bytes > mostRecoveredBytes;
    }

    /** A client was told where it is. */
    public void position(int membership, String epoch, long offset) {
        Reader reader = readers.get(membership);
        if (reader == null) {
            witness.find(HISTORY, membership, "was told a place in a room without history");
            return;
        }
        if (reader.log == null || !reader.log.epoch.equals(epoch)) {
            if (reader.log != null && reader.losses.isEmpty() && reader.excused < reader.log.newest()) {
                witness.find("gap", membership, "was put into epoch " + epoch + " and not told what it missed");
            }
            reader.log = log(memberships.room(membership), epoch, offset);
            reader.cursor = offset;
        }
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
            witness.find(HISTORY, membership, "got place " + offset + " of a history, and is in no room with one");
            return;
        }
        RoomLog log = reader.log == null ? log(memberships.room(membership), epoch, offset) : reader.log;
        if (log == null || !log.epoch.equals(epoch) || !log.has(offset)) {
            witness.find(
                    HISTORY, membership, "got place " + offset + " of " + epoch + ", which the history does not have");
            return;
        }
        if (reader.log == null) {
            reader.log = log;
            reader.cursor = offset - 1;
        }
        Entry entry = log.at(offset);
        if (!entry.is(from, serial)) {
            witness.find(
                    "out-of-order",
                    membership,
                    "got message " + serial + " of peer " + from + " at place " + offset
                            + ", where the history has message " + entry.serial() + " of peer " + entry.from());
            return;
        }
        if (offset <= reader.cursor) {
            witness.find(
                    UNEXPECTED,
                    membership,
                    "got place " + offset + " of the history, and had got up to " + reader.cursor + " before");
            return;
        }
        missing(membership, reader, log, offset);
        if (fate(membership, reader, entry) == Fate.NOT) {
            witness.find(
                    UNEXPECTED, membership, "got place " + offset + " of the history, which was to be kept from it");
        }
        reader.cursor = offset;
    }

    /** Finds what should have come before a place. */
    private void missing(int membership, Reader reader, RoomLog log, long before) {
        for (long offset = Math.max(reader.cursor, reader.excused) + 1; offset < before; offset++) {
            if (fate(membership, reader, log.at(offset)) == Fate.MUST) {
                witness.find(
                        LOST,
                        membership,
                        "never got place " + offset + " of the history, message "
                                + log.at(offset).serial() + " of peer "
                                + log.at(offset).from());
                return;
            }
        }
    }

    private enum Fate {
        MUST,
        MAY,
        NOT
    }

    private Fate fate(int membership, Reader reader, Entry entry) {
        if (entry.from() < 0) {
            return Fate.MAY;
        }
        for (String id : entry.except()) {
            if (id.equals(reader.self) || id.equals(reader.before)) {
                return Fate.NOT;
            }
            if (peers.applyAsInt(id) == memberships.peer(membership)) {
                // Who it was two sessions ago: nobody knows that any more.
                return Fate.MAY;
            }
        }
        return Fate.MUST;
    }

    /** A client's session goes on on another node. */
    void moved(int membership) {
        Reader reader = readers.get(membership);
        if (reader != null) {
            reader.moved = true;
        }
    }

    /** A client was told that it missed messages. Returns whether that is because of a loss in the history. */
    boolean gap(int membership, long missed) {
        Reader reader = readers.get(membership);
        if (reader == null) {
            return false;
        }
        RoomLog log = reader.log;
        if (reader.moved && log != null) {
            Place place = new Place(log.epoch, Math.max(reader.cursor, reader.excused), reader.self);
            if (missed > 0 && mayBeUnrecoverable(log.room, place, log.epoch)) {
                reader.moved = false;
                reader.excused = place.offset() + missed;
                return true;
            }
        }
        for (Iterator<Loss> each = reader.losses.iterator(); each.hasNext(); ) {
            Loss loss = each.next();
            each.remove();
            if (loss.upTo() <= reader.cursor) {
                // It came from a node that was further.
                continue;
            }
            long expected = Math.min(loss.missed(), loss.upTo() - reader.cursor);
            reader.excused = Math.max(reader.excused, loss.upTo());
            return expected == missed;
        }
        return false;
    }

    /** A client got a page that it had asked for. */
    public void page(int membership, Page page) {
        Reader reader = readers.get(membership);
        RoomLog log = logs.getOrDefault(memberships.room(membership), Map.of()).get(page.epoch());
        if (reader == null) {
            witness.find(HISTORY, membership, "got a page of a room without history");
            return;
        }
        long newest = log == null ? 0 : log.newest();
        if (page.newest() > newest
                || page.newest() < reader.cursor && log == reader.log
                || page.through() > page.newest()) {
            witness.find(
                    HISTORY,
                    membership,
                    "got a page that reaches to " + page.through() + " of " + page.newest() + "; the newest is "
                            + newest + ", and it has had up to " + reader.cursor);
            return;
        }
        long at = page.items().isEmpty() ? page.through() : page.items().get(0).offset() - 1;
        for (Item item : page.items()) {
            if (log == null
                    || !log.has(item.offset())
                    || item.offset() <= at
                    || !log.at(item.offset()).is(item.from(), item.serial())) {
                witness.find(
                        HISTORY,
                        membership,
                        "found message " + item.serial() + " of peer " + item.from() + " at place " + item.offset()
                                + " of a page, where it is not");
                return;
            }
            if (fate(membership, reader, log.at(item.offset())) == Fate.NOT) {
                witness.find(
                        UNEXPECTED,
                        membership,
                        "found place " + item.offset() + " in a page, which was to be kept from it");
            }
            pageMissing(membership, reader, log, at, item.offset());
            at = item.offset();
        }
        if (log != null) {
            pageMissing(membership, reader, log, at, page.through() + 1);
        }
    }

    private void pageMissing(int membership, Reader reader, RoomLog log, long after, long before) {
        for (long offset = after + 1; offset < before; offset++) {
            if (fate(membership, reader, log.at(offset)) == Fate.MUST) {
                witness.find(LOST, membership, "got a page without place " + offset);
                return;
            }
        }
    }

    /** A client is out. */
    void out(int membership) {
        Reader reader = readers.remove(membership);
        if (reader != null && !memberships.isSlow(membership)) {
            overdue(membership, reader, graceMillis);
        }
    }

    /** Everything should have arrived. */
    void finish() {
        readers.forEach((membership, reader) -> {
            if (memberships.state(membership) == Memberships.IN && !memberships.isSlow(membership)) {
                overdue(membership, reader, -1);
            }
        });
        pending.forEach((room, ofRoom) -> ofRoom.all().stream()
                .filter(made -> !made.perhaps())
                .forEach(made -> witness.findOfRoom(
                        LOST,
                        room,
                        "message " + made.serial() + " of peer " + made.from()
                                + " was broadcast, was not refused, and is not in the history")));
    }

    /** Finds what should have come by now. @param millis how long it may be on the way */
    private void overdue(int membership, Reader reader, int millis) {
        RoomLog log = reader.log;
        if (log == null) {
            return;
        }
        long end = log.newest();
        if (millis >= 0) {
            end = Math.min(
                    end,
                    late.getOrDefault(log.room, Map.of()).getOrDefault(memberships.node(membership), Long.MAX_VALUE)
                            - 1);
        }
        int limit = witness.millis() - millis;
        int reads = Math.max(reader.sinceMillis, memberships.awakeSince(membership));
        while (millis >= 0 && end > reader.cursor && Math.max(log.at(end).atMillis(), reads) >= limit) {
            end--;
        }
        missing(membership, reader, log, end + 1);
        for (Loss loss : reader.losses) {
            if (loss.certain() && millis < 0 && loss.upTo() > reader.cursor) {
                witness.find("gap", membership, "was not told that it missed places up to " + loss.upTo());
            }
        }
    }

    /** Returns whether every client that reads has got what there is. */
    public boolean isSettled() {
        for (Map.Entry<Integer, Reader> each : readers.entrySet()) {
            Reader reader = each.getValue();
            RoomLog log = reader.log;
            int membership = each.getKey();
            if (log == null || memberships.isSlow(membership)) {
                continue;
            }
            for (long offset = Math.max(reader.cursor, reader.excused) + 1; offset <= log.newest(); offset++) {
                if (fate(membership, reader, log.at(offset)) == Fate.MUST) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Returns how many entries all histories got. */
    public long appended() {
        return appended;
    }

    /** Returns how many entries clients got. */
    public long arrived() {
        return arrived;
    }

    /** Returns how many there might have been at most. */
    public long due() {
        return due;
    }

    /** Returns how often a client came back and went on where it was. */
    public long recoveries() {
        return recoveries;
    }

    /** Returns how often a client came back and was told that it cannot go on where it was. */
    public long unrecoverable() {
        return unrecoverable;
    }
}
