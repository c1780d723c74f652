package io.roomcast.testkit.virtual;

import io.roomcast.CloseCode;
import io.roomcast.RoomcastException;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.scenario.Ending;
import io.roomcast.testkit.scenario.Misdeed;
import io.roomcast.testkit.scenario.Subprotocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The clients' connections: how they come and end, and what is sent over them. Belongs to the world's thread. */
final class Connections {

    /** How long a node may take for an answer before something is wrong: links are instant. */
    private static final int ANSWER_MILLIS = 60_000;

    private static final int LEAST_BACKOFF_MILLIS = 100;
    private static final int BACKOFF_MILLIS = 1000;

    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("virtual-peer.invalid", 1);
    private static final Subprotocol[] SUBPROTOCOLS = Subprotocol.values();
    private static final Handshake[] HANDSHAKES = handshakes();

    /** What a peer's connection ended with, in a signature. */
    private static final int CLOSED = 8;

    private final RunState run;
    private final Peers peers;
    private final VirtualCluster cluster;
    private final boolean allFramed;
    /** By behaviour: whether its clients have frames, because of what they do with them. */
    private final boolean[] framed;
    /** Of the peers that speak JSON; rooms keep their numbers from connection to connection. */
    private final Map<Integer, JsonWire> json = new HashMap<>();

    private Line.@Nullable Lines lines;
    private @Nullable Script script;

    Connections(RunState run, VirtualCluster cluster, Fidelity fidelity) {
        this.run = run;
        this.peers = run.peers;
        this.cluster = cluster;
        this.allFramed = fidelity == Fidelity.FRAMES;
        this.framed = new boolean[run.program.behaviours().size()];
        for (int behaviour = 0; behaviour < framed.length; behaviour++) {
            for (Misdeed misdeed : Misdeed.values()) {
                framed[behaviour] |=
                        misdeed.isOfFrames() && run.program.uses(behaviour, Opcode.MISBEHAVE, misdeed.ordinal());
            }
        }
    }

    private static Handshake[] handshakes() {
        Handshake[] all = new Handshake[SUBPROTOCOLS.length];
        for (Subprotocol each : SUBPROTOCOLS) {
            all[each.ordinal()] = Handshake.of("/roomcast", Map.of(), Map.of(), each.id());
        }
        return all;
    }

    VirtualCluster cluster() {
        return cluster;
    }

    /** Says who hears, and who is told what peers wait for; before anything else. */
    void begin(Line.Lines whoHears, Script whoIsTold) {
        lines = whoHears;
        script = whoIsTold;
    }

    Script script() {
        Script told = script;
        if (told == null) {
            throw new IllegalStateException("begin was not called");
        }
        return told;
    }

    // ---- connecting

    /** Connects; {@link Script#proceed} when it is welcomed. */
    void connect(int peer) {
        open(peer, Peers.ONLINE);
    }

    /** Connects and joins the rooms again in which it was; {@link Script#back} when it is in. */
    void comeBack(int peer) {
        open(peer, Peers.RETURNING);
    }

    private void open(int peer, byte link) {
        int nodes = cluster.nodes().size();
        VirtualNode node = cluster.place(1 + preferred(peer, nodes), run.dice.at(peer, peers.thrown[peer]));
        peers.thrown[peer] = run.dice.position();
        peers.connects[peer]++;
        Line line = node == null ? null : line(peer, node);
        if (node == null || line == null) {
            run.count(Count.CONNECTS_FAILED, peer);
            backOff(peer, BACKOFF_MILLIS);
            return;
        }
        StreamState stream = peers.stream(peer);
        run.count(Count.CONNECTS, peer);
        run.note(peer, "connects to node " + node.number());
        peers.connection[peer] = line;
        peers.link[peer] = link;
        if (peers.subprotocol[peer] == Subprotocol.JSON.ordinal()) {
            json.computeIfAbsent(peer, key -> new JsonWire());
        }
        boolean resumes = stream != null && !stream.token().isEmpty();
        sendUnnumbered(peer, ClientWire.hello((resumes ? VirtualNode.RESUMES : "") + peer, stream));
        alarm(peer, ANSWER_MILLIS);
    }

