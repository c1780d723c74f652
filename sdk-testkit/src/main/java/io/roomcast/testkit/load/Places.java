package io.roomcast.testkit.load;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rooms that a peer's program speaks of, by slot: which room each is, whether the peer is in it and since when, where it stands among the members, and how many messages it
 * has heard there. A slot can have a room that the peer is not in: it is about to join, or its connection is lost. Belongs to the run's thread.
 */
final class Places {

    private static final long OUT = -1;

    private final LoadPeer peer;
    private final @Nullable RoomView[] rooms;
    private final int[] places;
    private final int[] heard;
    private final long[] joinedAt;

    Places(LoadPeer peer, int slots) {
        this.peer = peer;
        this.rooms = new RoomView[slots];
        this.places = new int[slots];
        this.heard = new int[slots];
        this.joinedAt = new long[slots];
        Arrays.fill(joinedAt, OUT);
    }

    int slots() {
        return rooms.length;
    }

    /** Returns the room of a slot, in which the peer may be or not. */
    @Nullable
    RoomView room(int slot) {
        return rooms[slot];
    }

    /** Gives a slot a room that the peer is not in yet. */
    void choose(int slot, RoomView room) {
        rooms[slot] = room;
        joinedAt[slot] = OUT;
    }

    /** Returns the slot of a room, −1 if none is. */
    int slotOf(String room) {
        for (int slot = 0; slot < rooms.length; slot++) {
            RoomView view = rooms[slot];
            if (view != null && view.name.equals(room)) {
                return slot;
            }
        }
        return -1;
    }

    boolean isIn(int slot) {
        return rooms[slot] != null && joinedAt[slot] >= 0;
    }

    /** Returns since when it is in the room of a slot; for ever in the future if it is not, or there is no slot. */
    long joinedAt(int slot) {
        return slot < 0 || joinedAt[slot] < 0 ? Long.MAX_VALUE : joinedAt[slot];
    }

    void enter(int slot, RoomView room, long now) {
        rooms[slot] = room;
        joinedAt[slot] = now;
        heard[slot] = 0;
        places[slot] = room.enter(peer);
    }

    /** Takes it out of the room of a slot, which the slot keeps. */
    void out(int slot) {
        RoomView room = rooms[slot];
        if (room != null && joinedAt[slot] >= 0) {
            joinedAt[slot] = OUT;
            room.leave(peer, places[slot]);
        }
    }

    void outOfAll() {
        for (int slot = 0; slot < rooms.length; slot++) {
            out(slot);
        }
    }

    /** Takes it out of the room of a slot, and the room from the slot. */
    void forget(int slot) {
        out(slot);
        rooms[slot] = null;
    }

    /** Another member left, and this one stands in its place now. */
    void moved(RoomView room, int place) {
        for (int slot = 0; slot < rooms.length; slot++) {
            if (rooms[slot] == room && joinedAt[slot] >= 0) {
                places[slot] = place;
            }
        }
    }

    /** Returns where it stands in the room of a slot. */
    int place(int slot) {
        return places[slot];
    }

    /** Returns how many messages it has heard there since it joined or since they were last forgotten. */
    int heard(int slot) {
        return heard[slot];
    }

    void hear(int slot) {
        heard[slot]++;
    }

    void forgetHeard(int slot) {
        heard[slot] = 0;
    }
}
