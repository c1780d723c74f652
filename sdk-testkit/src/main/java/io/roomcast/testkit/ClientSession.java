package io.roomcast.testkit;

import static java.util.Objects.requireNonNull;

import io.roomcast.HistoryPosition;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Moved;
import io.roomcast.runtime.wire.proto.Page;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Request;
import io.roomcast.runtime.wire.proto.Route;
import io.roomcast.testkit.frame.Numbering;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a client must remember of a session, over all of its connections, to understand what the server sends: its id, its rooms, what it has sent and had. It has all that
 * arrives written into the peer's diary.
 *
 * <p>Every field, and what is behind it, is guarded by this object: a connection's loop writes, the test reads.
 */
final class ClientSession {

    /** A {@code left} frame. @param asked whether it answers a leave of this peer */
    record Left(String room, String reason, boolean asked) {}

    /** The end of a connection. */
    record Closed(int code, String reason) {}

    private final Chronicle chronicle;
    private final RoomTable rooms;
    private final FrameReader reader = new FrameReader();
    private final List<Frame> frames = new ArrayList<>();
    private final HistoryCount histories = new HistoryCount();
    private final List<ReceivedPage> pages = new ArrayList<>();
    private final ResumableStream stream = new ResumableStream();
    /** What an older connection still brings is not for this session any more. */
    private @Nullable Attempt current;

    private @Nullable ClientWire wire;
    private String id = "";
    private Closed closed = new Closed(0, "");
    private boolean endsItself;
    private boolean welcomedHere;
    private int webSocketMessages;
    private int lastAnsweredRef;
    private Predicate<ReceivedRequest> answers = request -> false;
    private Consumer<String> welcomed = peerId -> {};

    /** @param seed that of the cluster, for people */
    ClientSession(Chronicle chronicle, String seed) {
        this.chronicle = chronicle;
        this.rooms = new RoomTable(seed);
    }

    /** One connection of the session. */
    private final class Attempt implements ClientWire.Listener {

        @Override
        public void onMessage(byte[] payload) {
            synchronized (ClientSession.this) {
                if (current == this) {
                    webSocketMessages++;
                    reader.read(payload, ClientSession.this::arrived, ClientSession.this::arrivedOnRoute);
                }
            }
        }

        @Override
        public void onClosed(int code, String reason) {
            synchronized (ClientSession.this) {
                if (current == this) {
                    closed = new Closed(code, reason);
                    chronicle.closed(closed, endsItself);
                }
            }
        }
    }

    // ---- its connection

    /** A connection is about to be opened; returns who listens to it. */
    synchronized ClientWire.Listener attempt() {
        Attempt attempt = new Attempt();
        current = attempt;
        closed = new Closed(0, "");
        endsItself = false;
        welcomedHere = false;
        return attempt;
    }

    /** That connection is open. */
    synchronized void connected(ClientWire opened) {
        wire = opened;
    }

    /** Sends a hello, of a client that can come back. */
    synchronized void helloResumable(String token) {
        send(PeerFrames.hello(stream.hello(), token).build());
    }

    /** Sends a frame, at once or when the session is claimed back. */
    synchronized void sendFrame(Frame frame) {
        if (stream.sending(frame, rooms::name)) {
            send(frame);
        }
    }

    /** Says that it has had so many frames. */
    synchronized void acknowledge(long received) {
        send(PeerFrames.ack(received).build());
    }

    synchronized boolean isResumed() {
        return stream.isResumed();
    }

    synchronized String resumeToken() {
        return stream.token();
    }

    synchronized void forgeToken(String token) {
        stream.forge(token);
    }

    private void send(Frame frame) {
        requireNonNull(wire, "not connected").send(reader.batchOf(frame));
    }

    // ---- what is known of it

    /** The peer itself is about to end the connection: its end is no news. */
    synchronized void endsItself() {
        endsItself = true;
    }

    /** @param observer is told the peer's id */
    synchronized void onWelcome(Consumer<String> observer) {
        welcomed = observer;
    }

    /** @param answerer called for each request; returns whether it has answered it */
    synchronized void answerWith(Predicate<ReceivedRequest> answerer) {
        answers = answerer;
    }

    /** Returns whether a join or leave with this ref has been answered, or the connection has ended. */
    synchronized boolean hasAnswered(int ref) {
        return lastAnsweredRef >= ref || closed.code() != 0;
    }

    /** Returns whether this connection has been welcomed. */
    synchronized boolean isWelcomed() {
        return welcomedHere;
    }

    synchronized String id() {
        return id;
    }

    synchronized boolean isIn(String room) {
        return rooms.number(room) != 0;
    }

    synchronized byte[] snapshot(String room) {
        return rooms.snapshot(room);
    }

