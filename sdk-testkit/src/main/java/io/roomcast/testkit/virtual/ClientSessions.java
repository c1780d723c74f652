package io.roomcast.testkit.virtual;

import io.roomcast.runtime.wire.proto.Welcome;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import java.util.List;
import java.util.Map;

/** The clients' sessions: welcomed, gone on with after a connection was lost, or lost. Belongs to the world's thread. */
final class ClientSessions {

    /** What a peer saw, in a signature. */
    private static final int WELCOMED = 1;

    private final RunState run;
    private final Peers peers;
    private final VirtualCluster cluster;
    private final Speaking speaking;
    private final Reading reading;
    private final Connections connections;
    private final ClientRooms rooms;

    ClientSessions(
            RunState run,
            VirtualCluster cluster,
            Speaking speaking,
            Reading reading,
            Connections connections,
            ClientRooms rooms) {
        this.run = run;
        this.peers = run.peers;
        this.cluster = cluster;
        this.speaking = speaking;
        this.reading = reading;
        this.connections = connections;
        this.rooms = rooms;
    }

    void welcome(int peer, Welcome welcome) {
        run.sign(peer, WELCOMED, welcome.getResumed() ? 1 : 0, peers.node[peer]);
        run.note(peer, (welcome.getResumed() ? "goes on as " : "is welcomed as ") + welcome.getPeer());
        know(peer, welcome.getPeer());
        StreamState stream = peers.stream(peer);
        if (stream != null && welcome.getResumed()) {
            goOn(peer, stream, welcome);
            return;
        }
        peers.routesOf[peer] = peers.node[peer];
        if (stream != null) {
            anew(peer, stream, welcome);
        }
        if (peers.link[peer] == Peers.RETURNING) {
            rooms.rejoin(peer);
        } else {
            run.record(Metric.CONNECT, peer, peers.planned[peer]);
            rooms.answered(peer, Peers.WELCOME);
        }
    }

    private void know(int peer, String id) {
        int said = PeerIds.said(id);
        if (said < 0) {
            run.ids.learn(id, peer);
        } else if (said != peer) {
            run.find("unexpected", peer, "was welcomed as " + id + ", which is the id of another peer");
        }
        if (peers.keepsIds()) {
            peers.id[peer] = id;
        }
    }

    private void anew(int peer, StreamState stream, Welcome welcome) {
        String node = cluster.node(peers.node[peer]).tag();
        if (!stream.token().isEmpty()) {
            run.count(Count.RESUMES_FAILED, peer);
            if (stream.shouldGoOn(node, run.millis())) {
                run.find("not-resumed", peer, "came back in time to the node that had its session, and got a new one");
            }
            Line line = peers.connection[peer];
            byte link = peers.link[peer];
            connections.loseSession(peer, true);
            peers.connection[peer] = line;
            peers.link[peer] = link;
        }
        stream.begin(welcome.getResume(), node, welcome.getResumeWindowMs());
    }

    /** The session goes on, with what the server has missed. */
    private void goOn(int peer, StreamState stream, Welcome welcome) {
        run.count(Count.RESUMES, peer);
        if (stream.isOver(run.millis())) {
            run.find(
                    "resumed-late",
                    peer,
                    "went on with a session that had been without a connection for longer than its window");
        }
        acknowledged(peer, welcome.getReceived());
        peers.link[peer] = Peers.ONLINE;
        run.wheel.cancel(peer);
        reading.caughtUp(peer);
        Map<Integer, Integer> numbers = stream.numbers();
        List<byte[]> again =
                stream.unacknowledged(frame -> numbers.isEmpty() ? frame : ClientWire.renumbered(frame, numbers));
        again.forEach(frame -> speaking.sendUnnumbered(peer, frame));
        stream.resumed(welcome.getResume(), cluster.node(peers.node[peer]).tag());
        connections.script().wentOn(peer);
    }

    /** The server has had so many frames. */
    void acknowledged(int peer, long received) {
        StreamState stream = peers.stream(peer);
        if (stream == null || !stream.acknowledgedByServer(received)) {
            run.find("acknowledged", peer, "the server acknowledged " + received + " frames, more than were sent");
        }
    }

    /** Counts a numbered frame of the server. */
    void numbered(int peer) {
        StreamState stream = peers.stream(peer);
        if (stream != null && stream.count() && peers.link[peer] == Peers.ONLINE) {
            speaking.sendUnnumbered(peer, ClientWire.ack(stream.acknowledge()));
        }
    }

    /** Acknowledges what those have had who have not said so for a while. */
    void acknowledge() {
        for (int peer = 0; peer < peers.count() && peers.isResuming(); peer++) {
            StreamState stream = peers.stream(peer);
            if (stream != null
                    && stream.isAckDue()
                    && peers.link[peer] == Peers.ONLINE
                    && peers.slow[peer] == Peers.READS_ALL) {
                speaking.sendUnnumbered(peer, ClientWire.ack(stream.acknowledge()));
            }
        }
    }
}
