package io.roomcast.testkit.socket;

import io.roomcast.runtime.wire.proto.Cancel;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.Welcome;
import io.roomcast.testkit.scenario.Subprotocol;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a peer says. Its frames have numbers, and where the server keeps sessions they are kept until the server has them; what it has had itself it says along with them, or
 * when about a second is over, for which it is a timer. Belongs to its peer's thread.
 */
final class Outgoing extends Timer {

    private static final String AGENT = "roomcast-testkit";
    /** A little less than the second that the protocol gives. */
    private static final long ACK_NANOS = 900_000_000L;

    private final SocketLoop loop;
    private final Session session = new Session();
    private Encoding encoding = Encoding.of(Subprotocol.PROTOBUF);
    private @Nullable ClientSocket socket;
    private boolean welcomed;
    private boolean silent;

    Outgoing(SocketLoop loop) {
        this.loop = loop;
    }

    Encoding encoding() {
        return encoding;
    }

    /** Returns whether its messages are text. */
    boolean isText() {
        return encoding.subprotocol() == Subprotocol.JSON;
    }

    /** Sets what is spoken from the next connection on; ends the session. */
    void speak(Subprotocol subprotocol) {
        encoding = Encoding.of(subprotocol);
        session.end();
    }

    boolean canResume() {
        return session.canResume();
    }

    void endSession() {
        session.end();
    }

    // ---- its connection

    /** A connection begins. */
    void begin(ClientSocket begun) {
        socket = begun;
        silent = false;
    }

    /** There is no connection any more. */
    void end() {
        socket = null;
        welcomed = false;
        loop.forget(this);
    }

    /** Returns the connection, null when there is none. */
    @Nullable
    ClientSocket socket() {
        return socket;
    }

    /** Returns whether the server has welcomed the peer on this connection. */
    boolean isWelcomed() {
        return welcomed;
    }

    /** The peer is welcome, and says again what the server has missed. */
    void welcomed(Welcome welcome) {
        welcomed = true;
        session.welcomed(welcome).forEach(this::write);
    }

    /** Says nothing more by itself on this connection: no answers to pings, no acknowledgements. */
    void fallSilent() {
        ClientSocket open = socket;
        if (open != null) {
            open.answerPings(false);
        }
        silent = true;
        loop.cancel(this);
    }

    // ---- frames

    /** Says hello, which is all that is said before the welcome. */
    void hello(String token, ClientSocket open) {
        Hello.Builder hello = session.hello(Hello.newBuilder().setAgent(AGENT).setToken(token));
        Draft draft = loop.draft().clear();
        encoding.write(Frame.newBuilder().setHello(hello), draft);
        send(draft, open);
    }

    /** Sends a numbered frame that says the same whenever it is sent, if the peer is welcome. */
    void send(Supplier<Frame.Builder> frame) {
        send((with, to) -> {
            with.write(frame.get(), to);
            return true;
        });
    }

    /** Sends a numbered frame, if the peer is welcome. */
    void send(Words frame) {
        if (welcomed) {
            session.sent(frame);
            write(frame);
        }
    }

    private void write(Words frame) {
        ClientSocket open = socket;
        if (open == null) {
            return;
        }
        Draft draft = loop.draft().clear();
        if (session.owesAck()) {
            acknowledgement(draft);
        }
        if (!frame.write(encoding, draft)) {
            // Its room is not there any more: the frame still takes its number, and does nothing.
            encoding.write(Frame.newBuilder().setCancel(Cancel.getDefaultInstance()), draft);
        }
        send(draft, open);
    }

    private void send(Draft draft, ClientSocket open) {
        open.send(isText(), draft.array(), draft.size());
    }

    // ---- acknowledgements

    /** The server has had so many frames. */
    void acknowledged(long received) {
        session.acknowledged(received);
    }

    /** A numbered frame of the server has come. */
    void received(int bytes) {
        session.received(bytes);
        if (silent) {
            return;
        }
        if (session.ackIsUrgent()) {
            acknowledge();
        } else if (session.owesAck() && !isScheduled()) {
            loop.schedule(this, loop.nanos() + ACK_NANOS);
        }
    }

    @Override
    protected void fire(long dueNanos) {
        acknowledge();
    }

    private void acknowledge() {
        ClientSocket open = socket;
        if (open != null && welcomed && session.owesAck()) {
            Draft draft = loop.draft().clear();
            acknowledgement(draft);
            send(draft, open);
        }
    }

    private void acknowledgement(Draft to) {
        loop.cancel(this);
        encoding.acknowledge(session.acknowledge(), to);
    }
}