    synchronized List<Frame> frames() {
        return List.copyOf(frames);
    }

    synchronized int webSocketMessages() {
        return webSocketMessages;
    }

    synchronized Closed closed() {
        return closed;
    }

    synchronized HistoryPosition place(String room) {
        return histories.place(room);
    }

    synchronized List<Long> offsets(String room) {
        return histories.offsets(room);
    }

    synchronized boolean isUnrecoverable(String room) {
        return histories.isUnrecoverable(room);
    }

    synchronized List<ReceivedPage> pages() {
        return List.copyOf(pages);
    }

    /** Returns the number of a room that it is in. */
    synchronized int number(String room) {
        int number = rooms.number(room);
        if (number == 0) {
            throw chronicle.cannot("is not in room " + room);
        }
        return number;
    }

    // ---- what comes

    private void arrived(Frame frame) {
        frames.add(frame);
        counted(Numbering.isNumbered(frame));
        switch (frame.getBodyCase()) {
            case WELCOME -> welcomed(frame);
            case ACK -> stream.acknowledged(frame.getAck().getReceived());
            case MOVED -> moved(frame.getMoved());
            case JOINED -> joined(frame.getJoined());
            case LEFT -> left(frame);
            case ROUTE -> {
                Route route = frame.getRoute();
                rooms.define(route, rooms.name(route.getRoom()));
                histories.defined(route);
            }
            case POSITION -> histories.position(rooms.name(frame.getPosition().getRoom()), frame.getPosition());
            case PAGE -> {
                Page page = frame.getPage();
                pages.add(ReceivedPage.of(page, rooms.name(page.getRoom())));
            }
            case MESSAGE -> message(frame.getMessage());
            case REQUEST -> request(frame.getRequest());
            case REPLY -> {
                Reply reply = frame.getReply();
                chronicle.reply(new ReceivedReply(
                        reply.getId(),
                        reply.getCode(),
                        reply.getReason(),
                        reply.getPayload().toByteArray()));
            }
            case CANCEL -> chronicle.cancel(frame.getCancel().getId());
            case GAP ->
                chronicle.gap(
                        rooms.name(frame.getGap().getRoom()), frame.getGap().getMissed());
            case GO_AWAY -> chronicle.goAway(frame.getGoAway().getReason(), frame);
            case ERROR -> {
                var error = frame.getError();
                lastAnsweredRef = Math.max(lastAnsweredRef, error.getRef());
                chronicle.error(new ReceivedError(
                        error.getCode(), error.getText(), error.getRef(), error.getTerminal(), error.getRoom()));
            }
            default -> chronicle.other(frame);
        }
    }

    private void arrivedOnRoute(int route, byte[] payload) {
        counted(true);
        RoomTable.Meaning meaning = rooms.meaning(route);
        histories.messageOnRoute(meaning.room(), route);
        chronicle.message(new Received(meaning.room(), meaning.event(), "", payload));
    }

    private void counted(boolean numbered) {
        if (numbered && stream.received()) {
            acknowledge(stream.receivedFrames());
        }
    }

    private void welcomed(Frame frame) {
        id = frame.getWelcome().getPeer();
        welcomedHere = true;
        welcomed.accept(id);
        stream.welcomed(frame.getWelcome(), rooms::number).forEach(this::send);
        chronicle.welcome(id, stream.isResumed(), frame);
    }

    private void joined(Joined joined) {
        lastAnsweredRef = Math.max(lastAnsweredRef, joined.getRef());
        rooms.joined(joined);
        histories.joined(joined);
        chronicle.joined(new Received(joined.getRoom(), "joined", "", rooms.snapshot(joined.getRoom())));
    }

    private void moved(Moved moved) {
        rooms.moved(moved);
        moved.getRoutesList().forEach(histories::defined);
        chronicle.moved(moved);
    }

    private void left(Frame frame) {
        var left = frame.getLeft();
        String room = rooms.name(left.getRoom());
        lastAnsweredRef = Math.max(lastAnsweredRef, left.getRef());
        rooms.left(room);
        chronicle.left(new Left(room, left.getReason(), left.getRef() != 0));
    }

    private void message(Message message) {
        String room = rooms.nameOrNone(message.getRoom());
        if (!room.isEmpty()) {
            histories.message(room, message.getOffset());
        }
        chronicle.message(new Received(
                room,
                message.getEvent(),
                message.getFrom(),
                message.getPayload().toByteArray()));
    }

    private void request(Request request) {
        ReceivedRequest received = new ReceivedRequest(
                request.getId(),
                rooms.nameOrNone(request.getRoom()),
                request.getEvent(),
                request.getFrom(),
                request.getPayload().toByteArray());
        chronicle.request(received, answers.test(received));
    }
}
