package io.roomcast.testkit.oracle;

import java.util.Arrays;

/** What was broadcast since all was quiet, and may still be between nodes: whoever joins elsewhere meanwhile may get it. Belongs to one thread. */
final class BetweenNodes {

    private final Broadcasts broadcasts;
    private final Chains byRoom = new Chains();
    private int[] busyRooms = new int[64];
    private int busyRoomCount;

    BetweenNodes(Broadcasts broadcasts) {
        this.broadcasts = broadcasts;
    }

    void add(int room, int broadcast) {
        byRoom.owners(room + 1);
        if (byRoom.isEmpty(room)) {
            if (busyRoomCount == busyRooms.length) {
                busyRooms = Arrays.copyOf(busyRooms, busyRoomCount * 2);
            }
            busyRooms[busyRoomCount++] = room;
        }
        broadcasts.retain(broadcast);
        byRoom.add(room, broadcast);
    }

    /** Goes through what was broadcast in a room, in order. */
    void visit(int room, Chains.Visitor visitor) {
        byRoom.owners(room + 1);
        byRoom.visit(room, visitor);
    }

    /** All of it has arrived. */
    void clear() {
        for (int i = 0; i < busyRoomCount; i++) {
            byRoom.visit(busyRooms[i], (cell, broadcast) -> {
                broadcasts.release(broadcast);
                return Chains.Then.REMOVE;
            });
        }
        busyRoomCount = 0;
    }
}
