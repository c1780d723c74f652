package io.roomcast.testkit.virtual;

import static java.util.Objects.requireNonNull;

import io.roomcast.CloseCode;
import io.roomcast.ErrorCode;
import io.roomcast.RoomcastException;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.transport.memory.MemoryClient;
import io.roomcast.runtime.wire.proto.Error;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Moved;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Route;
import io.roomcast.runtime.wire.proto.Welcome;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.serve.CountingRoom;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The clients' connections: what they say and hear, and how they come back when one is lost. What a client waits for it tells its {@link Script}. Belongs to the
 * world's thread.
 */
final class Clients implements ClientWire.Reader {

    /** How long a node may take for an answer before something is wrong: links are instant. */
    private static final int ANSWER_MILLIS = 60_000;

    private static final int LEAST_BACKOFF_MILLIS = 100;
    private static final int BACKOFF_MILLIS = 1000;

    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("virtual-peer.invalid", 1);
    private static final Handshake HANDSHAKE = Handshake.of("/roomcast", Map.of(), Map.of(), "roomcast.v1.protobuf");

    private static final int WELCOMED = 1;
    private static final int GOT = 2;
    private static final int WAS_JOINED = 3;
    private static final int WAS_LEFT = 4;
    private static final int MISSED = 5;
    private static final int TOLD_ERROR = 6;
    private static final int REPLIED = 7;
    private static final int CLOSED = 8;

    private final RunState run;
    private final Peers peers;
    private final VirtualCluster cluster;
    private Script script = Script.NONE;
    /** The connection that is being read from. */
    private @Nullable Line heard;

    /** What a peer does next. */
    interface Script {

        Script NONE = new Script() {
            @Override
            public void proceed(int peer) {}

            @Override
            public void arrived(int peer, int membership) {}

            @Override
            public void back(int peer) {}

            @Override
            public void wentOn(int peer) {}

            @Override
            public void closed(int peer, int code) {}

            @Override
            public void readSlowly(int peer, int bytes) {}
        };

        /** What it waited for has happened. */
        void proceed(int peer);

        /** A message came in one of its rooms. */
        void arrived(int peer, int membership);

        /** It lost its session, and is online and in its rooms again with another. */
        void back(int peer);

        /** It lost its connection, and its session goes on over another. */
        void wentOn(int peer);

        /** The server closed the connection, and the peer had waited for that. */
        void closed(int peer, int code);

        /** One that reads slowly has read so much. */
        void readSlowly(int peer, int bytes);
    }

    Clients(RunState run, VirtualCluster cluster) {
        this.run = run;
        this.peers = run.peers;
        this.cluster = cluster;
    }

    VirtualCluster cluster() {
        return cluster;
    }

    void follow(Script steps) {
        script = steps;
    }

    /** One connection of a peer. What comes of it after it is given up is not heard. */
    private final class Line implements MemoryClient.Listener {

        private final int peer;
        private final short number;

        Line(int peer, short number) {
            this.peer = peer;
            this.number = number;
        }

        private boolean isGivenUp() {
            return peers.connects[peer] != number || peers.link[peer] == Peers.OFFLINE;
        }

        @Override
        public void onMessage(MessageType type, byte[] payload) {
            if (isGivenUp()) {
                return;
            }
            run.count(Count.BYTES_RECEIVED, peer, payload.length);
            heard = this;
            try {
                ClientWire.read(peer, payload, Clients.this);
            } catch (IOException | IndexOutOfBoundsException malformed) {
                run.find("malformed", peer, "the server sent what is no batch: " + malformed.getMessage());
            }
            if (peers.slow[peer] != 0 && !isGivenUp()) {
                script.readSlowly(peer, payload.length);
            }
        }

        @Override
        public void onClosed(int code, String reason) {
            if (!isGivenUp()) {
                run.note(peer, "is closed with " + code + " " + reason);
                lost(peer, code);
            }
        }
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
        if (node == null) {
            run.count(Count.CONNECTS_FAILED, peer);
            backOff(peer, BACKOFF_MILLIS);
            return;
        }
        peers.node[peer] = (short) node.number();
        StreamState stream = peers.stream(peer);
        if (stream != null && run.tampered && stream.isElsewhere(node.tag())) {
            stream.begin("", "", 0);
            loseSession(peer, true);
        }
        MemoryClient client;
        try {
            client = node.transport().connect(ADDRESS, HANDSHAKE, new Line(peer, peers.connects[peer]));
        } catch (RoomcastException refused) {
            run.count(Count.CONNECTS_FAILED, peer);
            backOff(peer, BACKOFF_MILLIS);
            return;
        }
        run.count(Count.CONNECTS, peer);
        run.note(peer, "connects to node " + node.number());
        peers.connection[peer] = client;
        peers.link[peer] = link;
        boolean resumes = stream != null && !stream.token().isEmpty();
        sendUnnumbered(peer, ClientWire.hello((resumes ? VirtualNode.RESUMES : "") + peer, stream));
        alarm(peer, ANSWER_MILLIS);
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
        run.find("unanswered", peer, "its hello, join or leave was not answered within " + ANSWER_MILLIS + " ms");
        MemoryClient client = peers.connection[peer];
        if (client != null) {
            client.cut();
        }
    }

