package io.roomcast.redis.crash;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.roomcast.ErrorCode;
import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Batch;
import io.roomcast.runtime.wire.proto.Cancel;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Ping;
import io.roomcast.runtime.wire.proto.Position;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Request;
import io.roomcast.runtime.wire.proto.Route;
import io.roomcast.runtime.wire.proto.Welcome;
import io.roomcast.testkit.scenario.Subprotocol;
import io.roomcast.testkit.socket.ClientSocket;
import io.roomcast.testkit.socket.Ending;
import io.roomcast.testkit.socket.SocketLoop;
import io.roomcast.testkit.socket.SocketOptions;
import io.roomcast.testkit.socket.Timer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A client that comes back, written from {@code docs/protocol.md}. It is in both rooms, publishes in both, one message after the other, and waits
 * for each to be acknowledged. When its connection breaks or is silent it goes to another node: it resumes its session, or joins again from its place
 * in the history. It tells the ledger what it gets. Belongs to the thread of its loop.
 */
final class Traveller {

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long OPENS_WITHIN = TimeUnit.SECONDS.toNanos(3);
    /** A node that asks a dead one for a session gives up after 6 s. */
    private static final long WELCOMED_WITHIN = TimeUnit.SECONDS.toNanos(10);

    private static final long PING_EVERY = TimeUnit.SECONDS.toNanos(1);
    private static final long ACK_WITHIN = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int ACK_FRAMES = 64;
    private static final int LEAST_PAUSE_MILLIS = 150;
    private static final int MOST_PAUSE_MILLIS = 350;

    private final int number;
    private final SocketLoop loop;
    private final UnaryOperator<@Nullable NodeProcess> road;
    private final Ledger ledger;
    private final Ledger.Ear ear;
    private final Tally tally;
    private final Random random;
    private final long patience;

    // ---- the connection
    private @Nullable Wire wire;
    private @Nullable NodeProcess next;
    private boolean welcomed;
    private long since;
    private long heardAt;
    private long pingedAt;
    private boolean finished;

    // ---- the session
    private String peer = "";
    private String token = "";
    private int attempts;
    private long received;
    private long acknowledged;
    private long oweSince;
    private long sent;
    private final Deque<Sending> unacknowledged = new ArrayDeque<>();
    /** The nodes that had to do with the session since it was last welcomed. */
    private final Set<NodeProcess> involved = new HashSet<>();

    private final Map<String, Integer> rooms = new HashMap<>();
    private final Map<Integer, Meaning> routes = new HashMap<>();

    // ---- its place in the history, which outlives sessions
    private String formerPeer = "";
    private String epoch = "";
    private long offset;

    // ---- what it says
    private boolean speaks;
    private final Map<Integer, Question> open = new HashMap<>();
    private int lastRequest;
    private int lastEntry;
    private @Nullable String entry;
    private long entryDue;
    private int connections;
    private int lastSaid;
    private long sayDue;
    private @Nullable Set<String> census;

    /** A numbered frame, which is encoded anew for each connection: rooms have other numbers there. */
    private interface Sending {
        Frame.Builder encode();
    }

    /** Takes the answer to a request. @param code 0 for a good one */
    private interface Question {
        void answered(int code, String text);
    }

    private record Meaning(String room, boolean history) {}

    /** What all travellers have seen, for people. */
    static final class Tally {
        int resumedHere;
        int resumedElsewhere;
        int newSessions;
        int recoveredEntries;
        int gaps;
        int notKnown;
    }

    /**
     * @param road gives the node to go to, for the one to avoid
     * @param patience how long its node may be silent, in nanoseconds
     */
    Traveller(
            int number,
            SocketLoop loop,
            UnaryOperator<@Nullable NodeProcess> road,
            Ledger ledger,
            Tally tally,
            Random random,
            long patience) {
        this.number = number;
        this.loop = loop;
        this.road = road;
        this.ledger = ledger;
        this.ear = ledger.ear("client " + number);
        this.tally = tally;
        this.random = random;
        this.patience = patience;
    }

    // ---- for the test

