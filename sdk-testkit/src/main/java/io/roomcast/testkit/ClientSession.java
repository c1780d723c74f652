package io.roomcast.testkit;

import static java.util.Objects.requireNonNull;

import io.roomcast.HistoryPosition;
import io.roomcast.runtime.wire.proto.Ack;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Moved;
import io.roomcast.runtime.wire.proto.Page;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Request;
import io.roomcast.runtime.wire.proto.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a client must remember of a session, over all of its connections, to understand what the server sends: its id, the numbers of its
 * rooms and the meaning of its routes, what it has sent and had. It writes all that arrives into the peer's diary.
 *
 * <p>Every field is guarded by this object: a connection's loop writes, the test reads.
 */
final class ClientSession {

    private record RouteMeaning(String room, String event) {}

    /** A {@code left} frame. @param asked whether it answers a leave of this peer */
    record Left(String room, String reason, boolean asked) {}

    /** The end of a connection. */
    record Closed(int code, String reason) {}

    private final Diary diary;
    private final Supplier<Duration> now;
    private final Function<String, String> nameOf;
    private final String seed;
    private final FrameReader reader = new FrameReader();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<Integer, RouteMeaning> routes = new HashMap<>();
    private final Map<String, byte[]> snapshots = new HashMap<>();
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

    /**
     * @param now the time since the cluster's start
     * @param nameOf names the peer of an id, for people
     * @param seed that of the cluster, for people
     */
    ClientSession(Diary diary, Supplier<Duration> now, Function<String, String> nameOf, String seed) {
        this.diary = diary;
        this.now = now;
        this.nameOf = nameOf;
        this.seed = seed;
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
                    write(
                            Seen.Kind.CLOSED,
                            "",
                            "with code " + code + (reason.isEmpty() ? "" : ": " + reason),
                            closed,
                            endsItself);
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
        Hello.Builder hello = stream.hello().setAgent("testkit").setToken(token);
        send(Frame.newBuilder().setHello(hello).build());
    }

    /** Sends a frame, at once or when the session is claimed back. */
    synchronized void sendFrame(Frame frame) {
        if (stream.sending(frame, this::name)) {
            send(frame);
        }
    }

    /** Says that it has had so many frames. */
    synchronized void acknowledge(long received) {
        send(Frame.newBuilder().setAck(Ack.newBuilder().setReceived(received)).build());
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
        return numbers.containsKey(room);
    }

    synchronized byte[] snapshot(String room) {
        return snapshots.getOrDefault(room, new byte[0]);
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
        Integer number = numbers.get(room);
        if (number == null) {
            throw new IllegalStateException(diary.owner() + " is not in room " + room + "\n" + diary.story(now.get()));
        }
        return number;
    }

    private void arrived(Frame frame) {
        frames.add(frame);
        counted(ResumableStream.isNumbered(frame));
        switch (frame.getBodyCase()) {
            case WELCOME -> {
                id = frame.getWelcome().getPeer();
                welcomedHere = true;
                welcomed.accept(id);
                stream.welcomed(frame.getWelcome(), room -> numbers.getOrDefault(room, 0))
                        .forEach(this::send);
                write(Seen.Kind.WELCOME, "", "as " + id + (stream.isResumed() ? ", resumed" : ""), frame, false);
            }
            case ACK -> stream.acknowledged(frame.getAck().getReceived());
            case MOVED -> moved(frame.getMoved());
            case JOINED -> joined(frame.getJoined());
            case LEFT -> {
                String room = name(frame.getLeft().getRoom());
                String reason = frame.getLeft().getReason();
                boolean asked = frame.getLeft().getRef() != 0;
                lastAnsweredRef = Math.max(lastAnsweredRef, frame.getLeft().getRef());
                numbers.remove(room);
                write(
                        Seen.Kind.LEFT,
                        room,
                        room + (reason.isEmpty() ? "" : ": " + reason),
                        new Left(room, reason, asked),
                        asked);
            }
            case ROUTE -> defined(frame.getRoute(), name(frame.getRoute().getRoom()));
            case POSITION -> histories.position(name(frame.getPosition().getRoom()), frame.getPosition());
            case PAGE -> page(frame.getPage());
            case MESSAGE -> {
                Message message = frame.getMessage();
                if (message.getRoom() != 0) {
                    histories.message(name(message.getRoom()), message.getOffset());
                }
                message(new Received(
                        message.getRoom() == 0 ? "" : name(message.getRoom()),
                        message.getEvent(),
                        message.getFrom(),
                        message.getPayload().toByteArray()));
            }
            case REQUEST -> {
                Request request = frame.getRequest();
                ReceivedRequest received = new ReceivedRequest(
                        request.getId(),
                        request.getRoom() == 0 ? "" : name(request.getRoom()),
                        request.getEvent(),
                        request.getFrom(),
                        request.getPayload().toByteArray());
                write(
                        Seen.Kind.REQUEST,
                        received.room(),
                        "#" + received.id() + " "
                                + what(received.event(), received.room(), received.from(), received.payload()),
                        received,
                        answers.test(received));
            }
            case REPLY -> {
                Reply reply = frame.getReply();
                ReceivedReply received = new ReceivedReply(
                        reply.getId(),
                        reply.getCode(),
                        reply.getReason(),
                        reply.getPayload().toByteArray());
                write(
                        Seen.Kind.REPLY,
                        "",
                        "#" + received.id() + " "
                                + (received.code() == 0
                                        ? Payloads.shown(received.payload())
                                        : "refused with code " + received.code() + ": " + received.reason()),
                        received,
                        false);
            }
            case CANCEL ->
                write(
                        Seen.Kind.CANCEL,
                        "",
                        "#" + frame.getCancel().getId(),
                        frame.getCancel().getId(),
                        false);
            case GAP -> {
                String room = name(frame.getGap().getRoom());
                long missed = frame.getGap().getMissed();
                write(Seen.Kind.GAP, room, missed + " missed in " + room, missed, false);
            }
            case GO_AWAY -> write(Seen.Kind.GO_AWAY, "", frame.getGoAway().getReason(), frame, false);
            case ERROR -> {
                var error = frame.getError();
                lastAnsweredRef = Math.max(lastAnsweredRef, error.getRef());
                write(
                        Seen.Kind.ERROR,
                        error.getRoom(),
                        "code " + error.getCode() + ": " + error.getText()
                                + (error.getRoom().isEmpty() ? "" : ", about " + error.getRoom())
                                + (error.getTerminal() ? ", terminal" : ""),
                        new ReceivedError(
                                error.getCode(), error.getText(), error.getRef(), error.getTerminal(), error.getRoom()),
                        false);
            }
            default ->
                write(
                        Seen.Kind.OTHER,
                        "",
                        frame.toString().replaceAll("\\s+", " ").strip(),
                        frame,
                        false);
        }
    }

