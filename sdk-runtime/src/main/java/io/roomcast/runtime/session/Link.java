package io.roomcast.runtime.session;

import static java.util.Objects.requireNonNull;

import io.roomcast.Authentication;
import io.roomcast.CloseCode;
import io.roomcast.ErrorCode;
import io.roomcast.Identity;
import io.roomcast.Limits;
import io.roomcast.runtime.environment.RateLimit;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.outbound.BacklogListener;
import io.roomcast.runtime.outbound.LoopFlush;
import io.roomcast.runtime.outbound.Outbound;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.ConnectionListener;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.wire.HelloFrame;
import io.roomcast.runtime.wire.WelcomeFrame;
import io.roomcast.runtime.wire.WireException;
import io.roomcast.runtime.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One connection's side of the protocol: hello first, then frames; rates, errors and silence watched. It makes the
 * {@link Session} when the client is welcomed; its {@link FrameGate} passes on what follows. Confined to the connection's loop.
 */
final class Link implements ConnectionListener, BacklogListener {

    /** Why a client is not read from; it is read again when no reason is left. */
    enum Pause {
        AUTHENTICATION,
        RESUMING,
        INBOX,
        MAILBOX
    }

    private enum Phase {
        AWAITING_HELLO,
        AUTHENTICATING,
        RESUMING,
        WELCOMED,
        ENDED
    }

    private final SessionRegistry sessions;
    private final SessionSettings settings;
    private final Connection connection;
    private final WireFormat format;
    private final LoopFlush flush;
    private final Liveness liveness;
    private final FrameGate frames;
    private Phase phase = Phase.AWAITING_HELLO;
    /** That of the session once there is one. */
    private Outbound outbound;

    /** What is left of the rates of messages and of errors, see {@link RateLimit}. */
    private long messages;

    private long errors;
    /** Time in which it could not be heard: what it might have said then it may say now. */
    private long silentNanos;

    private int pauses;
    private boolean anyFrame;
    private boolean reading;
    /** Whether this read brought the welcome about. */
    private boolean welcoming;

    private @Nullable Opening opening;
    /** Who it is, while it waits for its session. */
    private @Nullable Identity identified;

    private @Nullable Session session;
    /** Closes the connection; there once it is to be closed and something still waits for the client. */
    private @Nullable Runnable farewell;

    Link(
            SessionRegistry sessions,
            SessionSettings settings,
            Connection connection,
            Handshake handshake,
            WireFormat format,
            LoopFlush flush) {
        this.sessions = sessions;
        this.settings = settings;
        this.connection = connection;
        this.format = format;
        this.flush = flush;
        this.outbound = fresh();
        long now = sessions.now();
        this.messages = sessions.messageRate().full(now);
        this.errors = sessions.errorRate().full(now);
        this.frames = new FrameGate(this);
        this.liveness = new Liveness(this);
        this.opening = new Opening(
                handshake,
                connection.loop().schedule(settings.limits().helloTimeout().toMillis(), this::helloTimedOut));
    }

    Connection connection() {
        return connection;
    }

    WireFormat format() {
        return format;
    }

    Outbound outbound() {
        return outbound;
    }

    RoomGate rooms() {
        return sessions.rooms();
    }

    Telemetry telemetry() {
        return sessions.telemetry();
    }

    Limits limits() {
        return settings.limits();
    }

    long now() {
        return sessions.now();
    }

    /** Returns whether it is us who do not listen. */
    boolean isPaused() {
        return pauses != 0;
    }

    // ---- from the transport

