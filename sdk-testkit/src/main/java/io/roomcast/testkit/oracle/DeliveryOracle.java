package io.roomcast.testkit.oracle;

import java.util.Arrays;
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

    /** The bit that makes an item of a chain a permission. */
    private static final int PERMITTED = 1 << 31;

    /** The sender of a notice of a gap; its serial is the number of messages missed. */
    private static final int GAP = -1;

    /** The node of what need not be in order. */
    private static final int UNORDERED = -2;

    private final int graceMillis;
    private final Trace trace;
    private final Memberships memberships;
    private final Witness witness;
    private final Broadcasts messages = new Broadcasts();
    private final HistoryOracle history;
    /** By membership: what is on its way to it. */
    private final Chains onTheWay = new Chains();

    /** By room: what was broadcast since all was quiet, and may still be between nodes: whoever joins elsewhere meanwhile may get it. */
    private final Chains recent = new Chains();

    private int[] busyRooms = new int[64];
    private int busyRoomCount;

    private long broadcasts;
    private long owed;
    private long permitted;
    private long arrived;
    private int outstanding;
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
        this.graceMillis = graceMillis;
        this.trace = trace;
        this.memberships = new Memberships(slots, summing);
        this.witness = new Witness(memberships, nanos, roomNames, findings, trace);
        this.history = new HistoryOracle(memberships, witness, graceMillis);
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
            onTheWay.owners(needed);
        }
    }

    // ---- what clients do and see

    /** A client asks to join. @param node the node that it is connected to */
    public void joining(int membership, int room, int node) {
        memberships.enter(membership, room, node);
        recent.owners(memberships.rooms());
        note(membership, "joining");
        recent.visit(room, (cell, message) -> {
            if (messages.origin(message) != node) {
                messages.retain(message);
                onTheWay.add(membership, message | PERMITTED);
                permitted++;
                note(membership, "may get, from between nodes,", messages.sender(message), messages.serial(message));
            }
            return Chains.Then.KEEP;
        });
    }

    /** A client was told that it is in. */
    public void joined(int membership) {
        if (memberships.state(membership) != Memberships.JOINING) {
            find("unexpected", membership, "joined, and it had not asked to");
            return;
        }
        memberships.state(membership, Memberships.IN);
        note(membership, "joined");
    }

    /** A client asks to leave. */
    public void leaving(int membership) {
        becomePermitted(membership);
        memberships.state(membership, Memberships.LEAVING);
        note(membership, "leaving");
    }

    /** A client is out: it left, was taken out or not let in, or its connection has ended. */
    public void out(int membership) {
        if (memberships.state(membership) == Memberships.OUT) {
            return;
        }
        if (memberships.state(membership) != Memberships.LEAVING) {
            abandoned++;
        }
        becomePermitted(membership);
        history.out(membership);
        onTheWay.visit(membership, (cell, item) -> {
            messages.release(item & ~PERMITTED);
            return Chains.Then.REMOVE;
        });
        memberships.exit(membership);
        note(membership, "out");
    }

    /** A client's session goes on on another node. */
    public void moved(int membership, int node) {
        memberships.node(membership, node);
        history.moved(membership);
        note(membership, "moved");
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
        note(membership, "got", from, number);
        int cell = onTheWay.first(membership);
        if (cell != Chains.NONE) {
            int item = onTheWay.value(cell);
            if (messages.is(item & ~PERMITTED, from, number)) {
                settle(item);
                onTheWay.removeFirst(membership);
                return;
            }
        }
        search(membership, from, number);
    }

    /** A client was told that it missed messages. */
    public void gap(int membership, long missed) {
        note(membership, "gap", GAP, (int) missed);
        if (isOnTheWay(membership, GAP, (int) missed) || !history.gap(membership, missed)) {
            search(membership, GAP, (int) missed);
        }
    }

    private boolean isOnTheWay(int membership, int from, int number) {
        boolean[] found = {false};
        onTheWay.visit(membership, (cell, item) -> {
            found[0] |= messages.is(item & ~PERMITTED, from, number);
            return found[0] ? Chains.Then.STOP : Chains.Then.KEEP;
        });
        return found[0];
    }

    private void search(int membership, int from, int number) {
        int[] found = {Chains.NONE};
        onTheWay.visit(membership, (cell, item) -> {
            int message = item & ~PERMITTED;
            if (messages.is(message, from, number)) {
                found[0] = message;
                // Notices of gaps look alike: the one that is owed goes first.
                return (item & PERMITTED) == 0 ? Chains.Then.STOP : Chains.Then.KEEP;
            }
            return Chains.Then.KEEP;
        });
        if (found[0] == Chains.NONE) {
            find(
                    from == GAP ? "gap" : "unexpected",
                    membership,
                    (from == GAP
                                    ? "was told of " + number + " missed messages"
                                    : "got message " + number + " of peer " + from)
                            + ", which it was not to get, or had got before; it was "
                            + memberships.stateName(membership));
            return;
        }
        int by = messages.origin(found[0]);
        onTheWay.visit(membership, (cell, item) -> {
            int message = item & ~PERMITTED;
            if (message == found[0]) {
                settle(item);
                return Chains.Then.REMOVE_AND_STOP;
            }
            if (messages.origin(message) != by || by == UNORDERED) {
                return Chains.Then.KEEP;
            }
            // What one node sends into one room arrives in order: this one cannot come any more.
            if ((item & PERMITTED) == 0) {
                find(
                        "out-of-order",
                        membership,
                        "got message " + number + " of peer " + from + " before " + named(message)
                                + ", which the same node had sent before");
                outstanding--;
            }
            messages.release(message);
            return Chains.Then.REMOVE;
        });
    }

    // ---- what happens on nodes

    /** A handler makes a broadcast. @param node where */
    public void broadcast(int node, int room, int from, int number, Audience audience) {
        broadcasts++;
        if (trace.sees(from)) {
            trace.note(from, "message " + number + " is broadcast by node " + node + " for " + audience);
        }
        owe(node, room, from, number, audience, -1);
    }

    /** Nothing is on its way between nodes. */
    public void quiet() {
        for (int i = 0; i < busyRoomCount; i++) {
            recent.visit(busyRooms[i], (cell, message) -> {
                messages.release(message);
                return Chains.Then.REMOVE;
            });
        }
        busyRoomCount = 0;
    }

    /** Members of a room on a node are to be told that they missed messages. */
    public void gapDue(int node, int room, long missed) {
        owe(UNORDERED, room, GAP, (int) missed, Audience.EVERYBODY, node);
    }

    /** @param onlyNode the node whose members it is for, -1 = all */
    private void owe(int node, int room, int from, int number, Audience audience, int onlyNode) {
        int[] list = memberships.of(room);
        int count = memberships.size(room);
        boolean all = audience.only() == null && audience.except() == null;
        int message = from == GAP ? Chains.NONE : messages.add(node, from, number, witness.millis());
        if (message != Chains.NONE) {
            remember(room, message);
        }
        for (int i = 0; i < count; i++) {
            int membership = list[i];
            if (!all && !audience.has(memberships.peer(membership))
                    || onlyNode >= 0 && memberships.node(membership) != onlyNode) {
                continue;
            }
            if (message == Chains.NONE) {
                message = messages.add(node, from, number, witness.millis());
            }
            boolean must = memberships.state(membership) == Memberships.IN && audience.certain();
            messages.retain(message);
            onTheWay.add(membership, must ? message : message | PERMITTED);
            if (must) {
                outstanding++;
            }
            if (from != GAP) {
                if (must) {
                    owed++;
                } else {
                    permitted++;
                }
            }
            if (witness.sees(membership)) {
                witness.note(membership, (must ? "is owed " : "may get ") + named(message) + " in");
            }
        }
    }

    /**
     * What a node was to get over the bridge for a room is lost on the way: its members get it no more.
     *
     * @param node -1 = all of them
     * @param perhaps whether they may get it all the same
     */
    public void lost(int node, int room, int from, int number, boolean perhaps) {
        int[] list = memberships.of(room);
        for (int i = 0; i < memberships.size(room); i++) {
            int membership = list[i];
            if (node >= 0 && memberships.node(membership) != node) {
                continue;
            }
            onTheWay.visit(membership, (cell, item) -> {
                int message = item & ~PERMITTED;
                if (!messages.is(message, from, number)) {
                    return Chains.Then.KEEP;
                }
                note(
                        membership,
                        perhaps ? "may miss, because of a fault," : "will miss, because of a fault,",
                        from,
                        number);
                if ((item & PERMITTED) == 0) {
                    outstanding--;
                    owed--;
                    permitted++;
                }
                if (perhaps) {
                    onTheWay.set(cell, item | PERMITTED);
                    return Chains.Then.STOP;
                }
                messages.release(message);
                return Chains.Then.REMOVE_AND_STOP;
            });
        }
    }

    /** What a node was to get over the bridge for a room comes behind what was sent later, if the node takes it then at all. */
    public void unordered(int node, int room, int from, int number) {
        int[] list = memberships.of(room);
        int message = Chains.NONE;
        for (int i = 0; i < memberships.size(room); i++) {
            int membership = list[i];
            if (memberships.node(membership) != node) {
                continue;
            }
            if (message == Chains.NONE) {
                message = messages.add(UNORDERED, from, number, witness.millis());
            }
            int instead = message;
            onTheWay.visit(membership, (cell, item) -> {
                int known = item & ~PERMITTED;
                if (!messages.is(known, from, number)) {
                    return Chains.Then.KEEP;
                }
                note(membership, "may get, behind others,", from, number);
                if ((item & PERMITTED) == 0) {
                    outstanding--;
                    owed--;
                    permitted++;
                }
                messages.retain(instead);
                onTheWay.set(cell, instead | PERMITTED);
                messages.release(known);
                return Chains.Then.STOP;
            });
        }
        if (message != Chains.NONE) {
            messages.drop(message);
        }
    }

    // ---- at the end

    /** Everything should have arrived: what is still owed is lost. */
    public void finish() {
        for (int membership = 0; membership < memberships.capacity(); membership++) {
            if (memberships.state(membership) != Memberships.OUT && !memberships.isSlow(membership)) {
                overdue(membership, Integer.MAX_VALUE);
            }
        }
        history.finish();
    }

    /** Returns how many broadcasts were made. */
    public long broadcasts() {
        return broadcasts;
    }

    /** Returns how many deliveries there had to be. */
    public long owed() {
        return owed;
    }

    /** Returns how many more there might have been. */
    public long permitted() {
        return permitted;
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
        return outstanding;
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
        return !onTheWay.isEmpty(membership);
    }

    /** Returns whether a client was told that it is in and has not asked to leave. */
    public boolean isIn(int membership) {
        return memberships.state(membership) == Memberships.IN;
    }

    // ---- within

    private void becomePermitted(int membership) {
        if (onTheWay.isEmpty(membership)) {
            return;
        }
        if (!memberships.isSlow(membership)) {
            overdue(membership, graceMillis);
        }
        onTheWay.visit(membership, (cell, item) -> {
            if ((item & PERMITTED) == 0) {
                outstanding--;
                onTheWay.set(cell, item | PERMITTED);
            }
            return Chains.Then.KEEP;
        });
    }

    /** Finds what is owed for longer than this and has not come. @param millis MAX_VALUE = at all */
    private void overdue(int membership, int millis) {
        int now = witness.millis();
        int awake = memberships.awakeSince(membership);
        onTheWay.visit(membership, (cell, item) -> {
            int message = item & ~PERMITTED;
            if ((item & PERMITTED) == 0
                    && (millis == Integer.MAX_VALUE || now - Math.max(awake, messages.madeAt(message)) > millis)) {
                find(
                        messages.sender(message) == GAP ? "gap" : "lost",
                        membership,
                        "never got " + named(message) + " made at " + messages.madeAt(message) + " ms by node "
                                + messages.origin(message));
                outstanding--;
                onTheWay.set(cell, item | PERMITTED);
            }
            return Chains.Then.KEEP;
        });
    }

    private void remember(int room, int message) {
        recent.owners(room + 1);
        if (recent.isEmpty(room)) {
            if (busyRoomCount == busyRooms.length) {
                busyRooms = Arrays.copyOf(busyRooms, busyRoomCount * 2);
            }
            busyRooms[busyRoomCount++] = room;
        }
        messages.retain(message);
        recent.add(room, message);
    }

    /** Something that was on the way has arrived. */
    private void settle(int item) {
        if ((item & PERMITTED) == 0) {
            outstanding--;
        }
        messages.release(item & ~PERMITTED);
    }

    private String named(int message) {
        return messages.sender(message) == GAP
                ? "the notice of " + messages.serial(message) + " missed messages"
                : "message " + messages.serial(message) + " of peer " + messages.sender(message);
    }

    private void find(String kind, int membership, String text) {
        witness.find(kind, membership, text);
    }

    private void note(int membership, String what) {
        witness.note(membership, what);
    }

    private void note(int membership, String what, int from, int number) {
        if (witness.sees(membership)) {
            witness.note(
                    membership,
                    what + (from == GAP ? " of " + number : " message " + number + " of peer " + from) + " in");
        }
    }
}
