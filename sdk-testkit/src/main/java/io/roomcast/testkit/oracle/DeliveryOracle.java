package io.roomcast.testkit.oracle;

import io.roomcast.testkit.random.Dice;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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
 * <p>Belongs to one thread.
 */
public final class DeliveryOracle {

    private static final int[] NOBODY = {};
    private static final byte OUT = 0;
    private static final byte JOINING = 1;
    private static final byte IN = 2;
    private static final byte LEAVING = 3;

    /** The bit that makes an item of a chain a permission. */
    private static final int PERMITTED = 1 << 31;

    /** The sender of a notice of a gap; its serial is the number of messages missed. */
    private static final int GAP = -1;

    /** The node of what need not be in order. */
    private static final int UNORDERED = -2;

    private final int slots;
    private final LongSupplier nanos;
    private final int graceMillis;
    private final IntFunction<String> roomNames;
    private final Findings findings;
    private final Trace trace;

    // By membership.
    private byte[] state = new byte[0];
    private int[] roomOf = new int[0];
    private short[] nodeOf = new short[0];
    private int[] place = new int[0];
    private boolean[] slow = new boolean[0];
    private int[] arrivedCount = new int[0];
    private long[] fingerprint = new long[0];
    private final Chains onTheWay = new Chains();

    // By room.
    private int[][] members = new int[16][];
    private int[] memberCount = new int[16];
    /** What was broadcast since all was quiet, and may still be between nodes: whoever joins elsewhere meanwhile may get it. */
    private final Chains recent = new Chains();

    private int[] busyRooms = new int[64];
    private int busyRoomCount;

    // By message on the way.
    private int[] sender = new int[64];
    private int[] serial = new int[64];
    private short[] origin = new short[64];
    private int[] madeAt = new int[64];
    private int[] references = new int[64];
    private int freeMessage = Chains.NONE;
    private int usedMessages;

    private long broadcasts;
    private long owed;
    private long permitted;
    private long arrived;
    private int outstanding;
    private long abandoned;

    /**
     * @param slots how many rooms a peer can be in
     * @param nanos the run's time
     * @param graceMillis how long a message may be on the way before it is overdue
     * @param roomNames for findings
     */
    public DeliveryOracle(
            int slots,
            LongSupplier nanos,
            int graceMillis,
            IntFunction<String> roomNames,
            Findings findings,
            Trace trace) {
        this.slots = slots;
        this.nanos = nanos;
        this.graceMillis = graceMillis;
        this.roomNames = roomNames;
        this.findings = findings;
        this.trace = trace;
    }

    /** Makes room for peers 0 to below the count. */
    public void peers(int count) {
        int memberships = count * slots;
        if (memberships > state.length) {
            int more = Math.max(memberships, state.length + state.length / 2);
            state = Arrays.copyOf(state, more);
            roomOf = Arrays.copyOf(roomOf, more);
            nodeOf = Arrays.copyOf(nodeOf, more);
            place = Arrays.copyOf(place, more);
            slow = Arrays.copyOf(slow, more);
            arrivedCount = Arrays.copyOf(arrivedCount, more);
            fingerprint = Arrays.copyOf(fingerprint, more);
            onTheWay.owners(more);
        }
    }

    // ---- what clients do and see

    /** A client asks to join. @param node the node that it is connected to */
    public void joining(int membership, int room, int node) {
        state[membership] = JOINING;
        roomOf[membership] = room;
        nodeOf[membership] = (short) node;
        arrivedCount[membership] = 0;
        fingerprint[membership] = 0;
        slow[membership] = false;
        if (room >= members.length) {
            int more = Math.max(room + 1, members.length * 2);
            members = Arrays.copyOf(members, more);
            memberCount = Arrays.copyOf(memberCount, more);
        }
        recent.owners(members.length);
        int[] list = members[room];
        int count = memberCount[room];
        if (list == null) {
            list = new int[2];
            members[room] = list;
        } else if (count == list.length) {
            list = Arrays.copyOf(list, count * 2);
            members[room] = list;
        }
        list[count] = membership;
        place[membership] = count;
        memberCount[room] = count + 1;
        note(membership, "joining");
        recent.visit(room, (cell, message) -> {
            if (origin[message] != node) {
                references[message]++;
                onTheWay.add(membership, message | PERMITTED);
                permitted++;
                note(membership, "may get, from between nodes,", sender[message], serial[message]);
            }
            return Chains.Then.KEEP;
        });
    }

    /** A client was told that it is in. */
    public void joined(int membership) {
        if (state[membership] != JOINING) {
            find("unexpected", membership, "joined, and it had not asked to");
            return;
        }
        state[membership] = IN;
        note(membership, "joined");
    }

