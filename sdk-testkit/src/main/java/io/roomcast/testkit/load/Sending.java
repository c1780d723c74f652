package io.roomcast.testkit.load;

import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.socket.SocketPeer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What one peer sends: stamped, counted, and entered into the ledger of what is owed. Belongs to the run's thread. */
final class Sending {

    private final LoadRun run;
    private final LoadPeer self;
    private final SocketPeer peer;
    private final Places places;
    private final Draws draws;
    private final int node;
    private int serial;

    Sending(LoadRun run, LoadPeer self, SocketPeer peer, Places places, Draws draws, int node) {
        this.run = run;
        this.self = self;
        this.peer = peer;
        this.places = places;
        this.draws = draws;
        this.node = node;
    }

    /** Sends to all in the room of a slot. @param planned when it was to be sent */
    void broadcast(int slot, String event, int payload, long planned, int phase) {
        RoomView room = room(slot, planned, phase);
        if (room == null) {
            return;
        }
        int owed = room.size() - (run.everybody() ? 0 : 1);
        long now = run.now();
        peer.send(room.name, event, "", stamped(payload, planned, now, phase));
        run.ledger().sent(self.number(), serial, room, null, node, phase, planned, now, owed);
    }

    /** Sends to one other peer in the room of a slot, to itself where there is none. */
    void send(int slot, String event, int payload, long planned, int phase) {
        RoomView room = room(slot, planned, phase);
        if (room == null) {
            return;
        }
        LoadPeer to = self;
        if (room.size() > 1) {
            int drawn = (int) draws.below(room.size() - 1L);
            to = room.member(drawn >= places.place(slot) ? drawn + 1 : drawn);
        }
        long now = run.now();
        peer.send(room.name, event, to.id(), stamped(payload, planned, now, phase));
        run.ledger().sent(self.number(), serial, room, to, node, phase, planned, now, 1);
    }

    /** Counts that it sends now; returns the room, null if it is not in it any more. */
    private @Nullable RoomView room(int slot, long planned, int phase) {
        RoomView room = places.room(slot);
        if (room == null || !places.isIn(slot) || !peer.isIn(room.name)) {
            refused("a peer was to send into a room that the server took it out of", phase);
            return null;
        }
        run.count(Count.MESSAGES_SENT, node, phase);
        run.record(Metric.ROOM_SIZE, node, phase, room.size());
        return room;
    }

    /** Asks in the room of a slot. @return whether it did */
    boolean request(int slot, String event, int payload, int ref, long timeoutMillis, long planned, int phase) {
        RoomView room = places.room(slot);
        if (room == null || !peer.isIn(room.name)) {
            refused("a peer was to ask in a room that the server took it out of", phase);
            return false;
        }
        run.count(Count.REQUESTS, node, phase);
        run.openRequests(1);
        peer.request(room.name, event, ref, (int) timeoutMillis, stamped(payload, planned, run.now(), phase));
        return true;
    }

    private void refused(String why, int phase) {
        run.complain(why);
        run.count(Count.ERRORS, node, phase);
    }

    private ByteBuffer stamped(int payload, long planned, long now, int phase) {
        ByteBuffer bytes = run.payloads().draw(payload, draws.begin());
        draws.done();
        Stamp.write(bytes.duplicate(), self.number(), ++serial, planned, now);
        run.count(Count.BYTES_SENT, node, phase, bytes.remaining());
        return bytes;
    }
}
