package io.roomcast.testkit.oracle;

import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * Knows who is in which room as the clients know it, and from that what each client is owed.
 *
 * <p><b>The model.</b> A membership is <i>joining</i> from the request to {@code joined}, <i>in</i> until the request to leave, <i>leaving</i> until {@code left} or
 * the end of the connection. A broadcast, at the moment in which a handler makes it, is <i>owed</i> to every membership that is in and <i>permitted</i> to every one that is
 * joining or leaving; to all others it must not go. What was owed and is still on the way when a peer leaves becomes permitted, unless it is overdue: then it is lost.
 *
 * <p><b>What it finds.</b> A message that arrives and is neither owed nor permitted (a double is the commonest), one that overtakes another of the same node and
 * room, one that is owed and never comes, and the same for notices of gaps.
 *
 * <p><b>What it holds.</b> A few ints for each membership and, while it is on the way, 8 bytes for each delivery: nothing is kept of a message that has
 * arrived everywhere. A membership is a number: that of the peer times the slots of a peer, plus the slot.
 *
 * <p>Broadcasts that go into the history of a room are {@link #history}'s: there is more to say about them.
 *
 * <p>Belongs to one thread.
 */
public final class DeliveryOracle {

    private final Memberships memberships;
    private final Witness witness;
    private final Underway underway;
    private final BetweenNodes betweenNodes;
    private final Recipients recipients;
    private final Arrivals arrivals;
    private final Overdue overdue;
    private final HistoryOracle history;

    private long broadcasts;
    private long arrived;
    private long abandoned;

    /**
     * @param slots how many rooms a peer can be in
     * @param nanos the run's time
     * @param summing whether {@link #fingerprint} will be asked for
     * @param graceMillis how long a message may be on the way before it is overdue
     * @param roomNames for findings
     */
    public DeliveryOracle(
            int slots,
            boolean summing,
            LongSupplier nanos,
            int graceMillis,
            IntFunction<String> roomNames,
            Findings findings,
            Trace trace) {
        memberships = new Memberships(slots, summing);
        witness = new Witness(memberships, nanos, roomNames, findings, trace);
        Broadcasts sent = new Broadcasts();
        underway = new Underway(sent);
        betweenNodes = new BetweenNodes(sent);
        recipients = new Recipients(memberships, sent, underway, betweenNodes, witness);
        arrivals = new Arrivals(memberships, sent, underway, witness);
        overdue = new Overdue(graceMillis, memberships, sent, underway, witness);
        history = new HistoryOracle(memberships, witness, graceMillis);
    }

    /** Returns the one that knows what is in the histories of rooms, and who gets it. */
    public HistoryOracle history() {
        return history;
    }

    /** Makes room for peers 0 to below the count. */
    public void peers(int count) {
        int needed = count * memberships.slots;
        if (needed > memberships.capacity()) {
            memberships.capacity(needed);
            underway.capacity(needed);
        }
    }

    // ---- what clients do and see

    /** A client asks to join. @param node the node that it is connected to */
    public void joining(int membership, int room, int node) {
        memberships.enter(membership, room, node);
        witness.note(membership, "joining");
        recipients.joining(membership, room, node);
    }

    /** A client was told that it is in. */
    public void joined(int membership) {
        if (memberships.state(membership) != Memberships.JOINING) {
            witness.find(Kind.UNEXPECTED, membership, "joined, and it had not asked to");
            return;
        }
        memberships.state(membership, Memberships.IN);
        witness.note(membership, "joined");
    }

    /** A client asks to leave. */
    public void leaving(int membership) {
        overdue.leaving(membership);
        memberships.state(membership, Memberships.LEAVING);
        witness.note(membership, "leaving");
    }

    /** A client is out: it left, was taken out or not let in, or its connection has ended. */
    public void out(int membership) {
        if (memberships.state(membership) == Memberships.OUT) {
            return;
        }
        if (memberships.state(membership) != Memberships.LEAVING) {
            abandoned++;
        }
        overdue.leaving(membership);
        history.out(membership);
        underway.clear(membership);
        memberships.exit(membership);
        witness.note(membership, "out");
    }

    /** A client's session goes on on another node. */
    public void moved(int membership, int node) {
        memberships.node(membership, node);
        history.moved(membership);
        witness.note(membership, "moved");
    }

    /** A client reads slowly, or not at all, from now on: nothing that is owed to it is overdue. */
    public void slow(int membership) {
        memberships.slow(membership);
    }

    /** A client reads what comes again: what is owed to it, and what was meanwhile, is to come soon. */
    public void awake(int membership) {
        memberships.awake(membership, witness.millis());
    }

    /** A client got a message. */
    public void received(int membership, int from, int number) {
        arrived++;
        memberships.count(membership, from, number);
        witness.note(membership, "got", from, number);
        arrivals.message(membership, from, number);
    }

    /** A client was told that it missed messages. */
    public void gap(int membership, long missed) {
        witness.note(membership, "gap", Broadcasts.GAP, (int) missed);
        if (underway.has(membership, Broadcasts.GAP, (int) missed) || !history.gap(membership, missed)) {
            arrivals.gap(membership, (int) missed);
        }
    }

    // ---- what happens on nodes

    /** A handler makes a broadcast. @param node where */
    public void broadcast(int node, int room, int from, int number, Audience audience) {
        broadcasts++;
        if (witness.seesPeer(from)) {
            witness.notePeer(from, "message " + number + " is broadcast by node " + node + " for " + audience);
        }
        recipients.broadcast(node, room, from, number, audience);
    }

    /** Nothing is on its way between nodes. */
    public void quiet() {
        betweenNodes.clear();
    }

    /** Members of a room on a node are to be told that they missed messages. */
    public void gapDue(int node, int room, long missed) {
        recipients.gapDue(node, room, (int) missed);
    }

    /**
     * What a node was to get over the bridge for a room is lost on the way: its members get it no more.
     *
     * @param node -1 = all of them
     * @param perhaps whether they may get it all the same
     */
    public void lost(int node, int room, int from, int number, boolean perhaps) {
        recipients.lost(node, room, from, number, perhaps);
    }

    /** What a node was to get over the bridge for a room comes behind what was sent later, if the node takes it then at all. */
    public void unordered(int node, int room, int from, int number) {
        recipients.unordered(node, room, from, number);
    }

    // ---- at the end

    /** Everything should have arrived: what is still owed is lost. */
    public void finish() {
        overdue.finish();
        history.finish();
    }

    /** Returns how many broadcasts were made. */
    public long broadcasts() {
        return broadcasts;
    }

    /** Returns how many deliveries there had to be. */
    public long owed() {
        return underway.owed();
    }

    /** Returns how many more there might have been. */
    public long permitted() {
        return underway.permitted();
    }

    /** Returns how many deliveries there were. */
    public long arrived() {
        return arrived;
    }

    /** Returns how many memberships ended without the node being asked: it may have delivered to them for a while after. */
    public long abandoned() {
        return abandoned;
    }

    /** Returns how many deliveries are owed and have not come. */
    public int outstanding() {
        return underway.outstanding();
    }

    /** Returns how many messages a client got in a room since it joined. */
    public int arrivedIn(int membership) {
        return memberships.arrived(membership);
    }

    /** Returns a sum over the messages that a client got in a room since it joined: the same for the same messages in whatever order. */
    public long fingerprint(int membership) {
        return memberships.fingerprint(membership);
    }

    /** Returns how many members a room has, those on their way in or out included. */
    public int members(int room) {
        return memberships.size(room);
    }

    /** Returns one of the members of a room. @param index 0 to below {@link #members} */
    public int member(int room, int index) {
        return memberships.of(room)[index];
    }

    /** Returns whether something is on its way to a client, or may be. */
    public boolean isOwed(int membership) {
        return !underway.isEmpty(membership);
    }

    /** Returns whether a client was told that it is in and has not asked to leave. */
    public boolean isIn(int membership) {
        return memberships.state(membership) == Memberships.IN;
    }
}