    /** A client asks to leave. */
    public void leaving(int membership) {
        becomePermitted(membership);
        state[membership] = LEAVING;
        note(membership, "leaving");
    }

    /** A client is out: it left, was taken out or not let in, or its connection has ended. */
    public void out(int membership) {
        if (state[membership] == OUT) {
            return;
        }
        if (state[membership] != LEAVING) {
            abandoned++;
        }
        becomePermitted(membership);
        onTheWay.visit(membership, (cell, item) -> {
            release(item & ~PERMITTED);
            return Chains.Then.REMOVE;
        });
        int room = roomOf[membership];
        int[] list = members[room];
        int moved = list[--memberCount[room]];
        list[place[membership]] = moved;
        place[moved] = place[membership];
        if (memberCount[room] == 0) {
            // Rooms come and go by the hundred thousand.
            members[room] = null;
        }
        state[membership] = OUT;
        slow[membership] = false;
        note(membership, "out");
    }

    /** A client's session goes on on another node. */
    public void moved(int membership, int node) {
        nodeOf[membership] = (short) node;
        note(membership, "moved");
    }

    /** A client reads slowly, or not at all, from now on: nothing that is owed to it is overdue. */
    public void slow(int membership) {
        slow[membership] = true;
    }

    /** A client got a message. */
    public void received(int membership, int from, int number) {
        arrived++;
        arrivedCount[membership]++;
        fingerprint[membership] += Dice.mix(((long) from << 32) ^ number);
        note(membership, "got", from, number);
        int cell = onTheWay.first(membership);
        if (cell != Chains.NONE) {
            int item = onTheWay.value(cell);
            int message = item & ~PERMITTED;
            if (serial[message] == number && sender[message] == from) {
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
        search(membership, GAP, (int) missed);
    }

    private void search(int membership, int from, int number) {
        int[] found = {Chains.NONE};
        onTheWay.visit(membership, (cell, item) -> {
            int message = item & ~PERMITTED;
            if (serial[message] == number && sender[message] == from) {
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
                            + ", which it was not to get, or had got before; it was " + stateName(membership));
            return;
        }
        short by = origin[found[0]];
        onTheWay.visit(membership, (cell, item) -> {
            int message = item & ~PERMITTED;
            if (message == found[0]) {
                settle(item);
                return Chains.Then.REMOVE_AND_STOP;
            }
            if (origin[message] != by || by == UNORDERED) {
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
            release(message);
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
                release(message);
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
        int[] known = room < members.length ? members[room] : null;
        int[] list = known == null ? NOBODY : known;
        int count = known == null ? 0 : memberCount[room];
        boolean all = audience.only() == null && audience.except() == null;
        int message = from == GAP ? Chains.NONE : newMessage(node, from, number);
        if (message != Chains.NONE) {
            remember(room, message);
        }
        for (int i = 0; i < count; i++) {
            int membership = list[i];
            if (!all && !audience.has(membership / slots) || onlyNode >= 0 && nodeOf[membership] != onlyNode) {
                continue;
            }
            if (message == Chains.NONE) {
                message = newMessage(node, from, number);
            }
            boolean must = state[membership] == IN && audience.certain();
            references[message]++;
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
            if (trace.sees(membership / slots)) {
                trace.note(
                        membership / slots,
                        (must ? "is owed " : "may get ") + named(message) + " in " + roomName(membership));
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
        int[] list = room < members.length ? members[room] : null;
        for (int i = 0; list != null && i < memberCount[room]; i++) {
            int membership = list[i];
            if (node >= 0 && nodeOf[membership] != node) {
                continue;
            }
            onTheWay.visit(membership, (cell, item) -> {
                int message = item & ~PERMITTED;
                if (serial[message] != number || sender[message] != from) {
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
                release(message);
                return Chains.Then.REMOVE_AND_STOP;
            });
        }
    }

    /** What a node was to get over the bridge for a room comes behind what was sent later, if the node takes it then at all. */
    public void unordered(int node, int room, int from, int number) {
        int[] list = room < members.length ? members[room] : null;
        int message = Chains.NONE;
        for (int i = 0; list != null && i < memberCount[room]; i++) {
            int membership = list[i];
            if (nodeOf[membership] != node) {
                continue;
            }
            if (message == Chains.NONE) {
                message = newMessage(UNORDERED, from, number);
            }
            int instead = message;
            onTheWay.visit(membership, (cell, item) -> {
                int known = item & ~PERMITTED;
                if (serial[known] != number || sender[known] != from) {
                    return Chains.Then.KEEP;
                }
                note(membership, "may get, behind others,", from, number);
                if ((item & PERMITTED) == 0) {
                    outstanding--;
                    owed--;
                    permitted++;
                }
                references[instead]++;
                onTheWay.set(cell, instead | PERMITTED);
                release(known);
                return Chains.Then.STOP;
            });
        }
        if (message != Chains.NONE && references[message] == 0) {
            references[message] = 1;
            release(message);
        }
    }

    // ---- at the end

    /** Everything should have arrived: what is still owed is lost. */
    public void finish() {
        for (int membership = 0; membership < state.length; membership++) {
            if (state[membership] != OUT && !slow[membership]) {
                overdue(membership, Integer.MAX_VALUE);
            }
        }
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
        return arrivedCount[membership];
    }

    /** Returns a sum over the messages that a client got in a room since it joined: the same for the same messages in whatever order. */
    public long fingerprint(int membership) {
        return fingerprint[membership];
    }

    /** Returns how many members a room has, those on their way in or out included. */
    public int members(int room) {
        return room < members.length && members[room] != null ? memberCount[room] : 0;
    }

    /** Returns one of the members of a room. @param index 0 to below {@link #members} */
    public int member(int room, int index) {
        return members[room][index];
    }

    /** Returns whether something is on its way to a client, or may be. */
    public boolean isOwed(int membership) {
        return !onTheWay.isEmpty(membership);
    }

    /** Returns whether a client was told that it is in and has not asked to leave. */
    public boolean isIn(int membership) {
        return state[membership] == IN;
    }

    // ---- within

    private void becomePermitted(int membership) {
        if (onTheWay.isEmpty(membership)) {
            return;
        }
        if (!slow[membership]) {
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
        int now = millis();
        onTheWay.visit(membership, (cell, item) -> {
            int message = item & ~PERMITTED;
            if ((item & PERMITTED) == 0 && (millis == Integer.MAX_VALUE || now - madeAt[message] > millis)) {
                find(
                        sender[message] == GAP ? "gap" : "lost",
                        membership,
                        "never got " + named(message) + " made at " + madeAt[message] + " ms by node "
                                + origin[message]);
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
        references[message]++;
        recent.add(room, message);
    }

    private int newMessage(int node, int from, int number) {
        int message = freeMessage;
        if (message == Chains.NONE) {
            if (usedMessages == sender.length) {
                int more = usedMessages * 2;
                sender = Arrays.copyOf(sender, more);
                serial = Arrays.copyOf(serial, more);
                origin = Arrays.copyOf(origin, more);
                madeAt = Arrays.copyOf(madeAt, more);
                references = Arrays.copyOf(references, more);
            }
            message = usedMessages++;
        } else {
            freeMessage = references[message];
        }
        sender[message] = from;
        serial[message] = number;
        origin[message] = (short) node;
        madeAt[message] = millis();
        references[message] = 0;
        return message;
    }

    /** Something that was on the way has arrived. */
    private void settle(int item) {
        if ((item & PERMITTED) == 0) {
            outstanding--;
        }
        release(item & ~PERMITTED);
    }

    private void release(int message) {
        if (--references[message] == 0) {
            // A free place holds the number of the next one.
            references[message] = freeMessage;
            freeMessage = message;
        }
    }

    private int millis() {
        return (int) TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }

    private String named(int message) {
        return sender[message] == GAP
                ? "the notice of " + serial[message] + " missed messages"
                : "message " + serial[message] + " of peer " + sender[message];
    }

    private String stateName(int membership) {
        return switch (state[membership]) {
            case JOINING -> "joining";
            case IN -> "in the room";
            case LEAVING -> "leaving";
            default -> "not in the room";
        };
    }

    private String roomName(int membership) {
        return roomNames.apply(roomOf[membership]);
    }

    private void find(String kind, int membership, String text) {
        findings.add(kind, membership / slots, roomName(membership), text);
        if (trace.sees(membership / slots)) {
            trace.note(membership / slots, "FOUND " + kind + ": " + text);
        }
    }

    private void note(int membership, String what) {
        if (trace.sees(membership / slots)) {
            trace.note(membership / slots, what + " " + roomName(membership) + ", node " + nodeOf[membership]);
        }
    }

    private void note(int membership, String what, int from, int number) {
        if (trace.sees(membership / slots)) {
            trace.note(
                    membership / slots,
                    what + (from == GAP ? " of " + number : " message " + number + " of peer " + from) + " in "
                            + roomName(membership));
        }
    }
}