    private @Nullable Line line(int peer, VirtualNode node) {
        peers.node[peer] = (short) node.number();
        StreamState stream = peers.stream(peer);
        if (stream != null && run.tampered && stream.isElsewhere(node.tag())) {
            stream.begin("", "", 0);
            loseSession(peer, true);
        }
        Line.Lines whoHears = lines;
        if (whoHears == null) {
            throw new IllegalStateException("begin was not called");
        }
        try {
            return Line.open(
                    node.transport(),
                    allFramed || framed[peers.behaviour[peer]],
                    ADDRESS,
                    HANDSHAKES[peers.subprotocol[peer]],
                    whoHears,
                    peer,
                    peers.connects[peer]);
        } catch (RoomcastException refused) {
            return null;
        }
    }

    /** Returns where a balancer sends a peer, from 0: first evenly, later anywhere, but often to where its session is. */
    private int preferred(int peer, int nodes) {
        if (peers.connects[peer] == 0) {
            return peer % nodes;
        }
        Dice dice = run.dice.at(peer, peers.thrown[peer]);
        int anywhere = (int) dice.below(nodes);
        int chosen = peers.isResuming() && peers.node[peer] > 0 && dice.below(4) > 0 ? peers.node[peer] - 1 : anywhere;
        peers.thrown[peer] = dice.position();
        return chosen;
    }

    private void backOff(int peer, int most) {
        // Before the first welcome there is nothing to come back to, and the alarm that waited for it is over.
        peers.link[peer] = Peers.BACKING_OFF;
        run.dice.at(peer, peers.thrown[peer]);
        alarm(peer, LEAST_BACKOFF_MILLIS + (int) run.dice.below(most));
        peers.thrown[peer] = run.dice.position();
    }

    /** The alarm of a peer went off that is on its way back. */
    void alarmOnTheWayBack(int peer) {
        if (peers.link[peer] != Peers.BACKING_OFF) {
            run.find("unanswered", peer, "its hello or join was not answered within " + ANSWER_MILLIS + " ms");
            giveUp(peer);
        }
        open(peer, Peers.RETURNING);
    }

    /** A peer waits for an answer that does not come. */
    void unanswered(int peer) {
        run.find("unanswered", peer, "its hello, join, leave or wish was not answered within " + ANSWER_MILLIS + " ms");
        Line line = peers.connection[peer];
        if (line != null) {
            line.cut();
        }
    }

    private void alarm(int peer, int inMillis) {
        run.wheel.cancel(peer);
        run.wheel.set(peer, run.millis() + inMillis);
    }

    /** Starts to wait for an answer of the server on the way back. */
    void awaitAnswer(int peer) {
        alarm(peer, ANSWER_MILLIS);
    }

    /** Starts to wait for an answer of the server. */
    void await(int peer, byte what) {
        peers.waiting[peer] = what;
        if (peers.link[peer] == Peers.ONLINE && run.wheel.due(peer) == PeerWheel.NEVER) {
            run.wheel.set(peer, run.millis() + ANSWER_MILLIS);
        }
    }

    // ---- ending

    /** Ends the connection as the peer wants it. */
    void end(int peer, Ending ending) {
        Line line = peers.connection[peer];
        if (line != null) {
            switch (ending) {
                case CLOSE -> {
                    run.note(peer, "closes its connection");
                    line.close(CloseCode.GOING_AWAY, "");
                }
                case ABRUPT -> {
                    run.note(peer, "cuts its connection");
                    line.cut();
                }
                case RESET -> {
                    run.note(peer, "resets its connection");
                    line.reset();
                }
                case HALF_OPEN -> {
                    // The server is not told.
                    run.note(peer, "vanishes");
                    line.stall();
                }
            }
        }
        forget(peer, ending != Ending.CLOSE, ending != Ending.HALF_OPEN);
    }

    /** Ends the connection of a peer that does not come back to its rooms. */
    void endForGood(int peer) {
        Line line = peers.connection[peer];
        if (line != null) {
            line.cut();
        }
        forget(peer, false, true);
    }

    private void giveUp(int peer) {
        Line line = peers.connection[peer];
        if (line != null) {
            line.cut();
        }
        forget(peer, true, true);
    }

    private void forget(int peer, boolean keepRooms, boolean told) {
        StreamState stream = peers.stream(peer);
        if (keepRooms && stream != null && !stream.token().isEmpty()) {
            // As long as nothing else is known the session goes on, and so does what is owed to it.
            stream.lost(run.millis(), told);
            peers.connection[peer] = null;
            peers.link[peer] = Peers.OFFLINE;
            peers.slow[peer] = 0;
            slow(peer);
            return;
        }
        if (stream != null) {
            stream.begin("", "", 0);
        }
        loseSession(peer, keepRooms);
    }