    void begin() {
        loop.schedule(tick, loop.nanos() + TICK);
        connect(null);
    }

    /** Says something now and then from now on, or no more. */
    void speak(boolean now) {
        speaks = now;
    }

    /** Leaves its node for another, without a word. */
    void moveTo(NodeProcess node) {
        next = node;
        lose();
    }

    /** Leaves for good. */
    void finish() {
        finished = true;
        Wire current = wire;
        if (current != null && current.socket != null) {
            current.socket.close(1000);
        }
    }

    /** Returns whether it is welcomed, and in both rooms. */
    boolean isSettled() {
        return welcomed && rooms.size() == 2;
    }

    /** Returns whether everything that it said has been answered. */
    boolean isAnswered() {
        return isSettled() && open.isEmpty() && entry == null;
    }

    /** Returns whether its session lives on this node. */
    boolean isOn(NodeProcess node) {
        Wire current = wire;
        return welcomed && current != null && current.node == node;
    }

    String peer() {
        return peer;
    }

    long offset() {
        return offset;
    }

    boolean hasHeardLastOf(Traveller other) {
        return other.lastSaid == 0 || ear.hasHeard(other.voice(), other.lastSaid);
    }

    /** Says one more thing in the room without history. */
    void sayLast() {
        say();
    }

    /** Asks its node for the ids of all peers. */
    void askWho() {
        census = null;
        ask(NodeProgram.PLAIN, CensusRoom.WHO, "", (code, text) -> {
            if (code == 0) {
                census = Set.of(text.split(" "));
            }
        });
    }

    /** Whatever it was told of all peers is old. */
    void forgetCensus() {
        census = null;
    }

    /** Returns the answer, null if there is none yet. */
    @Nullable
    Set<String> census() {
        return census;
    }

    @Override
    public String toString() {
        Wire current = wire;
        return "client " + number + " on " + (current == null ? "no node" : current.node)
                + (welcomed ? "" : ", not welcomed") + ", rooms " + rooms.keySet() + ", open " + open.size() + ", at "
                + offset;
    }

    // ---- its connection

    private void connect(@Nullable NodeProcess left) {
        NodeProcess node = next != null && next.isListening() ? next : road.apply(left);
        next = null;
        since = loop.nanos();
        if (node == null) {
            // None is there yet; the tick looks again.
            return;
        }
        Wire begun = new Wire(node);
        wire = begun;
        begun.socket = loop.connect(node.target(), SocketOptions.of(Subprotocol.PROTOBUF.id()), begun);
    }

    private void lose() {
        Wire current = wire;
        if (current != null && current.socket != null) {
            current.socket.cut();
        }
    }

    private final Timer tick = new Timer() {
        @Override
        protected void fire(long dueNanos) {
            if (!finished) {
                look(loop.nanos());
                loop.schedule(this, loop.nanos() + TICK);
            }
        }
    };

    private void look(long now) {
        Wire current = wire;
        if (current == null) {
            connect(null);
        } else if (!welcomed) {
            boolean open = current.opened;
            if (now - since > (open ? WELCOMED_WITHIN : OPENS_WITHIN)) {
                current.overdue(open ? "welcomes nobody" : "opens no connection");
            }
        } else if (now - heardAt > patience) {
            current.overdue("is silent");
        } else {
            if (now - pingedAt > PING_EVERY) {
                pingedAt = now;
                write(Frame.newBuilder().setPing(Ping.newBuilder().setRef(1)));
            }
            if (received > acknowledged && now - oweSince > ACK_WITHIN) {
                acknowledge();
            }
            speakIfDue(now);
        }
    }

    /** Hears one connection; a later one has another. */
    private final class Wire implements ClientSocket.Listener {

        private final NodeProcess node;
        private @Nullable ClientSocket socket;
        private boolean opened;

        Wire(NodeProcess node) {
            this.node = node;
        }

        void overdue(String what) {
            if (node.isSpared() && involved.stream().allMatch(NodeProcess::isSpared)) {
                ledger.finding("client " + number + ": " + node + " " + what);
            }
            lose();
        }