    @Override
    public void onMessage(MessageType type, ByteBuffer payload) {
        if (phase == Phase.ENDED) {
            return;
        }
        int size = payload.remaining();
        telemetry().received(size);
        if (type != format.messageType()) {
            end(
                    CloseCode.UNSUPPORTED_DATA,
                    "got a " + type.name().toLowerCase(Locale.ROOT) + " message, expected "
                            + format.messageType().name().toLowerCase(Locale.ROOT) + " under "
                            + format.subprotocol());
            return;
        }
        anyFrame = false;
        reading = true;
        outbound.reads();
        try {
            format.read(payload, frames);
            if (!anyFrame) {
                // A message without frames costs us a turn of the loop like any other.
                counted();
            }
        } catch (WireException malformed) {
            if (phase != Phase.ENDED) {
                fail(ErrorCode.BAD_FRAME, CloseCode.BAD_FRAME, text(malformed));
            }
        } finally {
            reading = false;
        }
        Session current = session;
        if (current != null && phase == Phase.WELCOMED) {
            current.messageRead(size);
        }
    }

    @Override
    public void onReadEnd() {
        if (welcoming) {
            // Joins right behind the hello are still on their way to their rooms; their answers leave with the welcome.
            welcoming = false;
            outbound.readEndsWithTurn();
        } else {
            outbound.readEnds();
        }
    }

    @Override
    public void onWritable() {
        outbound.writable();
        if (farewell != null && outbound.isEmpty()) {
            farewell.run();
        }
    }

    @Override
    public void onClosed(int code, String reason) {
        boolean broke = phase == Phase.WELCOMED && (code == CloseCode.ABNORMAL || code == CloseCode.TIMED_OUT);
        phase = Phase.ENDED;
        liveness.stop();
        stopOpening();
        telemetry().connectionClosed(code);
        Session last = session;
        session = null;
        if (last == null) {
            outbound.discard();
        } else if (broke && last.resumption() != null) {
            sessions.lost(last);
        } else {
            sessions.closed(last);
        }
    }

    // ---- from the outbound queue

    @Override
    public void onSlow(int waitingBytes) {
        if (session != null) {
            telemetry().peerSlow(session.id(), waitingBytes);
        }
    }

    @Override
    public void onDrained() {
        if (session != null) {
            session.drained();
        }
    }

    @Override
    public void onOverflow() {
        end(CloseCode.TOO_SLOW, sessions.tooSlowReason());
    }

    // ---- from the client, by way of the frame gate

    void hello(HelloFrame hello) {
        if (!counted()) {
            return;
        }
        if (phase != Phase.AWAITING_HELLO) {
            fail(
                    ErrorCode.HELLO_EXPECTED,
                    CloseCode.HELLO_EXPECTED,
                    "got a second hello, expected one in a connection");
            return;
        }
        Opening current = requireNonNull(opening);
        phase = Phase.AUTHENTICATING;
        CompletionStage<Authentication> decision;
        try {
            decision = requireNonNull(
                    settings.authenticator()
                            .authenticate(new HelloRequest(
                                    hello.token(), hello.agent(), connection.remoteAddress(), current.handshake())),
                    "the authenticator returned null, expected a CompletionStage");
        } catch (RuntimeException | Error failure) {
            authenticatorFailed(failure);
            return;
        }
        // A minimal stage is a CompletableFuture too, but not its own, and refuses to be looked at.
        if (decision instanceof CompletableFuture<Authentication> known
                && known.toCompletableFuture() == known
                && known.isDone()
                && !known.isCompletedExceptionally()) {
            authenticated(known.join(), hello);
            return;
        }
        pauseReads(Pause.AUTHENTICATION);
        decision.whenComplete((result, failure) -> connection.loop().execute(() -> {
            if (phase != Phase.AUTHENTICATING) {
                return;
            }
            if (failure != null) {
                authenticatorFailed(failure);
            } else {
                authenticated(result, hello);
            }
            resumeReads(Pause.AUTHENTICATION);
        }));
    }

    // ---- from above

