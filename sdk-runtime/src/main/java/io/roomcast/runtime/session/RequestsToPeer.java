package io.roomcast.runtime.session;

import static java.util.Objects.requireNonNull;

import io.roomcast.ErrorCode;
import io.roomcast.Message;
import io.roomcast.Refusal;
import io.roomcast.RequestException.Reason;
import io.roomcast.SendOutcome;
import io.roomcast.runtime.outbound.policy.Holdings;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.EventLoop;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * What this node has asked a peer and has no answer to yet. Confined to the peer's loop, except for {@link #request} and
 * {@link #reserve}, which count in {@code places} before the loop hears of the request.
 *
 * <p>Ids are drawn from one sequence for the whole node, so that what many peers are asked is encoded once.
 */
public final class RequestsToPeer {

    private static final AtomicIntegerFieldUpdater<RequestsToPeer> PLACES =
            AtomicIntegerFieldUpdater.newUpdater(RequestsToPeer.class, "places");

    private final Session peer;
    private volatile int places;
    /** Null while nothing is open: most peers are never asked. */
    private @Nullable Map<Integer, Open> open;
    /** Those that were given up and whose answers may still come; null before the first. */
    private @Nullable RecentIds abandoned;

    /** An open request. @param room the room it was asked in, null for none */
    private record Open(Asker asker, @Nullable Membership room) {}

    RequestsToPeer(Session peer) {
        this.peer = peer;
    }

    /** Asks the peer, in a room or outside any. From any thread. */
    public CompletionStage<Message> request(@Nullable String room, int id, Message message, int timeoutMillis) {
        Question question = new Question(peer, id, message, peer.telemetry());
        if (!peer.isOpen()) {
            question.fail(Reason.PEER_GONE);
        } else if (!reserve()) {
            question.fail(Reason.TOO_MANY);
        } else {
            peer.execute(() -> question.ask(this, room, timeoutMillis));
            if (!peer.isOpen()) {
                // The loop may run no more tasks.
                question.fail(Reason.PEER_GONE);
            }
        }
        return question.answer();
    }

    /** Takes a place for one more request; returns false if there is none. From any thread. */
    public boolean reserve() {
        if (PLACES.incrementAndGet(this) > peer.limits().maxOpenRequestsPerPeer()) {
            PLACES.decrementAndGet(this);
            return false;
        }
        peer.telemetry().requestOpened();
        return true;
    }

    /** Gives back a place of a request that is not made after all. From any thread. */
    void release() {
        PLACES.decrementAndGet(this);
        peer.telemetry().requestClosed();
    }

    /** The request for which a place was taken cannot be sent: the peer is not where it is asked. On the peer's loop. */
    public void refuseToAsk(Asker asker) {
        release();
        gone(asker);
    }

    /** Sends a request for which a place was taken. The asker may be told before this returns. On the peer's loop. */
    public void ask(int id, Chunk request, Asker asker, @Nullable Membership room) {
        if (!peer.isOpen()) {
            refuseToAsk(asker);
            return;
        }
        if (open == null) {
            open = new HashMap<>(4);
        }
        open.put(id, new Open(asker, room));
        Holdings held = peer.heldOrNull();
        if (held != null) {
            held.barrier();
        }
        if (peer.offer(request, false) == SendOutcome.CLOSED) {
            Open refused = take(id);
            if (refused != null) {
                gone(asker);
            }
        }
    }

    /** Nobody waits any more for this answer; the peer is told. The asker is not. */
    public void abandon(int id) {
        if (take(id) != null) {
            withdraw(id);
        }
    }

    /** The peer answers. */
    void replied(int id, int code, String reason, ByteBuffer payload) {
        Open answered = take(id);
        if (answered != null) {
            if (code == 0) {
                answered(answered.asker, payload);
            } else {
                refused(answered.asker, new Refusal(code, reason));
            }
        } else if (abandoned != null && abandoned.remove(id)) {
            peer.telemetry().lateReply();
        } else {
            peer.error(
                    ErrorCode.UNKNOWN_REQUEST,
                    "no request " + Integer.toUnsignedString(id) + " waits for an answer of this peer",
                    0,
                    "");
        }
    }

    /** The peer is no longer in a room. */
    public void left(Membership room) {
        if (open != null) {
            open.entrySet().stream()
                    .filter(entry -> entry.getValue().room == room)
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(id -> {
                        Open lost = take(id);
                        if (lost != null) {
                            withdraw(id);
                            gone(lost.asker);
                        }
                    });
        }
    }

    /** The peer has gone. */
    void closed() {
        if (open != null) {
            for (int id : open.keySet().toArray(Integer[]::new)) {
                Open lost = take(id);
                if (lost != null) {
                    gone(lost.asker);
                }
            }
        }
    }

    /** The peer goes to another node: it is told that its answers are not waited for here. */
    void withdrawAll() {
        if (open != null) {
            for (int id : open.keySet().toArray(Integer[]::new)) {
                Open lost = take(id);
                if (lost != null) {
                    withdraw(id);
                    gone(lost.asker);
                }
            }
        }
    }

    /** The peer leaves this loop. */
    void leaveLoop() {
        if (open != null) {
            open.values().forEach(entry -> entry.asker.leaveLoop());
        }
    }

    /** The peer is on its new loop. */
    void enterLoop() {
        if (open != null) {
            open.values().forEach(entry -> entry.asker.enterLoop());
        }
    }

    private void answered(Asker asker, ByteBuffer payload) {
        if (isHere(asker)) {
            asker.answered(peer, payload);
        } else {
            ByteBuffer copy = ByteBuffer.allocate(payload.remaining())
                    .put(payload.duplicate())
                    .flip();
            elsewhere(asker, () -> asker.answered(peer, copy));
        }
    }

    private void refused(Asker asker, Refusal refusal) {
        if (isHere(asker)) {
            asker.refused(peer, refusal);
        } else {
            elsewhere(asker, () -> asker.refused(peer, refusal));
        }
    }

    private void gone(Asker asker) {
        if (isHere(asker)) {
            asker.gone(peer);
        } else {
            elsewhere(asker, () -> asker.gone(peer));
        }
    }

    private boolean isHere(Asker asker) {
        EventLoop loop = asker.loop();
        return loop == null || loop.inLoop();
    }

    private static void elsewhere(Asker asker, Runnable call) {
        requireNonNull(asker.loop()).execute(call);
    }

    private @Nullable Open take(int id) {
        Open taken = open == null ? null : open.remove(id);
        if (taken != null) {
            release();
            if (open != null && open.isEmpty()) {
                open = null;
            }
        }
        return taken;
    }

    private void withdraw(int id) {
        if (abandoned == null) {
            abandoned = new RecentIds();
        }
        abandoned.add(id);
        peer.offer(peer.format().cancel(id), false);
    }
}
