package io.roomcast.testkit.socket;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.roomcast.runtime.wire.proto.Cancel;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.History;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.runtime.wire.proto.Leave;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Request;
import io.roomcast.testkit.scenario.Subprotocol;
import java.nio.ByteBuffer;
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

    private final SocketLoop loop;
    private final Listener listener;
    private final Seats seats = new Seats();
    private final Outgoing outgoing;
    private final Incoming incoming;
    private @Nullable Wire wire;
    private String token = "";

    /** @param listener told what becomes of it, by the loop's thread */
    public SocketPeer(SocketLoop loop, Listener listener) {
        this.loop = loop;
        this.listener = listener;
        this.outgoing = new Outgoing(loop);
        this.incoming = new Incoming(this, listener, seats, outgoing);
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

    // ---- its connection

    /** Sets what it speaks from its next connection on. A session in another subprotocol is over. */
    public void speak(Subprotocol subprotocol) {
        if (subprotocol != subprotocol()) {
            seats.leaveAll(outgoing.encoding());
            outgoing.speak(subprotocol);
        }
    }

    /** Returns what it speaks. */
    public Subprotocol subprotocol() {
        return outgoing.encoding().subprotocol();
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
        Wire begun = new Wire();
        wire = begun;
        outgoing.begin(loop.connect(target, new SocketOptions(subprotocol().id(), receiveBufferBytes), begun));
    }

    /** Says goodbye, which ends the session too. */
    public void close() {
        outgoing.endSession();
        ClientSocket open = socket();
        if (open != null) {
            open.close(1000);
        }
    }

    /** Says nothing from now on by itself: no answers to pings, no acknowledgements. */
    public void fallSilent() {
        outgoing.fallSilent();
    }

    /** Lets go of the connection without ending it: whatever becomes of it is not told any more. */
    public void abandon() {
        wire = null;
        outgoing.end();
    }

    /** Returns whether there is a session to go on with. */
    public boolean canResume() {
        return outgoing.canResume();
    }

    /** Returns the peer's id, empty before it is welcomed. */
    public String id() {
        return incoming.id();
    }

    /** Returns how long a message the server takes, 0 if it did not say. */
    public int mostMessageBytes() {
        return incoming.mostMessageBytes();
    }

    /** Returns whether the server has welcomed it, and the connection has not ended. */
    public boolean isWelcomed() {
        return outgoing.isWelcomed();
    }

    /** Returns its connection for what is below the protocol; null when there is none. */
    public @Nullable ClientSocket socket() {
        return outgoing.socket();
    }

    // ---- what it says

    /** Returns whether it is in a room. */
    public boolean isIn(String room) {
        Seat seat = seats.in(room);
        return seat != null && seat.number() != 0;
    }

    /** Asks to be let into a room. */
    public void join(String room, int ref) {
        outgoing.send(
                () -> Frame.newBuilder().setJoin(Join.newBuilder().setRoom(room).setRef(ref)));
    }

    /** Asks to be taken out of a room that it is in. */
    public void leave(String room, int ref) {
        sendIn(
                room,
                seat -> Frame.newBuilder()
                        .setLeave(Leave.newBuilder().setRoom(seat.number()).setRef(ref)));
    }

    /** Sends a message into a room that it is in. @param to the peer it is meant for, empty for none */
    public void send(String room, String event, String to, ByteBuffer payload) {
        sendIn(room, (seat, encoding, draft) -> {
            int route = to.isEmpty() ? seat.route(event) : 0;
            if (route != 0) {
                encoding.write(route, payload, draft);
            } else {
                encoding.write(
                        Frame.newBuilder()
                                .setMessage(Message.newBuilder()
                                        .setRoom(seat.number())
                                        .setEvent(event)
                                        .setTo(to)
                                        .setPayload(shared(payload))),
                        draft);
            }
        });
    }

    /** Asks for the newest messages of a room's history. */
    public void readHistory(String room, int ref, int messages) {
        sendIn(
                room,
                seat -> Frame.newBuilder()
                        .setHistory(History.newBuilder()
                                .setRoom(seat.number())
                                .setRef(ref)
                                .setLimit(messages)));
    }

    /** Asks something in a room that it is in. @param timeoutMillis 0 leaves it to the server */
    public void request(String room, String event, int request, int timeoutMillis, ByteBuffer payload) {
        sendIn(
                room,
                seat -> Frame.newBuilder()
                        .setRequest(Request.newBuilder()
                                .setRoom(seat.number())
                                .setEvent(event)
                                .setId(request)
                                .setTimeoutMs(timeoutMillis)
                                .setPayload(shared(payload))));
    }

    /** Says that an answer is not waited for any more. */
    public void cancel(int request) {
        outgoing.send(() -> Frame.newBuilder().setCancel(Cancel.newBuilder().setId(request)));
    }

    private void sendIn(String room, Function<Seat, Frame.Builder> frame) {
        sendIn(room, (seat, encoding, draft) -> encoding.write(frame.apply(seat), draft));
    }

    /** Sends a frame about a room that the peer is in now, by the numbers that the room has whenever the frame is sent. */
    private void sendIn(String room, SeatWords frame) {
        if (!isIn(room)) {
            throw new IllegalStateException("peer " + id() + " is not in room " + room);
        }
        outgoing.send((encoding, draft) -> {
            Seat seat = seats.in(room);
            if (seat == null) {
                return false;
            }
            frame.write(seat, encoding, draft);
            return true;
        });
    }

    private static ByteString shared(ByteBuffer payload) {
        return UnsafeByteOperations.unsafeWrap(payload.duplicate());
    }

    /** A frame about a room. */
    private interface SeatWords {
        void write(Seat seat, Encoding encoding, Draft to);
    }

    /** Hears one connection; a later one has another. */
    private final class Wire implements ClientSocket.Listener {

        private @Nullable String violation;

        private boolean isCurrent() {
            return wire == this;
        }

        @Override
        public void onOpen(ClientSocket open) {
            if (isCurrent()) {
                outgoing.hello(token, open);
            }
        }

        @Override
        public void onMessage(ClientSocket open, boolean text, ByteBuffer payload) {
            if (!isCurrent()) {
                return;
            }
            try {
                if (text != outgoing.isText()) {
                    throw new Encoding.MalformedException((text ? "a text" : "a binary") + " message came under "
                            + subprotocol().id());
                }
                outgoing.encoding().read(payload, incoming);
            } catch (Encoding.MalformedException e) {
                violation = e.getMessage();
                open.cut();
            }
        }

        @Override
        public void onEnded(ClientSocket ended, Ending ending) {
            if (!isCurrent()) {
                return;
            }
            boolean wasWelcomed = isWelcomed();
            wire = null;
            outgoing.end();
            if (!canResume()) {
                seats.leaveAll(outgoing.encoding());
            }
            String what = violation;
            listener.onEnded(
                    SocketPeer.this,
                    wasWelcomed,
                    what == null ? ending : new Ending(Ending.Kind.VIOLATED, ending.code(), what));
        }
    }
}