    /** Tells the client in some frame what it did wrong, unless it has earned too many of these. */
    void complain(int code, Chunk frame) {
        if (phase == Phase.ENDED) {
            return;
        }
        outbound.offer(frame);
        telemetry().errorSent(code);
        long before = errors;
        errors = sessions.errorRate().take(before, sessions.now());
        if (errors == before) {
            end(
                    CloseCode.TOO_MANY_ERRORS,
                    "more than " + settings.limits().maxErrorsPerMinute() + " errors in a minute");
        }
    }

    /** Begins the closing handshake, after what waits for the client; not later than the close timeout from now. */
    void end(int code, String reason) {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        stopOpening();
        outbound.seal();
        outbound.flush();
        if (session != null) {
            session.shut();
        }
        Runnable close = () -> connection.close(code, reason);
        if (outbound.isEmpty()) {
            close.run();
        } else {
            farewell = close;
            connection.loop().schedule(settings.limits().closeTimeout().toMillis(), close);
        }
    }

    void pauseReads(Pause reason) {
        if (pauses == 0) {
            connection.pauseReads();
        }
        pauses |= 1 << reason.ordinal();
    }

    void resumeReads(Pause reason) {
        if (pauses != 0) {
            pauses &= ~(1 << reason.ordinal());
            if (pauses == 0) {
                connection.resumeReads();
            }
        }
    }

    // ---- within

    /** Counts a frame; returns whether it is to be looked at. */
    boolean counted() {
        anyFrame = true;
        if (phase == Phase.ENDED) {
            return false;
        }
        long before = messages;
        messages = sessions.messageRate().take(before, sessions.now());
        if (messages != before) {
            return true;
        }
        long each = sessions.messageRate().nanosPerToken();
        if (silentNanos >= each) {
            silentNanos -= each;
            return true;
        }
        fail(
                ErrorCode.RATE_EXCEEDED,
                CloseCode.RATE_EXCEEDED,
                "more than " + settings.limits().maxMessagesPerSecond() + " frames a second");
        return false;
    }

    /** Returns the session, or null after it told the client that hello comes first. */
    @Nullable
    Session welcomed() {
        if (phase == Phase.AWAITING_HELLO) {
            fail(ErrorCode.HELLO_EXPECTED, CloseCode.HELLO_EXPECTED, "expected hello as the first frame");
        }
        return phase == Phase.WELCOMED ? session : null;
    }

    /** Returns the session, if there is one. */
    @Nullable
    Session session() {
        return session;
    }

    /** Returns whether frames are to be kept with {@link #defer} for now. */
    boolean isAuthenticating() {
        return phase == Phase.AUTHENTICATING || phase == Phase.RESUMING;
    }

    /** Returns whether it waits for a session to go on with. */
    boolean isResuming() {
        return phase == Phase.RESUMING;
    }

    /** Keeps a frame that came on the heels of the hello until the authenticator has decided. */
    void defer(Runnable frame) {
        anyFrame = true;
        if (!requireNonNull(opening).defer(frame)) {
            fail(
                    ErrorCode.HELLO_EXPECTED,
                    CloseCode.HELLO_EXPECTED,
                    "more than " + Opening.MAX_DEFERRED + " frames before the welcome");
        }
    }

    private void authenticated(@Nullable Authentication decision, HelloFrame hello) {
        if (decision == null) {
            authenticatorFailed(new NullPointerException("the authenticator decided null, expected an Authentication"));
            return;
        }
        Identity identity = decision.identity();
        if (identity == null) {
            fail(ErrorCode.UNAUTHENTICATED, CloseCode.UNAUTHENTICATED, decision.reason());
            return;
        }
        if (hello.resume().isEmpty()) {
            welcomeAnew(identity, hello.resumable());
            return;
        }
        phase = Phase.RESUMING;
        pauseReads(Pause.RESUMING);
        identified = identity;
        new Resuming(sessions, this, identity, hello).begin();
    }

