package io.roomcast.runtime.session;

import io.roomcast.Message;
import io.roomcast.Refusal;
import io.roomcast.RequestException;
import io.roomcast.RequestException.Reason;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.RoomKey;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request to one peer. Its future can be completed by the application as well, from any thread: that is how it cancels.
 * Everything but {@link #fail} is confined to the peer's loop.
 */
final class Question implements Asker {

    private final Session peer;
    private final int id;
    private final Message message;
    private final Telemetry telemetry;
    private final CompletableFuture<Message> answer = new CompletableFuture<>();
    private @Nullable RequestsToPeer askedThrough;
    private long deadlineNanos;
    private EventLoop.@Nullable Timer timeout;

    Question(Session peer, int id, Message message, Telemetry telemetry) {
        this.peer = peer;
        this.id = id;
        this.message = message;
        this.telemetry = telemetry;
    }

    CompletableFuture<Message> answer() {
        return answer;
    }

    /** Asks the peer; whoever calls has taken a place. */
    void ask(RequestsToPeer requests, @Nullable String room, int timeoutMillis) {
        Membership membership = room == null ? null : peer.membership(room);
        if (answer.isDone() || room != null && (membership == null || !membership.isActive())) {
            requests.release();
            fail(Reason.PEER_GONE);
            return;
        }
        askedThrough = requests;
        deadlineNanos = peer.now() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        timeout = peer.schedule(timeoutMillis, this::timedOut);
        answer.whenComplete((known, failure) -> peer.executeHereOr(this::stop));
        RoomKey key = membership == null ? null : new RoomKey(membership.roomNumber(), membership.roomName());
        requests.ask(id, peer.format().request(key, null, id, timeoutMillis, message), this, membership);
        if (answer.isDone()) {
            // Cancelled between the look at it above and whenComplete, which then ran before there was anything to
            // stop.
            stop();
        }
    }

    private void timedOut() {
        if (askedThrough != null) {
            askedThrough.abandon(id);
        }
        fail(Reason.TIMED_OUT);
    }

    @Override
    public @Nullable EventLoop loop() {
        return null;
    }

    @Override
    public void leaveLoop() {
        if (timeout != null) {
            timeout.cancel();
        }
    }

    @Override
    public void enterLoop() {
        long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - peer.now());
        timeout = peer.schedule(Math.max(1, left), this::timedOut);
    }

    /** From any thread. Does nothing if it is answered, or over in another way. */
    void fail(Reason reason) {
        fail(new RequestException(
                reason,
                "the request " + message.event() + " to peer " + peer.id()
                        + switch (reason) {
                            case TIMED_OUT -> " was not answered in time";
                            case PEER_GONE -> " has no answer: the peer has gone, or is not in the room";
                            case TOO_MANY -> " was not made: as many are open as may be";
                            case REFUSED -> " was refused";
                        }));
    }

    private void fail(RequestException failure) {
        if (answer.completeExceptionally(failure)) {
            telemetry.requestFailed(failure.reason());
        }
    }

    @Override
    public void answered(Session from, ByteBuffer payload) {
        answer.complete(Message.of(message.event(), payload));
    }

    @Override
    public void refused(Session from, Refusal refusal) {
        fail(RequestException.refusedBy(refusal));
    }

    @Override
    public void gone(Session from) {
        fail(Reason.PEER_GONE);
    }

    /** It is over. If that was the application's doing, the peer is told. */
    private void stop() {
        if (timeout != null) {
            timeout.cancel();
        }
        if (askedThrough != null) {
            askedThrough.abandon(id);
        }
    }
}
