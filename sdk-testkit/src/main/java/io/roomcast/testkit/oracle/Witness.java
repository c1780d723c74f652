package io.roomcast.testkit.oracle;

import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/** Puts into words what oracles see of memberships: findings, and notes for the peers whose stories are told. Belongs to one thread. */
final class Witness {

    private final Memberships memberships;
    private final LongSupplier nanos;
    private final IntFunction<String> roomNames;
    private final Findings findings;
    private final Trace trace;

    Witness(
            Memberships memberships,
            LongSupplier nanos,
            IntFunction<String> roomNames,
            Findings findings,
            Trace trace) {
        this.memberships = memberships;
        this.nanos = nanos;
        this.roomNames = roomNames;
        this.findings = findings;
        this.trace = trace;
    }

    int millis() {
        return (int) TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }

    void find(String kind, int membership, String text) {
        int peer = memberships.peer(membership);
        findings.add(kind, peer, roomNames.apply(memberships.room(membership)), text);
        if (trace.sees(peer)) {
            trace.note(peer, "FOUND " + kind + ": " + text);
        }
    }

    /** Finds something that is no peer's. */
    void findOfRoom(String kind, int room, String text) {
        findings.add(kind, -1, roomNames.apply(room), text);
    }

    /** Returns whether somebody wants to know about it: words are made only then. */
    boolean sees(int membership) {
        return trace.sees(memberships.peer(membership));
    }

    boolean seesPeer(int peer) {
        return trace.sees(peer);
    }

    /** Notes something, if somebody wants to know. */
    void note(int membership, String what) {
        if (sees(membership)) {
            trace.note(
                    memberships.peer(membership),
                    what + " " + roomNames.apply(memberships.room(membership)) + ", node "
                            + memberships.node(membership));
        }
    }

    /** Notes something about a message, or about a notice of a gap. */
    void note(int membership, String what, int from, int serial) {
        if (sees(membership)) {
            note(
                    membership,
                    what
                            + (from == Broadcasts.GAP ? " of " + serial : " message " + serial + " of peer " + from)
                            + " in");
        }
    }

    void notePeer(int peer, String what) {
        if (trace.sees(peer)) {
            trace.note(peer, what);
        }
    }
}