    private void alarm(int peer, int inMillis) {
        run.wheel.cancel(peer);
        run.wheel.set(peer, run.millis() + inMillis);
    }

    /** Starts to wait for an answer of the server. */
    void await(int peer, byte what) {
        peers.waiting[peer] = what;
        if (peers.link[peer] == Peers.ONLINE && run.wheel.due(peer) == PeerWheel.NEVER) {
            run.wheel.set(peer, run.millis() + ANSWER_MILLIS);
        }
    }

    // ---- ending

    /** Closes the connection as a page does that is left, or loses it. */
    void end(int peer, boolean inOrder, boolean keepRooms) {
        MemoryClient client = peers.connection[peer];
        if (client != null) {
            run.note(peer, inOrder ? "closes its connection" : "cuts its connection");
            if (inOrder) {
                client.close(CloseCode.GOING_AWAY, "");
            } else {
                client.cut();
            }
        }
        forget(peer, keepRooms, true);
    }

    /** Is gone, without the server being told. */
    void vanish(int peer) {
        MemoryClient client = peers.connection[peer];
        if (client != null) {
            run.note(peer, "vanishes");
            client.stall();
        }
        forget(peer, true, false);
    }

    private void giveUp(int peer) {
        MemoryClient client = peers.connection[peer];
        if (client != null) {
            client.cut();
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
            for (int slot = 0; slot < peers.slots; slot++) {
                run.oracle.slow(peers.membership(peer, slot));
            }
            return;
        }
        if (stream != null) {
            stream.begin("", "", 0);
        }
        loseSession(peer, keepRooms);
    }

