package io.roomcast.testkit.socket;

import com.google.protobuf.UnsafeByteOperations;
import io.roomcast.runtime.wire.proto.Cancel;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.History;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Leave;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Request;
import io.roomcast.runtime.wire.proto.Route;
import io.roomcast.runtime.wire.proto.Welcome;
import io.roomcast.testkit.scenario.Subprotocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One client of a Roomcast server on a real socket. It speaks {@code roomcast.v1.protobuf} unless it {@linkplain #speak is told} to speak the other subprotocol. It does
 * what it is told and says what came; it waits for nothing and decides nothing. Belongs to the thread of its {@link SocketLoop}.
 *
 * <p>It can connect again after its connection has ended. Where the server keeps sessions it goes on with its own: it acknowledges what it gets, keeps what it has
 * sent until that is acknowledged, and says {@code resume} on the next connection. What is kept is bounded by what is sent within the second that the server may take
 * to acknowledge.
 */
public final class SocketPeer {

    private static final String AGENT = "roomcast-testkit";
    /** A little less than the second that the protocol gives. */
    private static final long ACK_NANOS = 900_000_000L;
    /** What the server answers when it knows no handler for a request; the scenario's peers answer none. */
    private static final int REQUEST_NOT_HANDLED = 15;

    private final SocketLoop loop;
    private final Listener listener;
    private final List<Seat> seats = new ArrayList<>(1);
    private final Session session = new Session();
    private Encoding encoding = Encoding.of(Subprotocol.PROTOBUF);
    private @Nullable Wire wire;
    private String token = "";
    private boolean welcomed;
    private boolean silent;
    private String id = "";
    private int mostMessageBytes;

    /** @param listener told what becomes of it, by the loop's thread */
    public SocketPeer(SocketLoop loop, Listener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    /** Told what a server says. */
    public interface Listener {

        /** The server knows this peer. @param resumed whether it goes on with its session, in its rooms; what it missed came before */
        void onWelcome(SocketPeer peer, boolean resumed);

        /** It is in a room. @param ref of its join, 0 if it did not ask */
        void onJoined(SocketPeer peer, String room, int ref);

        /** It is not in a room any more. @param ref of its leave, 0 if it did not ask */
        void onLeft(SocketPeer peer, String room, int ref);

        /** A page of a room's history came. @param messages how many it has */
        default void onPage(SocketPeer peer, String room, int ref, int messages) {}

        /**
         * A message came.
         *
         * @param room empty for one outside any room
         * @param payload between position and limit; gone after the call
         */
        void onMessage(SocketPeer peer, String room, String event, ByteBuffer payload);

        /** A request was answered. @param code 0 for an answer, else why there is none */
        void onReply(SocketPeer peer, int request, int code, ByteBuffer payload);

        /** The server refused something. */
        void onError(SocketPeer peer, int code, String text, int ref, String room);

        /** Messages were lost between nodes. @param missed how many, 0 if that is not known */
        void onGap(SocketPeer peer, String room, long missed);

        /** The server wants it to go and come back. */
        void onGoAway(SocketPeer peer, int reconnectAfterMillis);

        /** The connection has ended. The last call, unless it connects again. @param wasWelcomed whether it had been welcomed */
        void onEnded(SocketPeer peer, boolean wasWelcomed, Ending ending);
    }

    /** Sets what it speaks from its next connection on. A session in another subprotocol is over. */
    public void speak(Subprotocol subprotocol) {
        if (subprotocol != encoding.subprotocol()) {
            encoding = Encoding.of(subprotocol);
            session.end();
            seats.clear();
        }
    }

    /** Returns what it speaks. */
    public Subprotocol subprotocol() {
        return encoding.subprotocol();
    }

    private void forgetSeats() {
        seats.forEach(seat -> encoding.left(seat.number()));
        seats.clear();
    }

    /**
     * Begins a connection, and says hello when it is open.
     *
     * @throws IllegalStateException if there is one
     */
    public void connect(Target target, String withToken, int receiveBufferBytes) {
        if (wire != null) {
            throw new IllegalStateException("the peer has a connection already");
        }
        token = withToken;
        silent = false;
        Wire begun = new Wire();
        wire = begun;
        begun.socket =
                loop.connect(target, new SocketOptions(encoding.subprotocol().id(), receiveBufferBytes), begun);
    }

    /** Says goodbye, which ends the session too. */
    public void close() {
        session.end();
        ClientSocket open = socket();
        if (open != null) {
            open.close(1000);
        }
    }

    /** Says nothing from now on by itself: no answers to pings, no acknowledgements. */
    public void fallSilent() {
        ClientSocket open = socket();
        if (open != null) {
            open.answerPings(false);
        }
        silent = true;
        loop.cancel(ackTimer);
    }

    /** Lets go of the connection without ending it: whatever becomes of it is not told any more. */
    public void abandon() {
        wire = null;
        welcomed = false;
    }

    /** Returns whether there is a session to go on with. */
    public boolean canResume() {
        return session.canResume();
    }

    /** Returns the peer's id, empty before it is welcomed. */
    public String id() {
        return id;
    }

    /** Returns how long a message the server takes, 0 if it did not say. */
    public int mostMessageBytes() {
        return mostMessageBytes;
    }

    /** Returns whether the server has welcomed it, and the connection has not ended. */
    public boolean isWelcomed() {
        return welcomed;
    }

    /** Returns whether it is in a room. */
    public boolean isIn(String room) {
        Seat seat = seat(room);
        return seat != null && seat.number() != 0;
    }

    /** Returns its connection for what is below the protocol; null when there is none. */
    public @Nullable ClientSocket socket() {
        Wire current = wire;
        return current == null ? null : current.socket;
    }

    /** Asks to be let into a room. */
    public void join(String room, int ref) {
        send(to ->
                whole(Frame.newBuilder().setJoin(Join.newBuilder().setRoom(room).setRef(ref)), to));
    }

    /** Writes a frame that needs no room. */
    private boolean whole(Frame.Builder frame, Draft to) {
        encoding.write(frame, to);
        return true;
    }

    /** Writes a frame about a room, if it is in it. */
    private boolean inRoom(String room, Draft to, Function<Seat, Frame.Builder> frame) {
        Seat seat = seat(room);
        return seat != null && whole(frame.apply(seat), to);
    }

    /** Asks to be taken out of a room that it is in. */
    public void leave(String room, int ref) {
        seated(room);
        send(to -> inRoom(
                room,
                to,
                seat -> Frame.newBuilder()
                        .setLeave(Leave.newBuilder().setRoom(seat.number()).setRef(ref))));
    }

    /** Sends a message into a room that it is in. @param to the peer it is meant for, empty for none */
    public void send(String room, String event, String to, ByteBuffer payload) {
        seated(room);
        send(draft -> message(room, event, to, payload, draft));
    }

    private boolean message(String room, String event, String to, ByteBuffer payload, Draft draft) {
        Seat seat = seat(room);
        if (seat == null) {
            return false;
        }
        int route = to.isEmpty() ? seat.route(event) : 0;
        if (route != 0) {
            encoding.write(route, payload, draft);
            return true;
        }
        return whole(
                Frame.newBuilder()
                        .setMessage(Message.newBuilder()
                                .setRoom(seat.number())
                                .setEvent(event)
                                .setTo(to)
                                .setPayload(UnsafeByteOperations.unsafeWrap(payload.duplicate()))),
                draft);
    }

    /** Asks for the newest messages of a room's history. */
    public void readHistory(String room, int ref, int messages) {
        seated(room);
        send(to -> inRoom(
                room,
                to,
                seat -> Frame.newBuilder()
                        .setHistory(History.newBuilder()
                                .setRoom(seat.number())
                                .setRef(ref)
                                .setLimit(messages))));
    }

    /** Asks something in a room that it is in. @param timeoutMillis 0 leaves it to the server */
    public void request(String room, String event, int request, int timeoutMillis, ByteBuffer payload) {
        seated(room);
        send(to -> inRoom(
                room,
                to,
                seat -> Frame.newBuilder()
                        .setRequest(Request.newBuilder()
                                .setRoom(seat.number())
                                .setEvent(event)
                                .setId(request)
                                .setTimeoutMs(timeoutMillis)
                                .setPayload(UnsafeByteOperations.unsafeWrap(payload.duplicate())))));
    }

    /** Says that an answer is not waited for any more. */
    public void cancel(int request) {
        send(to -> whole(Frame.newBuilder().setCancel(Cancel.newBuilder().setId(request)), to));
    }

    /** Sends a numbered frame, and keeps how to make it again until the server has it. */
    private void send(Session.Sending frame) {
        if (welcomed) {
            session.sent(frame);
            write(frame);
        }
    }

    private void write(Session.Sending frame) {
        ClientSocket open = socket();
        if (open == null) {
            return;
        }
        Draft draft = loop.draft().clear();
        if (session.owesAck()) {
            acknowledgement(draft);
        }
        if (!frame.write(draft)) {
            // Its room is not there any more: the frame still takes its number, and does nothing.
            encoding.write(Frame.newBuilder().setCancel(Cancel.getDefaultInstance()), draft);
        }
        open.send(text(), draft.array(), draft.size());
    }

    private boolean text() {
        return encoding.subprotocol() == Subprotocol.JSON;
    }

    private void acknowledgement(Draft to) {
        loop.cancel(ackTimer);
        encoding.acknowledge(session.acknowledge(), to);
    }

    private void acknowledge() {
        ClientSocket open = socket();
        if (open != null && welcomed && session.owesAck()) {
            Draft draft = loop.draft().clear();
            acknowledgement(draft);
            open.send(text(), draft.array(), draft.size());
        }
    }

    private final Timer ackTimer = new Timer() {
        @Override
        protected void fire(long dueNanos) {
            acknowledge();
        }
    };

    /** A numbered frame of the server has come. */
    private void counted(int bytes) {
        session.received(bytes);
        if (silent) {
            return;
        }
        if (session.ackIsUrgent()) {
            acknowledge();
        } else if (session.owesAck() && !ackTimer.isScheduled()) {
            loop.schedule(ackTimer, loop.nanos() + ACK_NANOS);
        }
    }

    private @Nullable Seat seat(String room) {
        for (Seat seat : seats) {
            if (seat.room.equals(room)) {
                return seat;
            }
        }
        return null;
    }

    private Seat seated(String room) {
        Seat seat = seat(room);
        if (seat == null || seat.number() == 0) {
            throw new IllegalStateException("peer " + id + " is not in room " + room);
        }
        return seat;
    }

    private Seat seatOf(int number) throws Encoding.MalformedException {
        for (Seat seat : seats) {
            if (seat.number() == number) {
                return seat;
            }
        }
        throw new Encoding.MalformedException("a frame is about room number " + number + ", which was never told");
    }

    private String roomOf(int number) throws Encoding.MalformedException {
        return number == 0 ? "" : seatOf(number).room;
    }

    /** Hears one connection; a later one has another. */
    private final class Wire implements ClientSocket.Listener, Encoding.Sink {

        private @Nullable ClientSocket socket;
        private @Nullable String violation;

        private boolean isCurrent() {
            return wire == this;
        }

        @Override
        public void onOpen(ClientSocket open) {
            if (isCurrent()) {
                Draft draft = loop.draft().clear();
                encoding.write(
                        Frame.newBuilder()
                                .setHello(session.hello(
                                        Hello.newBuilder().setAgent(AGENT).setToken(token))),
                        draft);
                open.send(text(), draft.array(), draft.size());
            }
        }

        @Override
        public void onMessage(ClientSocket open, boolean text, ByteBuffer payload) {
            if (!isCurrent()) {
                return;
            }
            try {
                if (text != text()) {
                    throw new Encoding.MalformedException((text ? "a text" : "a binary") + " message came under "
                            + encoding.subprotocol().id());
                }
                encoding.read(payload, this);
            } catch (Encoding.MalformedException e) {
                violation = e.getMessage();
                open.cut();
            }
        }

        @Override
        public void frame(Frame frame, int bytes) throws Encoding.MalformedException {
            if (Session.isNumbered(frame)) {
                counted(bytes);
            }
            switch (frame.getBodyCase()) {
                case WELCOME -> welcome(frame.getWelcome());
                case ACK -> acknowledged(frame.getAck().getReceived());
                case MOVED -> {
                    Seat seat = seat(frame.getMoved().getRoom());
                    if (seat != null) {
                        seat.numbered(frame.getMoved().getNumber());
                        for (Route route : frame.getMoved().getRoutesList()) {
                            seat.define(route.getRoute(), route.getEvent());
                        }
                    }
                }
                case JOINED -> joined(frame.getJoined());
                case LEFT -> {
                    Seat seat = seatOf(frame.getLeft().getRoom());
                    seats.remove(seat);
                    encoding.left(seat.number());
                    listener.onLeft(SocketPeer.this, seat.room, frame.getLeft().getRef());
                }
                case PAGE ->
                    listener.onPage(
                            SocketPeer.this,
                            roomOf(frame.getPage().getRoom()),
                            frame.getPage().getRef(),
                            frame.getPage().getEntriesCount());
                case ROUTE -> {
                    Route route = frame.getRoute();
                    seatOf(route.getRoom()).define(route.getRoute(), route.getEvent());
                }
                case MESSAGE -> {
                    Message message = frame.getMessage();
                    listener.onMessage(
                            SocketPeer.this,
                            roomOf(message.getRoom()),
                            message.getEvent(),
                            message.getPayload().asReadOnlyByteBuffer());
                }
                case REQUEST -> {
                    int asked = frame.getRequest().getId();
                    send(to -> whole(
                            Frame.newBuilder()
                                    .setReply(Reply.newBuilder()
                                            .setId(asked)
                                            .setCode(REQUEST_NOT_HANDLED)
                                            .setReason("peers of the testkit answer no requests")),
                            to));
                }
                case REPLY -> {
                    Reply reply = frame.getReply();
                    listener.onReply(
                            SocketPeer.this,
                            reply.getId(),
                            reply.getCode(),
                            reply.getPayload().asReadOnlyByteBuffer());
                }
                case ERROR -> {
                    var error = frame.getError();
                    listener.onError(
                            SocketPeer.this, error.getCode(), error.getText(), error.getRef(), error.getRoom());
                }
                case GAP ->
                    listener.onGap(
                            SocketPeer.this,
                            roomOf(frame.getGap().getRoom()),
                            frame.getGap().getMissed());
                case GO_AWAY ->
                    listener.onGoAway(SocketPeer.this, frame.getGoAway().getReconnectAfterMs());
                default -> {
                    // A frame of a later version of the protocol.
                }
            }
        }

        private void welcome(Welcome welcome) {
            id = welcome.getPeer();
            mostMessageBytes = welcome.getLimits().getMaxMessageBytes();
            welcomed = true;
            if (!welcome.getResumed()) {
                forgetSeats();
            }
            List<Session.Sending> again = session.welcomed(welcome);
            again.forEach(SocketPeer.this::write);
            listener.onWelcome(SocketPeer.this, welcome.getResumed());
        }

        private void joined(Joined joined) {
            Seat seat = seat(joined.getRoom());
            if (seat == null) {
                seat = new Seat(joined.getRoom().intern());
                seats.add(seat);
            }
            seat.numbered(joined.getNumber());
            for (Route route : joined.getRoutesList()) {
                seat.define(route.getRoute(), route.getEvent());
            }
            listener.onJoined(SocketPeer.this, seat.room, joined.getRef());
        }

        @Override
        public void acknowledged(long received) {
            session.acknowledged(received);
        }

        @Override
        public void routed(int route, ByteBuffer payload) throws Encoding.MalformedException {
            counted(payload.remaining());
            for (Seat seat : seats) {
                String event = seat.event(route);
                if (event != null) {
                    listener.onMessage(SocketPeer.this, seat.room, event, payload);
                    return;
                }
            }
            throw new Encoding.MalformedException("a message came on route " + route + ", which was never defined");
        }

        @Override
        public void onEnded(ClientSocket ended, Ending ending) {
            if (!isCurrent()) {
                return;
            }
            boolean wasWelcomed = welcomed;
            wire = null;
            welcomed = false;
            loop.forget(ackTimer);
            if (!session.canResume()) {
                forgetSeats();
            }
            String what = violation;
            listener.onEnded(
                    SocketPeer.this,
                    wasWelcomed,
                    what == null ? ending : new Ending(Ending.Kind.VIOLATED, ending.code(), what));
        }
    }
}
