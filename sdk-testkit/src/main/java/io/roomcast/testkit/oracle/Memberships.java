package io.roomcast.testkit.oracle;

import io.roomcast.testkit.random.Dice;
import java.util.Arrays;

/**
 * Who is in which room, as the clients know it. A membership is a number: that of the peer times the slots of a peer, plus the slot. Belongs to one thread.
 */
final class Memberships {

    static final byte OUT = 0;
    static final byte JOINING = 1;
    static final byte IN = 2;
    static final byte LEAVING = 3;

    /** When a client that reads slowly reads as others do. */
    private static final int NOT_YET = Integer.MAX_VALUE;

    private static final int[] NOBODY = {};

    final int slots;

    // By membership.
    private byte[] state = new byte[0];
    private int[] roomOf = new int[0];
    private short[] nodeOf = new short[0];
    private int[] place = new int[0];
    /** Since which millisecond it reads all that comes. */
    private int[] awakeSince = new int[0];

    /** How much each got since it joined. */
    private int[] arrivedCount = new int[0];
    /** Which of it; kept only where somebody wants to know. */
    private long[] fingerprint = new long[0];

    private final boolean summing;

    // By room.
    private int[][] members = new int[16][];
    private int[] memberCount = new int[16];

    /**
     * @param slots how many rooms a peer can be in
     * @param summing whether {@link #fingerprint} will be asked for
     */
    Memberships(int slots, boolean summing) {
        this.slots = slots;
        this.summing = summing;
    }

    /** Makes room for so many. */
    void capacity(int memberships) {
        state = Arrays.copyOf(state, memberships);
        roomOf = Arrays.copyOf(roomOf, memberships);
        nodeOf = Arrays.copyOf(nodeOf, memberships);
        place = Arrays.copyOf(place, memberships);
        awakeSince = Arrays.copyOf(awakeSince, memberships);
        arrivedCount = Arrays.copyOf(arrivedCount, memberships);
        if (summing) {
            fingerprint = Arrays.copyOf(fingerprint, memberships);
        }
    }

    int capacity() {
        return state.length;
    }

    /** Begins one. */
    void enter(int membership, int room, int node) {
        state[membership] = JOINING;
        roomOf[membership] = room;
        nodeOf[membership] = (short) node;
        arrivedCount[membership] = 0;
        if (summing) {
            fingerprint[membership] = 0;
        }
        awakeSince[membership] = 0;
        if (room >= members.length) {
            int more = Math.max(room + 1, members.length + members.length / 8);
            members = Arrays.copyOf(members, more);
            memberCount = Arrays.copyOf(memberCount, more);
        }
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
    }

    /** Ends one. */
    void exit(int membership) {
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
        awakeSince[membership] = 0;
    }

    byte state(int membership) {
        return state[membership];
    }

    void state(int membership, byte now) {
        state[membership] = now;
    }

    int room(int membership) {
        return roomOf[membership];
    }

    /** Returns the node that its client is connected to. */
    int node(int membership) {
        return nodeOf[membership];
    }

    void node(int membership, int node) {
        nodeOf[membership] = (short) node;
    }

    int peer(int membership) {
        return membership / slots;
    }

    /** It reads slowly, or not at all, from now on. */
    void slow(int membership) {
        awakeSince[membership] = NOT_YET;
    }

    /** It reads all that comes, from now on. */
    void awake(int membership, int nowMillis) {
        if (awakeSince[membership] == NOT_YET) {
            awakeSince[membership] = nowMillis;
        }
    }

    boolean isSlow(int membership) {
        return awakeSince[membership] == NOT_YET;
    }

    int awakeSince(int membership) {
        return awakeSince[membership];
    }

    /** It got a message. */
    void count(int membership, int from, int number) {
        arrivedCount[membership]++;
        if (summing) {
            fingerprint[membership] += Dice.mix(((long) from << 32) ^ number);
        }
    }

    int arrived(int membership) {
        return arrivedCount[membership];
    }

    long fingerprint(int membership) {
        return fingerprint[membership];
    }

    /** Returns how many rooms there is room for. */
    int rooms() {
        return members.length;
    }

    /** Returns how many are in a room, those on their way in or out included. */
    int size(int room) {
        return room < members.length && members[room] != null ? memberCount[room] : 0;
    }

    /** Returns those in a room; only the first {@link #size} count. */
    int[] of(int room) {
        int[] list = room < members.length ? members[room] : null;
        return list == null ? NOBODY : list;
    }

    String stateName(int membership) {
        return switch (state[membership]) {
            case JOINING -> "joining";
            case IN -> "in the room";
            case LEAVING -> "leaving";
            default -> "not in the room";
        };
    }
}