    private void joined(Joined joined) {
        lastAnsweredRef = Math.max(lastAnsweredRef, joined.getRef());
        numbers.put(joined.getRoom(), joined.getNumber());
        names.put(joined.getNumber(), joined.getRoom());
        byte[] snapshot = joined.getSnapshot().toByteArray();
        snapshots.put(joined.getRoom(), snapshot);
        histories.joined(joined);
        joined.getRoutesList().forEach(route -> defined(route, joined.getRoom()));
        write(
                Seen.Kind.JOINED,
                joined.getRoom(),
                joined.getRoom() + (snapshot.length == 0 ? "" : ", snapshot " + Payloads.shown(snapshot)),
                new Received(joined.getRoom(), "joined", "", snapshot),
                false);
    }

    private void moved(Moved moved) {
        // By name: while the rooms are told one after another, a number may still stand for one and already for
        // another.
        String room = moved.getRoom();
        numbers.put(moved.getRoom(), moved.getNumber());
        names.put(moved.getNumber(), moved.getRoom());
        routes.values().removeIf(meaning -> meaning.room().equals(room));
        moved.getRoutesList().forEach(route -> defined(route, room));
        write(Seen.Kind.OTHER, moved.getRoom(), moved.getRoom() + " moved to another node", moved, false);
    }

    private void counted(boolean numbered) {
        if (numbered && stream.received()) {
            acknowledge(stream.receivedFrames());
        }
    }

    private void arrivedOnRoute(int route, byte[] payload) {
        counted(true);
        RouteMeaning meaning = routes.get(route);
        if (meaning == null) {
            throw new AssertionError("message on route " + route + ", which was never defined; " + seed);
        }
        histories.messageOnRoute(meaning.room(), route);
        message(new Received(meaning.room(), meaning.event(), "", payload));
    }

    private void defined(Route route, String room) {
        routes.put(route.getRoute(), new RouteMeaning(room, route.getEvent()));
        histories.defined(route.getRoute(), route.getHistory());
    }

    private void page(Page page) {
        String room = name(page.getRoom());
        pages.add(new ReceivedPage(
                page.getRef(),
                room,
                page.getEpoch(),
                page.getOldest(),
                page.getNewest(),
                page.getThrough(),
                page.getEntriesList().stream()
                        .map(entry -> new ReceivedPage.Entry(
                                entry.getOffset(),
                                new Received(
                                        room,
                                        entry.getEvent(),
                                        entry.getFrom(),
                                        entry.getPayload().toByteArray())))
                        .toList()));
    }

    private void message(Received message) {
        write(
                Seen.Kind.MESSAGE,
                message.room(),
                what(message.event(), message.room(), message.from(), message.payload()),
                message,
                false);
    }

    private String what(String event, String room, String from, byte[] payload) {
        return event
                + (room.isEmpty() ? "" : " in " + room)
                + (from.isEmpty() ? "" : " from " + nameOf.apply(from))
                + (payload.length == 0 ? "" : ": " + Payloads.shown(payload));
    }

    private void write(Seen.Kind kind, String room, String text, Object content, boolean expected) {
        diary.add(new Seen(now.get(), kind, room, text), content, expected);
    }

    private String name(int number) {
        String name = names.get(number);
        if (name == null) {
            throw new AssertionError("frame for room number " + number + ", which was never told; " + seed);
        }
        return name;
    }
}