    /** The session is lost: what was owed to it is not owed any more. */
    void loseSession(int peer, boolean keepRooms) {
        peers.connection[peer] = null;
        peers.link[peer] = Peers.OFFLINE;
        peers.slow[peer] = 0;
        run.sends.gone(peer);
        for (int slot = 0; slot < peers.slots; slot++) {
            int membership = peers.membership(peer, slot);
            byte was = peers.room[membership];
            if (was == Peers.IN || was == Peers.JOINING || was == Peers.LEAVING) {
                peers.expectedFrom[membership] -= run.oracle.arrivedIn(membership);
                run.oracle.out(membership);
            }
            peers.room[membership] = keepRooms && was != Peers.OUT && was != Peers.LEAVING ? Peers.AWAY : Peers.OUT;
        }
    }

    /** The connection has ended, and not because the peer wanted it. */
    void lost(int peer, int code) {
        run.sign(peer, CLOSED, 0, code);
        int due = run.wheel.due(peer);
        run.wheel.cancel(peer);
        byte was = peers.link[peer];
        if (peers.waiting[peer] == Peers.SERVER_CLOSES) {
            forget(peer, false, true);
            script().closed(peer, code);
            return;
        }
        forget(peer, true, true);
        run.count(Count.CONNECTIONS_LOST, peer);
        if (was == Peers.ONLINE) {
            peers.savedDue[peer] = due;
        }
        backOff(peer, BACKOFF_MILLIS);
    }

    // ---- sending

    /** Sends a frame that has a number. */
    void send(int peer, byte[] bytes) {
        send(peer, bytes, bytes);
    }

    /** Sends a frame that has a number. @param again how it is said when it has to be said again, perhaps to another node */
    void send(int peer, byte[] bytes, byte[] again) {
        StreamState stream = peers.stream(peer);
        if (stream != null) {
            stream.keep(again);
        }
        sendUnnumbered(peer, bytes);
    }

    /** Sends a frame without a number, or one again. */
    void sendUnnumbered(int peer, byte[] batch) {
        JsonWire text = jsonOf(peer);
        byte[] bytes = batch;
        if (text != null) {
            try {
                bytes = text.write(batch);
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        run.count(Count.BYTES_SENT, peer, bytes.length);
        run.events++;
        Line.of(peers.connection[peer]).send(text == null ? MessageType.BINARY : MessageType.TEXT, bytes);
    }

    /** Returns what a peer reads and writes JSON with, null if it speaks protobuf. */
    @Nullable
    JsonWire jsonOf(int peer) {
        return peers.subprotocol[peer] == Subprotocol.JSON.ordinal() ? json.get(peer) : null;
    }

    /** Sends bytes that may be nonsense. @param asItShouldBe whether under the type of its subprotocol */
    void sendBytes(int peer, byte[] bytes, boolean asItShouldBe) {
        boolean text = jsonOf(peer) != null;
        Line.of(peers.connection[peer]).send(text == asItShouldBe ? MessageType.TEXT : MessageType.BINARY, bytes);
    }

    /** Sends a frame in WebSocket frames that are not as usual. */
    void sendAs(Misdeed misdeed, int peer, byte[] batch) {
        JsonWire text = jsonOf(peer);
        try {
            Line.of(peers.connection[peer])
                    .sendAs(
                            misdeed,
                            text == null ? MessageType.BINARY : MessageType.TEXT,
                            text == null ? batch : text.write(batch));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    // ---- reading

    /** Stops reading, or reads again. */
    void stall(int peer, boolean stalled) {
        Line line = peers.connection[peer];
        if (line == null) {
            return;
        }
        if (stalled) {
            slow(peer);
            line.stall();
        } else {
            line.resume();
        }
    }

    /** Answers no ping from now on. */
    void fallSilent(int peer) {
        Line line = peers.connection[peer];
        if (line != null) {
            slow(peer);
            line.mute();
        }
    }

    private void slow(int peer) {
        for (int slot = 0; slot < peers.slots; slot++) {
            run.oracle.slow(peers.membership(peer, slot));
        }
    }

    /** A peer reads all that comes, from now on. */
    void awake(int peer) {
        for (int slot = 0; slot < peers.slots; slot++) {
            run.oracle.awake(peers.membership(peer, slot));
        }
    }
}