        @Override
        public void onOpen(ClientSocket open) {
            opened = true;
            since = loop.nanos();
            involved.add(node);
            attempts = token.isEmpty() ? 0 : attempts + 1;
            open.send(
                    false,
                    batch(Frame.newBuilder()
                            .setHello(Hello.newBuilder()
                                    .setAgent("traveller")
                                    .setResumable(true)
                                    .setResume(token)
                                    .setReceived(received)
                                    .setAttempt(attempts))));
        }

        @Override
        public void onMessage(ClientSocket open, boolean text, ByteBuffer payload) {
            heardAt = loop.nanos();
            try {
                for (ByteString element : Batch.parseFrom(payload).getFramesList()) {
                    CodedInputStream in = element.newCodedInput();
                    int route = in.readRawVarint32();
                    ByteString body = element.substring(in.getTotalBytesRead());
                    if (route == 0) {
                        arrived(Frame.parseFrom(body), node);
                    } else {
                        arrived(route, body.toStringUtf8());
                    }
                }
            } catch (IOException malformed) {
                ledger.finding("client " + number + " cannot read what " + node + " sends: " + malformed);
            }
        }

        @Override
        public void onEnded(ClientSocket open, Ending ending) {
            if (wire != this) {
                return;
            }
            wire = null;
            welcomed = false;
            if (finished) {
                return;
            }
            if (ending.kind() != Ending.Kind.OURS && node.isSpared()) {
                ledger.finding("client " + number + " loses " + node + ", which lives: " + ending);
            }
            connect(node);
        }
    }

    private void write(Frame.Builder frame) {
        Wire current = wire;
        if (current != null && current.socket != null) {
            current.socket.send(false, batch(frame));
        }
    }

    private static byte[] batch(Frame.Builder frame) {
        return Batch.newBuilder()
                .addFrames(
                        ByteString.copyFrom(new byte[] {0}).concat(frame.build().toByteString()))
                .build()
                .toByteArray();
    }

    // ---- its session

    private void send(Sending frame) {
        unacknowledged.add(frame);
        sent++;
        if (welcomed) {
            write(frame.encode());
        }
    }

    private void acknowledgedUpTo(long count) {
        while (sent - unacknowledged.size() < count && !unacknowledged.isEmpty()) {
            unacknowledged.remove();
        }
    }

    private void counted() {
        if (received++ == acknowledged) {
            oweSince = loop.nanos();
        }
        if (welcomed && received - acknowledged >= ACK_FRAMES) {
            acknowledge();
        }
    }

    private void acknowledge() {
        acknowledged = received;
        write(Frame.newBuilder().setAck(Ack.newBuilder().setReceived(received)));
    }

    private void arrived(Frame frame, NodeProcess node) {
        boolean numbered = switch (frame.getBodyCase()) {
            case WELCOME, ACK, PONG, GO_AWAY -> false;
            default -> !frame.getError().getTerminal();
        };
        if (numbered) {
            counted();
        }
        switch (frame.getBodyCase()) {
            case WELCOME -> welcomed(frame.getWelcome(), node);
            case ACK -> acknowledgedUpTo(frame.getAck().getReceived());
            case PONG, GO_AWAY -> {
                // Nothing to do: the connection ends by itself.
            }
            case JOINED -> joined(frame.getJoined());
            case MOVED -> {
                String room = frame.getMoved().getRoom();
                rooms.put(room, frame.getMoved().getNumber());
                routes.values().removeIf(meaning -> meaning.room.equals(room));
                frame.getMoved().getRoutesList().forEach(route -> define(route, room));
            }
            case ROUTE -> define(frame.getRoute(), name(frame.getRoute().getRoom()));
            case MESSAGE -> {
                String room = name(frame.getMessage().getRoom());
                String text = frame.getMessage().getPayload().toStringUtf8();
                if (frame.getMessage().getOffset() > 0) {
                    entry(frame.getMessage().getOffset(), text);
                } else if (room.equals(NodeProgram.PLAIN)) {
                    ear.hear(text);
                } else {
                    ledger.finding("client " + number + " gets " + text + " outside the history of " + room);
                }
            }
            case POSITION -> position(frame.getPosition());
            case REPLY -> replied(frame.getReply());
            case GAP -> {
                tally.gaps++;
                String room = name(frame.getGap().getRoom());
                if (room.equals(NodeProgram.PLAIN)) {
                    ear.lossTold();
                } else if (frame.getGap().getMissed() > 0) {
                    // Unknown is what is not in the history. If that were meant, another position would follow.
                    ledger.finding(
                            "client " + number + " misses " + frame.getGap().getMissed() + " in " + room);
                }
            }
            case ERROR -> {
                if (frame.getError().getCode() != ErrorCode.RESUME_REFUSED) {
                    ledger.finding("client " + number + " gets error "
                            + frame.getError().getCode() + " from " + node + ": "
                            + frame.getError().getText());
                }
            }
            default -> ledger.finding("client " + number + " gets " + frame);
        }
    }