    /** The client does not get the session that it wanted to go on with, but a new one. */
    void startAnew(String reason) {
        if (phase != Phase.RESUMING) {
            return;
        }
        if (sessions.isStopping()) {
            // Its session may go on elsewhere: nothing is given that the client would take for an end of it.
            end(CloseCode.GOING_AWAY, "this node is stopping");
            return;
        }
        telemetry().resumeRefused(reason);
        welcomeAnew(requireNonNull(identified), true);
        if (phase == Phase.WELCOMED) {
            complain(ErrorCode.RESUME_REFUSED, format.error(ErrorCode.RESUME_REFUSED, reason, 0, false, ""));
        }
        resumeReads(Pause.RESUMING);
    }

    private void welcomeAnew(Identity identity, boolean resumable) {
        if (resumable) {
            outbound = outbound.keeping();
        }
        Session fresh = sessions.open(this, identity, resumable);
        telemetry().peerWelcomed();
        welcome(fresh, false);
    }

    /** The client goes on with its session. */
    void resumed(Session before) {
        outbound = before.outbound();
        welcome(before, true);
        resumeReads(Pause.RESUMING);
    }

    private void welcome(Session welcomed, boolean resumed) {
        Opening finished = requireNonNull(opening);
        stopOpening();
        phase = Phase.WELCOMED;
        session = welcomed;
        Resumption resumption = welcomed.resumption();
        if (reading) {
            welcoming = true;
            outbound.reads();
        }
        outbound.offer(format.welcome(new WelcomeFrame(
                welcomed.id(),
                settings.nodeId(),
                settings.limits().maxMessageBytes(),
                settings.limits().maxRoomsPerPeer(),
                (int) settings.limits().pingInterval().toMillis(),
                welcomed.resumeToken(),
                resumption == null ? 0 : (int) settings.limits().resumeWindow().toMillis(),
                resumed,
                resumption == null ? 0 : resumption.received())));
        liveness.start();
        finished.replay();
    }

    /**
     * The client could not be heard for so long, while it may have gone on talking: it is allowed more than a burst now, and no more on
     * the whole.
     */
    void mayCatchUpOn(long silence) {
        Limits limits = limits();
        long longest = limits.pingInterval()
                .plus(limits.pongTimeout())
                .plus(limits.closeTimeout())
                .plus(limits.resumeWindow())
                .toNanos();
        silentNanos = Math.max(0, Math.min(silence, longest));
    }

    /** Returns since when the client could not be heard; earlier if it has not caught up on a silence before. */
    long silentSince() {
        return connection.lastReceivedNanos() - silentNanos;
    }

    /** The session goes on over another connection. */
    void replaced() {
        phase = Phase.ENDED;
        session = null;
        // The one it had is the session's.
        outbound = fresh();
        liveness.stop();
        connection.close(CloseCode.RESUMED_ELSEWHERE, "the session goes on over another connection");
    }

    private Outbound fresh() {
        return new Outbound(
                connection, format.messageType(), flush, settings.limits().outboundBytesPerPeer(), this);
    }

    private void authenticatorFailed(Throwable failure) {
        telemetry().handlerFailed("authenticator", failure);
        fail(ErrorCode.UNAUTHENTICATED, CloseCode.UNAUTHENTICATED, "the authenticator failed");
    }

    private void helloTimedOut() {
        fail(
                ErrorCode.HELLO_EXPECTED,
                CloseCode.HELLO_EXPECTED,
                "no hello within " + settings.limits().helloTimeout().toMillis() + " ms");
    }

    /** Tells the client what is wrong and ends the connection. */
    private void fail(int errorCode, int closeCode, String text) {
        if (phase == Phase.ENDED) {
            return;
        }
        outbound.offer(format.error(errorCode, text, 0, true, ""));
        telemetry().errorSent(errorCode);
        end(closeCode, text);
    }

    private void stopOpening() {
        if (opening != null) {
            opening.stop();
            opening = null;
        }
    }

    private static String text(WireException malformed) {
        String message = malformed.getMessage();
        return message == null ? "malformed frame" : message;
    }
}
