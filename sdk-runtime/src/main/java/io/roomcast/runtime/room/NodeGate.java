package io.roomcast.runtime.room;

import io.roomcast.Acks;
import io.roomcast.HistoryPosition;
import io.roomcast.Message;
import java.util.concurrent.CompletionStage;

/** What other nodes tell the rooms of this one. Safe to use from any thread. */
public final class NodeGate {

    private final Rooms rooms;

    NodeGate(Rooms rooms) {
        this.rooms = rooms;
    }

    /** Returns whether broadcasts of other nodes into this room are for somebody here. */
    public boolean isListening(String name) {
        LocalRoom room = rooms.find(name);
        return room != null && room.isListening();
    }

    /**
     * A broadcast of another node. What is missing before it, and itself if it is dropped at a full mailbox, the peers of the room are told.
     *
     * @param direct whether it was sent to this node alone
     * @return false if it is to be ignored: a double, or of a room that nobody here is in
     */
    public boolean arrived(String name, Stamp stamp, boolean direct, Message message, Addressing addressing) {
        LocalRoom room = rooms.find(name);
        return room != null && rooms.deliveries().arrived(room, stamp, direct, message, addressing);
    }

    /** The same for what is no broadcast. */
    public boolean passed(String name, Stamp stamp, boolean direct) {
        LocalRoom room = rooms.find(name);
        return room != null && rooms.deliveries().passed(room, stamp, direct);
    }

    /** A message of the room's handler on another node. Returns false if it was dropped at a full mailbox. */
    public boolean arrivedFromNode(String name, String nodeId, Message message) {
        LocalRoom room = rooms.find(name);
        return room == null || room.nodeMessage(nodeId, message);
    }

    /** A broadcast of another node that the peers of this one answer. Fails when this node is asked too much. */
    public CompletionStage<Acks> asked(String name, Message message, Addressing addressing, int timeoutMillis) {
        return rooms.requests().forOtherNode(name, message, addressing, timeoutMillis);
    }

    /** Another node says how far its lane has come. What is missing at its end, the peers of the room are told. */
    public void ended(String name, Stamp stamp, boolean direct) {
        LocalRoom room = rooms.find(name);
        if (room != null) {
            rooms.deliveries().ended(room, stamp, direct);
        }
    }

    /** Broadcasts of another node into any room may be lost; the peers of all rooms are told. */
    public void gap(String originNode) {
        rooms.each(room -> {
            if (room.isListening()) {
                gap(room.name(), originNode, 0);
            }
        });
    }

    /** Broadcasts of another node were lost on the way; the peers of the room are told. */
    public void gap(String name, String originNode, long missed) {
        rooms.telemetry().gap(name, originNode, missed);
        LocalRoom room = rooms.find(name);
        if (room != null) {
            room.announceGap(missed);
        }
    }

    /** The next entry of a room's log. */
    public void appended(String name, String epoch, LoggedMessage entry) {
        LocalRoom room = rooms.find(name);
        RoomHistory history = room == null ? null : room.history();
        if (history != null) {
            history.appended(epoch, entry);
        }
    }

    /** Entries of a room's log are lost to this node. */
    public void historyLost(String name, HistoryPosition resumesAfter) {
        LocalRoom room = rooms.find(name);
        RoomHistory history = room == null ? null : room.history();
        if (history != null) {
            history.lost(resumesAfter);
        }
    }

    /** Another node has gone; the handlers of all rooms are told. */
    public void nodeLost(String nodeId) {
        rooms.each(room -> room.nodeLost(nodeId));
    }
}
