package io.roomcast.testkit.oracle;

import io.roomcast.testkit.oracle.HistoryOracle.Place;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/** What the bridge does not tell a node of a history, or tells it late, and what the node's clients are to be told of that. Belongs to one thread. */
final class HistoryLosses {

    private final RoomLogs logs;
    private final Memberships memberships;
    private final Readers readers;
    private final Recoveries recoveries;
    private final Witness witness;
    /** By room, by node: from which place on it was told nothing yet. */
    private final Map<Integer, Map<Integer, Long>> late = new HashMap<>();

    HistoryLosses(RoomLogs logs, Memberships memberships, Readers readers, Recoveries recoveries, Witness witness) {
        this.logs = logs;
        this.memberships = memberships;
        this.readers = readers;
        this.recoveries = recoveries;
        this.witness = witness;
    }

    /** The bridge tells a node that it lost a part of a history. */
    void lost(int node, int room, String epoch, long resumesAfter, long missed) {
        readers.on(node, room, (membership, reader) -> {
            RoomLog log = reader.log();
            if (log != null && logs.isLost(log)) {
                return;
            }
            witness.note(membership, "will miss, because of a fault, places up to " + resumesAfter + " in");
            boolean certain = memberships.state(membership) == Memberships.IN && log != null && log.epoch.equals(epoch);
            reader.losses().add(new Reader.Loss(resumesAfter, missed, certain));
        });
    }

    /** The bridge has lost all of a room's history. What was in it is not owed any more; that it is lost is. */
    void lostAll(int room, String epoch) {
        logs.lost(room, epoch);
        late.remove(room);
        int[] members = memberships.of(room);
        for (int i = 0; i < memberships.size(room); i++) {
            witness.note(members[i], "will be told, because of a fault, that the history was lost in");
        }
    }

    /** What follows a place is late on a node. */
    void late(int node, int room, long offset) {
        late.computeIfAbsent(room, key -> new HashMap<>(2)).putIfAbsent(node, offset);
    }

    /** The bridge tells the node now what was late. */
    void onTime(int node, int room) {
        Map<Integer, Long> ofRoom = late.get(room);
        if (ofRoom != null && ofRoom.remove(node) != null) {
            readers.on(node, room, (membership, reader) -> reader.since(witness.millis()));
        }
    }

    /** Returns the first place of which a node was not told yet though it should have been. */
    long lateFrom(int node, int room) {
        return late.getOrDefault(room, Map.of()).getOrDefault(node, Long.MAX_VALUE);
    }

    /** A client was told that it missed messages. Returns whether that is because of a loss in the history. */
    boolean told(Reader reader, long missed) {
        RoomLog log = reader.log();
        if (missed == 0 && log != null && logs.isLost(log) && !reader.toldOfLoss()) {
            reader.tellOfLoss();
            return true;
        }
        return missed > 0 && movedTooFar(reader, missed) || lossIs(reader, missed);
    }

    /** Its session came from another node, which did not read what it had missed there. */
    private boolean movedTooFar(Reader reader, long missed) {
        RoomLog log = reader.log();
        if (!reader.moved() || log == null) {
            return false;
        }
        Place place = new Place(log.epoch, reader.settled(), reader.self());
        if (!recoveries.mayBeRefused(log.room, place, log.epoch)) {
            return false;
        }
        reader.moved(false);
        reader.excuse(place.offset() + missed);
        return true;
    }

    private static boolean lossIs(Reader reader, long missed) {
        for (Iterator<Reader.Loss> each = reader.losses().iterator(); each.hasNext(); ) {
            Reader.Loss loss = each.next();
            each.remove();
            if (loss.upTo() <= reader.cursor()) {
                // It came from a node that was further.
                continue;
            }
            long expected = Math.min(loss.missed(), loss.upTo() - reader.cursor());
            reader.excuse(Math.max(reader.excused(), loss.upTo()));
            return expected == missed;
        }
        return false;
    }
}
