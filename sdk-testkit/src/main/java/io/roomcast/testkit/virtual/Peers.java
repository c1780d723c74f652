package io.roomcast.testkit.virtual;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each client: some 60 bytes and 20 for each room it can be in, in arrays. A membership is a number: the peer's times the slots, plus the slot. Belongs to
 * one thread.
 */
final class Peers {

    /** What a peer waits for before its next step. */
    static final byte NOTHING = 0;

    static final byte WELCOME = 1;
    static final byte JOINED = 2;
    static final byte LEFT = 3;
    static final byte REPLY = 4;
    static final byte MESSAGES = 5;
    static final byte TIME = 6;
    static final byte STALLED = 7;
    static final byte AT_BARRIER = 8;
    static final byte SERVER_CLOSES = 9;
    static final byte DONE = 10;
    /** What it waited for came before its session went on. */
    static final byte ANSWERED = 11;

    static final byte PAGE = 12;

    /** How its connection is. */
    static final byte OFFLINE = 0;

    static final byte ONLINE = 1;
    /** It was lost, and the peer tries again when its alarm goes off. */
    static final byte BACKING_OFF = 2;
    /** It was lost, and the peer waits for its welcome. */
    static final byte RETURNING = 3;
    /** It was lost, and the peer joins its rooms again, one after another. */
    static final byte REJOINING = 4;

    /** How it is to a room. */
    static final byte OUT = 0;

    static final byte JOINING = 1;
    static final byte IN = 2;
    static final byte LEAVING = 3;
    /** It was in when its connection was lost. */
    static final byte AWAY = 4;

    /** How it reads. */
    static final byte READS_ALL = 0;

    static final byte READS_SLOWLY = 1;
    /** It reads slowly, and has read enough for the moment. */
    static final byte RESTS = 2;

    final int slots;
    private final int registerCount;
    private int count;

    // By peer.
    byte[] waiting = {};
    byte[] link = {};
    byte[] slow = {};
    short[] node = {};
    /** The node whose routes its connection uses: for a moment not the one that it is connected to, when a session moves. */
    short[] routesOf = {};

    short[] behaviour = {};
    short[] phase = {};
    /** What it speaks: a {@link io.roomcast.testkit.scenario.Subprotocol}. */
    byte[] subprotocol = {};

    short[] connects = {};
    int[] step = {};
    int[] thrown = {};
    int[] serial = {};
    int[] planned = {};
    int[] savedDue = {};
    int[] registers = {};

    @Nullable
    Line[] connection = {};
    /** The id of its session; kept only where a peer is written to by id. */
    @Nullable
    String[] id = {};

    /** Kept only where sessions are resumed. */
    @Nullable
    StreamState[] stream = {};

    // By membership.
    byte[] room = {};
    int[] roomNumber = {};
    int[] wireNumber = {};
    int[] route = {};
    int[] told = {};
    int[] expectedFrom = {};
    int[] snapshotCount = {};
    long[] snapshotFingerprint = {};

    // Kept only where rooms have a history: how far it has got, and as whom.
    @Nullable
    String[] epoch = {};

    long[] offset = {};

    @Nullable
    String[] knownAs = {};

    private final boolean keepIds;
    private final boolean keepSnapshots;
    private final boolean resuming;
    private final boolean keepPlaces;

    Peers(int slots, int registers, boolean keepIds, boolean keepSnapshots, boolean resuming, boolean keepPlaces) {
        this.keepPlaces = keepPlaces;
        this.resuming = resuming;
        this.slots = slots;
        this.registerCount = registers;
        this.keepIds = keepIds;
        this.keepSnapshots = keepSnapshots;
    }

    /** Returns how many peers there have been. */
    int count() {
        return count;
    }

    /** Returns how many there is room for. */
    int capacity() {
        return step.length;
    }

    /** Adds a peer and returns its number. */
    int add() {
        if (count == step.length) {
            capacity(Math.max(64, count + count / 2));
        }
        return count++;
    }

    /** Makes room for so many. */
    void capacity(int peers) {
        waiting = Arrays.copyOf(waiting, peers);
        link = Arrays.copyOf(link, peers);
        slow = Arrays.copyOf(slow, peers);
        node = Arrays.copyOf(node, peers);
        routesOf = Arrays.copyOf(routesOf, peers);
        behaviour = Arrays.copyOf(behaviour, peers);
        phase = Arrays.copyOf(phase, peers);
        subprotocol = Arrays.copyOf(subprotocol, peers);
        connects = Arrays.copyOf(connects, peers);
        step = Arrays.copyOf(step, peers);
        thrown = Arrays.copyOf(thrown, peers);
        serial = Arrays.copyOf(serial, peers);
        planned = Arrays.copyOf(planned, peers);
        savedDue = Arrays.copyOf(savedDue, peers);
        registers = Arrays.copyOf(registers, peers * registerCount);
        connection = Arrays.copyOf(connection, peers);
        if (keepIds) {
            id = Arrays.copyOf(id, peers);
        }
        if (resuming) {
            stream = Arrays.copyOf(stream, peers);
        }
        int memberships = peers * slots;
        room = Arrays.copyOf(room, memberships);
        roomNumber = Arrays.copyOf(roomNumber, memberships);
        wireNumber = Arrays.copyOf(wireNumber, memberships);
        route = Arrays.copyOf(route, memberships);
        told = Arrays.copyOf(told, memberships);
        expectedFrom = Arrays.copyOf(expectedFrom, memberships);
        if (keepPlaces) {
            epoch = Arrays.copyOf(epoch, memberships);
            offset = Arrays.copyOf(offset, memberships);
            knownAs = Arrays.copyOf(knownAs, memberships);
        }
        if (keepSnapshots) {
            snapshotCount = Arrays.copyOf(snapshotCount, memberships);
            snapshotFingerprint = Arrays.copyOf(snapshotFingerprint, memberships);
        }
    }

    boolean isResuming() {
        return resuming;
    }

    boolean keepsIds() {
        return keepIds;
    }

    boolean keepsPlaces() {
        return keepPlaces;
    }

    boolean keepsSnapshots() {
        return keepSnapshots;
    }

    /** Returns the numbers of a peer's session; null where sessions are not resumed. */
    @Nullable
    StreamState stream(int peer) {
        if (!resuming) {
            return null;
        }
        StreamState state = stream[peer];
        if (state == null) {
            state = new StreamState();
            stream[peer] = state;
        }
        return state;
    }

    int membership(int peer, int slot) {
        return peer * slots + slot;
    }

    int register(int peer, int register) {
        return peer * registerCount + register;
    }

    /** Returns the membership of a peer in a room in which it is in one of these ways (bits by {@code 1 << state}), -1 if there is none. */
    int find(int peer, int number, int states) {
        for (int membership = peer * slots; membership < (peer + 1) * slots; membership++) {
            if (roomNumber[membership] == number && (states >> room[membership] & 1) != 0) {
                return membership;
            }
        }
        return -1;
    }

    /** Returns the membership of a peer in the room that has a number on its connection, -1 if there is none. */
    int findByWireNumber(int peer, int number) {
        for (int membership = peer * slots; membership < (peer + 1) * slots; membership++) {
            if (wireNumber[membership] == number && room[membership] != OUT && room[membership] != AWAY) {
                return membership;
            }
        }
        return -1;
    }
}