    private void arrived(int route, String text) {
        counted();
        Meaning meaning = routes.get(route);
        if (meaning == null) {
            ledger.finding("client " + number + " gets a message on route " + route + ", which was never told");
        } else if (meaning.history) {
            entry(offset + 1, text);
        } else {
            ear.hear(text);
        }
    }

    private void welcomed(Welcome welcome, NodeProcess node) {
        boolean claimed = !token.isEmpty();
        token = welcome.getResume();
        welcomed = true;
        connections++;
        if (welcome.getResumed()) {
            if (!claimed || !welcome.getPeer().equals(peer)) {
                ledger.finding("client " + number + " was " + peer + " and resumes as " + welcome.getPeer());
            }
            if (involved.size() == 1) {
                tally.resumedHere++;
            } else {
                tally.resumedElsewhere++;
            }
            acknowledgedUpTo(welcome.getReceived());
            acknowledge();
            unacknowledged.forEach(frame -> write(frame.encode()));
        } else {
            if (claimed) {
                tally.newSessions++;
                if (involved.stream().allMatch(NodeProcess::isSpared)) {
                    ledger.finding("client " + number + " lost its session, and all of " + involved + " live");
                }
            }
            formerPeer = peer;
            peer = welcome.getPeer();
            beginAnew();
        }
        involved.clear();
        involved.add(node);
        lastSaid = 0;
        ledger.begins(voice());
    }

    private void beginAnew() {
        attempts = 0;
        received = 0;
        acknowledged = 0;
        sent = 0;
        unacknowledged.clear();
        rooms.clear();
        routes.clear();
        open.clear();
        ear.lossTold();
        for (String room : new String[] {NodeProgram.LOG, NodeProgram.PLAIN}) {
            Join.Builder join = Join.newBuilder().setRoom(room).setRef(1);
            if (room.equals(NodeProgram.LOG) && !epoch.isEmpty()) {
                join.setEpoch(epoch).setOffset(offset).setPeer(formerPeer);
            }
            send(() -> Frame.newBuilder().setJoin(join));
        }
    }

    private void joined(Joined joined) {
        String room = joined.getRoom();
        rooms.put(room, joined.getNumber());
        routes.values().removeIf(meaning -> meaning.room.equals(room));
        joined.getRoutesList().forEach(route -> define(route, room));
        if (room.equals(NodeProgram.PLAIN)) {
            ear.lossTold();
            return;
        }
        if (joined.getUnrecoverable()
                || !epoch.isEmpty() && (!epoch.equals(joined.getEpoch()) || offset != joined.getOffset())) {
            ledger.finding("client " + number + " was at " + offset + " of " + epoch + " and cannot recover: at "
                    + joined.getOffset() + " of " + joined.getEpoch());
        }
        tally.recoveredEntries += (int) joined.getMissed();
        epoch = joined.getEpoch();
        offset = joined.getOffset();
    }

