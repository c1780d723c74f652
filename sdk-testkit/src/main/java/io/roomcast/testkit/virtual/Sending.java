package io.roomcast.testkit.virtual;

import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.scenario.Payload;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What peers send into rooms as their steps say: stamped, counted, and told to the oracle. Belongs to the world's thread. */
final class Sending {

    private final RunState run;
    private final Program program;
    private final Peers peers;
    private final VirtualCluster cluster;
    private final Speaking speaking;
    private final ClientRooms rooms;

    Sending(RunState run, VirtualCluster cluster, Speaking speaking, ClientRooms rooms) {
        this.run = run;
        this.program = run.program;
        this.peers = run.peers;
        this.cluster = cluster;
        this.speaking = speaking;
        this.rooms = rooms;
    }

    /** Sends a message to all in a room, or to one of them. */
    void message(int peer) {
        int step = peers.step[peer];
        int slot = program.a(step);
        int membership = peers.membership(peer, slot);
        Payload payload = program.payload(program.c(step));
        int serial = ++peers.serial[peer];
        int size = size(peer, payload);
        boolean toOne = program.opcode(step) == Opcode.SEND;
        int route = peers.route[membership];
        boolean onRoute = !toOne && route > 0 && cluster.node(peers.node[peer]).eventOfRoute(route) == program.b(step);
        byte[] bytes;
        byte[] again;
        if (onRoute) {
            bytes = ClientWire.data(route, size);
            fill(bytes, bytes.length - size, payload, peer, serial);
            // Another node has other routes.
            again = peers.isResuming()
                    ? spelledOut(membership, step, "", Arrays.copyOfRange(bytes, bytes.length - size, bytes.length))
                    : bytes;
        } else {
            byte[] content = new byte[size];
            fill(content, 0, payload, peer, serial);
            String to = toOne ? peers.id[rooms.fellow(peer, peers.roomNumber[membership])] : "";
            bytes = spelledOut(membership, step, to == null ? "" : to, content);
            again = bytes;
        }
        run.count(Count.MESSAGES_SENT, peer);
        run.sent++;
        run.tally.record(
                Metric.ROOM_SIZE, peers.node[peer], run.phase, run.oracle.members(peers.roomNumber[membership]));
        run.sends.sent(peer, slot, serial);
        speaking.send(peer, bytes, again);
    }

    private byte[] spelledOut(int membership, int step, String to, byte[] content) {
        return ClientWire.message(peers.wireNumber[membership], program.event(program.b(step)), to, content);
    }

    /** Asks in a room. @param timeoutMillis how long the node is to wait for the answer */
    void request(int peer, int timeoutMillis) {
        int step = peers.step[peer];
        int slot = program.a(step);
        Payload payload = program.payload(program.c(step));
        int serial = ++peers.serial[peer];
        byte[] content = new byte[size(peer, payload)];
        fill(content, 0, payload, peer, serial);
        run.count(Count.REQUESTS, peer);
        run.sent++;
        run.sends.sent(peer, slot, serial);
        speaking.send(
                peer,
                ClientWire.request(
                        peers.wireNumber[peers.membership(peer, slot)],
                        program.event(program.b(step)),
                        serial,
                        timeoutMillis,
                        content));
    }

    private int size(int peer, Payload payload) {
        return payload instanceof Payload.Filled filled
                ? (int) run.draws.of(peer, filled.size())
                : (int) payload.least();
    }

    private void fill(byte[] bytes, int offset, Payload payload, int peer, int serial) {
        long now = run.world.nanos();
        Stamp.write(ByteBuffer.wrap(bytes, offset, Stamp.BYTES), peer, serial, now, now);
        if (payload instanceof Payload.Recorded recorded) {
            byte[] content = recorded.content();
            System.arraycopy(content, 0, bytes, offset + Stamp.BYTES, content.length);
        }
    }
}
