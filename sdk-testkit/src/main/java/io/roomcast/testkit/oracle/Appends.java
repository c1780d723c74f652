package io.roomcast.testkit.oracle;

import io.roomcast.bridge.Retention;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;

/** Holds what the bridge appends against what handlers broadcast: nothing else, nothing twice, nothing left out, and what a node broadcasts in its order. Belongs to one thread. */
final class Appends {

    private final RoomLogs logs;
    private final Witness witness;
    /** By room. */
    private final Map<Integer, Pending> pending = new HashMap<>();

    private long appended;

    Appends(RoomLogs logs, Witness witness) {
        this.logs = logs;
        this.witness = witness;
    }

    /** A handler makes a broadcast that is to go into the history. */
    void made(int node, int room, int from, int serial, boolean perhaps) {
        if (witness.seesPeer(from)) {
            witness.notePeer(from, "message " + serial + " is broadcast by node " + node + " for the history");
        }
        pending.computeIfAbsent(room, key -> new Pending()).add(node, new Pending.Made(from, serial, perhaps));
    }

    /** The broadcast was refused. Returns whether it was to go into a history. */
    boolean refused(int node, int room, int from, int serial) {
        Pending ofRoom = pending.get(room);
        return ofRoom != null && ofRoom.of(node).removeIf(made -> made.is(from, serial));
    }

    /** A node is gone, and what it was about to append may be in the history, or not. */
    void nodeGone(int node) {
        pending.values().forEach(ofRoom -> ofRoom.of(node).clear());
    }

    /** The bridge has appended something. Returns false if its place was taken. */
    boolean appended(int node, int room, String epoch, long offset, RoomLog.Entry entry, Retention retention) {
        appended++;
        int from = entry.from();
        if (!logs.appended(room, epoch, retention).put(offset, entry)) {
            witness.findOfRoom(
                    Kind.HISTORY,
                    room,
                    "place " + offset + " was given to message " + entry.serial() + " of peer " + from
                            + " and to another one");
            return false;
        }
        if (from >= 0) {
            inOrder(node, room, from, entry.serial());
        }
        if (witness.seesPeer(from)) {
            witness.notePeer(from, "message " + entry.serial() + " has place " + offset + " in the history");
        }
        return true;
    }

    private void inOrder(int node, int room, int from, int serial) {
        Pending ofRoom = pending.get(room);
        if (ofRoom == null || ofRoom.of(node).stream().noneMatch(made -> made.is(from, serial))) {
            witness.findOfRoom(
                    Kind.HISTORY,
                    room,
                    "message " + serial + " of peer " + from + " was appended and nobody had broadcast it");
            return;
        }
        Queue<Pending.Made> queue = ofRoom.of(node);
        for (Iterator<Pending.Made> each = queue.iterator(); each.hasNext(); ) {
            Pending.Made made = each.next();
            if (made.is(from, serial)) {
                each.remove();
                return;
            }
            if (!made.perhaps()) {
                witness.findOfRoom(
                        Kind.OUT_OF_ORDER,
                        room,
                        "message " + serial + " of peer " + from + " was appended before message " + made.serial()
                                + " of peer " + made.from() + ", which node " + node + " had broadcast before");
                each.remove();
            }
        }
    }

    /** Everything should have been appended. */
    void finish() {
        pending.forEach((room, ofRoom) -> ofRoom.all().stream()
                .filter(made -> !made.perhaps())
                .forEach(made -> witness.findOfRoom(
                        Kind.LOST,
                        room,
                        "message " + made.serial() + " of peer " + made.from()
                                + " was broadcast, was not refused, and is not in the history")));
    }

    /** Returns how many entries all histories got. */
    long appended() {
        return appended;
    }
}