    private void position(Position position) {
        if (!position.getEpoch().isEmpty() && !position.getEpoch().equals(epoch)) {
            ledger.finding("client " + number + " is told another epoch: " + position);
        }
        // The next entry tells whether something was left out.
        if (position.getOffset() != offset) {
            ledger.finding("client " + number + " is at " + offset + " and is told " + position.getOffset());
        }
        offset = position.getOffset();
    }

    private void entry(long at, String text) {
        if (at != offset + 1) {
            ledger.finding("client " + number + " is at " + offset + " and gets " + text + " at " + at);
        }
        offset = at;
        ledger.entry("client " + number, epoch, at, text);
    }

    private void define(Route route, String room) {
        routes.put(route.getRoute(), new Meaning(room, route.getHistory()));
    }

    private String name(int room) {
        for (Map.Entry<String, Integer> known : rooms.entrySet()) {
            if (known.getValue() == room) {
                return known.getKey();
            }
        }
        ledger.finding("client " + number + " is told of room number " + room + ", which it does not know");
        return "";
    }

    // ---- what it says

    private void speakIfDue(long now) {
        if (!isSettled()) {
            return;
        }
        if (entry == null && speaks && now >= entryDue) {
            entry = "e" + number + "." + ++lastEntry;
            append(entry);
        } else if (entry != null && open.values().stream().noneMatch(question -> question instanceof Append)) {
            // Its fate is not known: it died with a session, or was answered so. The id makes it safe.
            append(entry);
        }
        if (speaks && now >= sayDue && open.values().stream().noneMatch(question -> question instanceof Say)) {
            say();
        }
    }

    private void append(String text) {
        ask(NodeProgram.LOG, NodeProgram.PUBLISH, text, new Append(text));
    }

    private void say() {
        int said = ++lastSaid;
        String voice = voice();
        ask(NodeProgram.PLAIN, NodeProgram.PUBLISH, voice + "." + said, new Say(voice, said));
    }

    /** One connection of this client: what two of them say has no order. */
    private String voice() {
        return number + "/" + connections;
    }

    private long pause() {
        return loop.nanos()
                + TimeUnit.MILLISECONDS.toNanos(
                        LEAST_PAUSE_MILLIS + random.nextInt(MOST_PAUSE_MILLIS - LEAST_PAUSE_MILLIS));
    }

    private final class Append implements Question {
        private final String text;

        Append(String text) {
            this.text = text;
        }

        @Override
        public void answered(int code, String answer) {
            if (code == 0) {
                ledger.logAcknowledged(text);
                entry = null;
            } else {
                refused(code, answer);
            }
            entryDue = pause();
        }
    }

    private final class Say implements Question {
        private final String voice;
        private final int said;

        Say(String voice, int said) {
            this.voice = voice;
            this.said = said;
        }

        @Override
        public void answered(int code, String answer) {
            if (code == 0) {
                ledger.plainAcknowledged(voice, said);
            } else {
                refused(code, answer);
            }
            sayDue = pause();
        }
    }

    private void refused(int code, String why) {
        tally.notKnown++;
        if (code != ErrorCode.PEER_MOVED && involved.stream().allMatch(NodeProcess::isSpared)) {
            ledger.finding("client " + number + " is refused with code " + code + ": " + why);
        }
    }

    private void ask(String room, String event, String text, Question question) {
        int id = ++lastRequest;
        open.put(id, question);
        send(() -> {
            Integer roomNumber = rooms.get(room);
            return roomNumber == null
                    ? Frame.newBuilder().setCancel(Cancel.getDefaultInstance())
                    : Frame.newBuilder()
                            .setRequest(Request.newBuilder()
                                    .setRoom(roomNumber)
                                    .setEvent(event)
                                    .setId(id)
                                    .setPayload(ByteString.copyFromUtf8(text)));
        });
    }

    private void replied(Reply reply) {
        Question question = open.remove(reply.getId());
        if (question == null) {
            ledger.finding("client " + number + " gets an answer to request " + reply.getId() + ", which is not open");
        } else {
            question.answered(
                    reply.getCode(), reply.getCode() == 0 ? reply.getPayload().toStringUtf8() : reply.getReason());
        }
    }
}
