package io.roomcast;

/**
 * A {@link RoomHandler} that implements this as well sees every broadcast of its rooms that this node delivers, its own
 * and those of other nodes, in the order of delivery. A snapshot built from what was seen is then exact: what the joining
 * peer gets afterwards begins with the next broadcast, with none missing and none twice. Broadcasts restricted with
 * {@link Broadcast#toPeers} are not shown.
 *
 * <p>The price: all broadcasts of such a room pass its mailbox, so a blocking callback delays them.
 */
public interface BroadcastObserver {

    /** Called right before a broadcast is handed to the peers of this node. In the room's mailbox, never concurrently. */
    void onBroadcast(Room room, Message message);
}