    private void loseSession(int peer, boolean keepRooms) {
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
            script.closed(peer, code);
            return;
        }
        forget(peer, true, true);
        run.count(Count.CONNECTIONS_LOST, peer);
        if (was == Peers.ONLINE) {
            peers.savedDue[peer] = due;
        }
        backOff(peer, BACKOFF_MILLIS);
    }

    // ---- rooms

    /** Asks to join; {@link Script#proceed} when it is in, or refused. */
    void join(int peer, int slot, int room) {
        int membership = peers.membership(peer, slot);
        peers.roomNumber[membership] = room;
        peers.expectedFrom[membership] = 0;
        ask(peer, slot);
    }

    private void ask(int peer, int slot) {
        int membership = peers.membership(peer, slot);
        int room = peers.roomNumber[membership];
        peers.room[membership] = Peers.JOINING;
        peers.route[membership] = 0;
        peers.told[membership] = 0;
        peers.wireNumber[membership] = 0;
        run.oracle.joining(membership, room, peers.node[peer]);
        send(peer, ClientWire.join(run.rooms.name(room), slot + 1));
    }

    /** Asks to leave; {@link Script#proceed} when it is out. */
    void leave(int peer, int slot) {
        int membership = peers.membership(peer, slot);
        peers.room[membership] = Peers.LEAVING;
        run.oracle.leaving(membership);
        send(peer, ClientWire.leave(peers.wireNumber[membership], slot + 1));
    }

    private void rejoin(int peer) {
        for (int slot = 0; slot < peers.slots; slot++) {
            if (peers.room[peers.membership(peer, slot)] == Peers.AWAY) {
                peers.link[peer] = Peers.REJOINING;
                alarm(peer, ANSWER_MILLIS);
                ask(peer, slot);
                return;
            }
        }
        peers.link[peer] = Peers.ONLINE;
        run.wheel.cancel(peer);
        script.back(peer);
    }

    /** Something was answered for which the peer waits. */
    private void answered(int peer, byte what) {
        if (peers.link[peer] == Peers.REJOINING) {
            rejoin(peer);
        } else if (peers.link[peer] == Peers.RETURNING) {
            // Among what it had missed; it goes on when it is welcomed.
            if (peers.waiting[peer] == what) {
                peers.waiting[peer] = Peers.ANSWERED;
            }
        } else if (peers.waiting[peer] == what) {
            run.wheel.cancel(peer);
            script.proceed(peer);
        }
    }

    // ---- sending

    /** Sends a frame that has a number. */
    void send(int peer, byte[] bytes) {
        StreamState stream = peers.stream(peer);
        if (stream != null) {
            stream.keep(bytes);
        }
        sendUnnumbered(peer, bytes);
    }

    /** Sends a frame without a number, or nonsense. */
    void sendUnnumbered(int peer, byte[] bytes) {
        run.count(Count.BYTES_SENT, peer, bytes.length);
        run.events++;
        requireNonNull(peers.connection[peer]).send(MessageType.BINARY, bytes);
    }

    /** Sends something under the wrong type. */
    void sendText(int peer, byte[] bytes) {
        requireNonNull(peers.connection[peer]).send(MessageType.TEXT, bytes);
    }

    /** Acknowledges what those have had who have not said so for a while. */
    void acknowledge() {
        for (int peer = 0; peer < peers.count() && peers.isResuming(); peer++) {
            StreamState stream = peers.stream(peer);
            if (stream != null && stream.isAckDue() && peers.link[peer] == Peers.ONLINE && peers.slow[peer] == 0) {
                sendUnnumbered(peer, ClientWire.ack(stream.acknowledge()));
            }
        }
    }

    /** Counts a numbered frame of the server. */
    private void numbered(int peer) {
        StreamState stream = peers.stream(peer);
        if (stream != null && stream.count() && peers.link[peer] == Peers.ONLINE) {
            sendUnnumbered(peer, ClientWire.ack(stream.acknowledge()));
        }
    }

    /** Stops reading, or reads again. */
    void stall(int peer, boolean stalled) {
        MemoryClient client = peers.connection[peer];
        if (client == null) {
            return;
        }
        if (stalled) {
            for (int slot = 0; slot < peers.slots; slot++) {
                run.oracle.slow(peers.membership(peer, slot));
            }
            client.stall();
        } else {
            client.resume();
        }
    }

    // ---- receiving

    @Override
    public boolean reads() {
        // In the middle of a batch a peer may have gone on, and ended its connection.
        return heard != null && !heard.isGivenUp();
    }

    @Override
    public void data(int peer, int route, byte[] bytes, int offset, int length) {
        run.events++;
        numbered(peer);
        StreamState stream = peers.stream(peer);
        StreamState.Meaning own = stream == null ? null : stream.meaning(route);
        VirtualNode node = cluster.node(peers.routesOf[peer]);
        int room = own != null ? own.room() : node.roomOfRoute(route);
        int membership = room < 0 ? -1 : peers.find(peer, room, 1 << Peers.IN | 1 << Peers.LEAVING);
        if (membership < 0) {
            run.find("unexpected", peer, "got a message on route " + route + ", which is of no room that it is in");
            return;
        }
        int event = own != null ? own.event() : node.eventOfRoute(route);
        if (event >= 0 && (peers.told[membership] >>> event & 1) == 0) {
            run.find("unexpected", peer, "got a message on route " + route + ", of which it was never told");
        }
        message(peer, membership, bytes, offset, length);
    }

    private void message(int peer, int membership, byte[] bytes, int offset, int length) {
        run.count(Count.MESSAGES_RECEIVED, peer);
        run.received++;
        if (length < Stamp.BYTES) {
            // Of the handler's own.
            return;
        }
        ByteBuffer payload = ByteBuffer.wrap(bytes);
        int from = Stamp.sender(payload, offset);
        int number = Stamp.serial(payload, offset);
        run.sign(peer, GOT, from, number);
        long took = run.world.nanos() - Stamp.planned(payload, offset);
        run.tally.record(Metric.DELIVERY, peers.node[peer], run.phase, took);
        run.ofThisSecond.recordValue(took);
        run.tally.record(Metric.PAYLOAD, peers.node[peer], run.phase, length);
        run.oracle.received(membership, from, number);
        script.arrived(peer, membership);
    }

    @Override
    public void frame(int peer, Frame frame) {
        run.events++;
        switch (frame.getBodyCase()) {
            case WELCOME, ACK, PING, PONG, GO_AWAY -> {}
            case ERROR -> {
                if (!frame.getError().getTerminal()) {
                    numbered(peer);
                }
            }
            default -> numbered(peer);
        }
        switch (frame.getBodyCase()) {
            case WELCOME -> welcome(peer, frame.getWelcome());
            case MOVED -> moved(peer, frame.getMoved());
            case ACK -> acknowledged(peer, frame.getAck().getReceived());
            case JOINED -> joined(peer, frame.getJoined());
            case LEFT -> left(peer, frame.getLeft().getRoom());
            case ROUTE -> route(peer, frame.getRoute());
            case MESSAGE -> message(peer, frame.getMessage());
            case GAP -> gap(peer, frame.getGap().getRoom(), frame.getGap().getMissed());
            case ERROR -> error(peer, frame.getError());
            case REPLY -> reply(peer, frame.getReply());
            case GO_AWAY -> run.count(Count.GO_AWAYS, peer);
            default -> run.sign(peer, frame.getBodyCase().getNumber(), 0, 0);
        }
    }

    private void welcome(int peer, Welcome welcome) {
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
            boolean lostSession = !stream.token().isEmpty();
            String node = cluster.node(peers.node[peer]).tag();
            if (lostSession) {
                run.count(Count.RESUMES_FAILED, peer);
                if (stream.shouldGoOn(node, run.millis())) {
                    run.find(
                            "not-resumed",
                            peer,
                            "came back in time to the node that had its session, and got a new one");
                }
                anew(peer);
            }
            stream.begin(welcome.getResume(), node, welcome.getResumeWindowMs());
        }
        if (peers.link[peer] == Peers.RETURNING) {
            rejoin(peer);
        } else {
            run.record(Metric.CONNECT, peer, peers.planned[peer]);
            answered(peer, Peers.WELCOME);
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
        Map<Integer, Integer> numbers = stream.numbers();
        List<byte[]> again =
                stream.unacknowledged(frame -> numbers.isEmpty() ? frame : ClientWire.renumbered(frame, numbers));
        again.forEach(frame -> sendUnnumbered(peer, frame));
        stream.resumed(welcome.getResume(), cluster.node(peers.node[peer]).tag());
        script.wentOn(peer);
    }

    private void acknowledged(int peer, long received) {
        StreamState stream = peers.stream(peer);
        if (stream == null || !stream.acknowledgedByServer(received)) {
            run.find("acknowledged", peer, "the server acknowledged " + received + " frames, more than were sent");
        }
    }

    /** The session is lost: what was owed to it is not owed any more. */
    private void anew(int peer) {
        MemoryClient client = peers.connection[peer];
        byte link = peers.link[peer];
        loseSession(peer, true);
        peers.connection[peer] = client;
        peers.link[peer] = link;
    }

    private void joined(int peer, Joined joined) {
        int room = run.rooms.number(joined.getRoom());
        int membership = peers.find(peer, room, 1 << Peers.JOINING);
        run.sign(peer, WAS_JOINED, room, joined.getSnapshot().size());
        if (membership < 0) {
            run.find(
                    "unexpected",
                    peer,
                    "was told that it is in room " + joined.getRoom() + ", which it had not asked for");
            return;
        }
        peers.room[membership] = Peers.IN;
        peers.wireNumber[membership] = joined.getNumber();
        if (peers.keepsSnapshots() && joined.getSnapshot().size() == CountingRoom.SNAPSHOT_BYTES) {
            ByteBuffer snapshot = joined.getSnapshot().asReadOnlyByteBuffer();
            peers.snapshotCount[membership] = snapshot.getInt();
            peers.snapshotFingerprint[membership] = snapshot.getLong();
        }
        joined.getRoutesList().forEach(route -> define(peer, membership, route.getRoute(), route.getEvent()));
        run.oracle.joined(membership);
        run.count(Count.JOINS, peer);
        if (peers.link[peer] == Peers.ONLINE) {
            run.record(Metric.JOIN, peer, peers.planned[peer]);
        }
        answered(peer, Peers.JOINED);
    }

    /** The session is on another node now, and this room has other numbers there. */
    private void moved(int peer, Moved moved) {
        int room = run.rooms.number(moved.getRoom());
        int membership = peers.find(peer, room, 1 << Peers.JOINING | 1 << Peers.IN | 1 << Peers.LEAVING);
        StreamState stream = peers.stream(peer);
        if (membership < 0 || stream == null) {
            run.find("unexpected", peer, "was told the number of room " + moved.getRoom() + ", in which it is not");
            return;
        }
        run.note(peer, "goes on in " + moved.getRoom() + " on node " + peers.node[peer]);
        stream.moved(membership, room, peers.wireNumber[membership], moved.getNumber());
        peers.wireNumber[membership] = moved.getNumber();
        peers.route[membership] = 0;
        peers.told[membership] = 0;
        run.oracle.moved(membership, peers.node[peer]);
        moved.getRoutesList().forEach(route -> define(peer, membership, route.getRoute(), route.getEvent()));
    }

    private void left(int peer, int number) {
        int membership = peers.findByWireNumber(peer, number);
        run.sign(peer, WAS_LEFT, 0, 0);
        if (membership < 0) {
            run.find("unexpected", peer, "was told that it left a room that it is not in");
            return;
        }
        boolean asked = peers.room[membership] == Peers.LEAVING;
        run.oracle.out(membership);
        peers.room[membership] = Peers.OUT;
        run.count(Count.LEAVES, peer);
        if (asked) {
            answered(peer, Peers.LEFT);
        }
    }

    private void route(int peer, Route route) {
        int membership = peers.findByWireNumber(peer, route.getRoom());
        if (membership < 0) {
            run.find("unexpected", peer, "was told of a route of a room that it is not in");
        } else {
            define(peer, membership, route.getRoute(), route.getEvent());
        }
    }

    private void define(int peer, int membership, int route, String name) {
        int event = run.program.events().indexOf(name);
        StreamState stream = peers.stream(peer);
        if (stream != null && stream.hasMoved()) {
            // What comes now may have been made on any of the nodes that the session was on.
            stream.define(route, peers.roomNumber[membership], event);
        } else {
            cluster.node(peers.routesOf[peer]).defineRoute(route, peers.roomNumber[membership], event);
        }
        if (event >= 0) {
            peers.told[membership] |= 1 << event;
            peers.route[membership] = route;
        }
    }

    private void message(int peer, Message message) {
        int membership = peers.findByWireNumber(peer, message.getRoom());
        if (membership < 0) {
            run.find("unexpected", peer, "got a message of a room that it is not in");
            return;
        }
        byte[] payload = message.getPayload().toByteArray();
        message(peer, membership, payload, 0, payload.length);
    }

    private void gap(int peer, int number, long missed) {
        run.sign(peer, MISSED, 0, (int) missed);
        run.count(Count.GAPS, peer);
        run.count(Count.MESSAGES_MISSED, peer, missed);
        int membership = peers.findByWireNumber(peer, number);
        if (membership < 0) {
            run.find("unexpected", peer, "was told of missed messages of a room that it is not in");
        } else {
            run.oracle.gap(membership, missed);
        }
    }

    private void error(int peer, Error error) {
        run.sign(peer, TOLD_ERROR, error.getRef(), error.getCode());
        run.count(Count.ERRORS, peer);
        run.note(peer, "is told error " + error.getCode() + " " + error.getText());
        if (error.getTerminal() || error.getRef() == 0 || error.getRef() > peers.slots) {
            return;
        }
        int membership = peers.membership(peer, error.getRef() - 1);
        if (peers.room[membership] == Peers.JOINING) {
            if (error.getCode() == ErrorCode.NODE_STOPPING) {
                // Its connection ends in a moment; it asks again elsewhere.
                return;
            }
            run.oracle.out(membership);
            peers.room[membership] = Peers.OUT;
            run.count(Count.JOINS_REFUSED, peer);
            answered(peer, Peers.JOINED);
        } else if (peers.room[membership] == Peers.LEAVING) {
            run.oracle.out(membership);
            peers.room[membership] = Peers.OUT;
            answered(peer, Peers.LEFT);
        }
    }

    private void reply(int peer, Reply reply) {
        run.sign(peer, REPLIED, reply.getCode(), reply.getId());
        if (peers.waiting[peer] != Peers.REPLY || reply.getId() != peers.serial[peer]) {
            run.find("unexpected", peer, "got a reply to request " + reply.getId() + ", which was not open");
            return;
        }
        run.received++;
        run.count(reply.getCode() == 0 ? Count.REPLIES : Count.REQUESTS_REFUSED, peer);
        run.record(Metric.REQUEST, peer, peers.planned[peer]);
        answered(peer, Peers.REPLY);
    }

    /** Returns somebody else in a room, or the peer itself when it is alone. */
    int fellow(int peer, int room) {
        int members = run.oracle.members(room);
        Dice dice = run.dice.at(peer, peers.thrown[peer]);
        int chosen = peer;
        for (int tries = 0; tries < 8 && chosen == peer && members > 1; tries++) {
            int membership = run.oracle.member(room, (int) dice.below(members));
            if (run.oracle.isIn(membership) && idOf(membership / peers.slots) != null) {
                chosen = membership / peers.slots;
            }
        }
        peers.thrown[peer] = dice.position();
        return chosen;
    }

    /** Returns the id of a peer's session, null before it has one. */
    @Nullable
    String idOf(int peer) {
        return peers.id[peer];
    }
}
