package io.roomcast.runtime.session;

import io.roomcast.ErrorCode;
import io.roomcast.Message;
import io.roomcast.Refusal;
import io.roomcast.RequestException.Reason;
import io.roomcast.SendOutcome;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.outbound.policy.Holdings;
import io.roomcast.runtime.transport.Chunk;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What this node has asked a peer and has no answer to yet. Confined to the peer's loop, except for {@link #request} and
 * {@link #reserve}, which count in {@code places} before the loop hears of the request.
 *
 * <p>Ids are drawn from one sequence for the whole node, so that what many peers are asked is encoded once.
 */
public final class RequestsToPeer {

    private final Session peer;
    private final Link link;
    private final int limit;
    private final Telemetry telemetry;
    private final AtomicInteger places = new AtomicInteger();
    /** Null while nothing is open: most peers are never asked. */
    private @Nullable Map<Integer, Open> open;
    /** Those that were given up and whose answers may still come; null before the first. */
    private @Nullable RecentIds abandoned;

    /** An open request. @param room the room it was asked in, null for none */
    private record Open(Asker asker, @Nullable Membership room) {}

    RequestsToPeer(Session peer, Link link, int limit, Telemetry telemetry) {
        this.peer = peer;
        this.link = link;
        this.limit = limit;
        this.telemetry = telemetry;
    }

    /** Asks the peer, in a room or outside any. From any thread. */
    public CompletionStage<Message> request(@Nullable String room, int id, Message message, int timeoutMillis) {
        Question question = new Question(peer, id, message, telemetry);
        if (!peer.isOpen()) {
            question.fail(Reason.PEER_GONE);
        } else if (!reserve()) {
            question.fail(Reason.TOO_MANY);
        } else {
            peer.loop().execute(() -> question.ask(this, room, timeoutMillis));
            if (!peer.isOpen()) {
                // The loop may run no more tasks.
                question.fail(Reason.PEER_GONE);
            }
        }
        return question.answer();
    }

    /** Takes a place for one more request; returns false if there is none. From any thread. */
    public boolean reserve() {
        if (places.incrementAndGet() > limit) {
            places.decrementAndGet();
            return false;
        }
        telemetry.requestOpened();
        return true;
    }

    /** Gives back a place of a request that is not made after all. From any thread. */
    void release() {
        places.decrementAndGet();
        telemetry.requestClosed();
    }

    /** Sends a request for which a place was taken. The asker may be told before this returns. */
    public void ask(int id, Chunk request, Asker asker, @Nullable Membership room) {
        if (!peer.isOpen()) {
            release();
            asker.gone(peer);
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
                asker.gone(peer);
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
                answered.asker.answered(peer, payload);
            } else {
                answered.asker.refused(peer, new Refusal(code, reason));
            }
        } else if (abandoned != null && abandoned.remove(id)) {
            telemetry.lateReply();
        } else {
            link.error(
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
                            lost.asker.gone(peer);
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
                    lost.asker.gone(peer);
                }
            }
        }
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
        peer.offer(link.format().cancel(id), false);
    }
}
