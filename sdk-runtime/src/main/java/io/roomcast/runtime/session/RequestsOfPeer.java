package io.roomcast.runtime.session;

import static java.util.Objects.requireNonNull;

import io.roomcast.ErrorCode;
import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.runtime.transport.EventLoop;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a peer has asked and not been told yet, by the ids it chose; at most {@link Limits#maxOpenRequestsPerPeer()}. Confined to
 * the peer's loop.
 *
 * <p>Most peers ask one thing at a time, again and again: one request needs no map, and one timer, which stays when a request is answered,
 * looks after all of them.
 */
final class RequestsOfPeer {

    private static final int USUAL_TIMEOUT_MILLIS = 30_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Session peer;
    /** The one that is open while there is one. */
    private @Nullable PeerRequest only;
    /** Those that are open while there are several, else null. */
    private @Nullable Map<Integer, PeerRequest> several;
    /** Runs when the first of them must have been answered, or before that of one that was; null while none was asked for long. */
    private EventLoop.@Nullable Timer timer;

    private long timerAtNanos;

    RequestsOfPeer(Session peer) {
        this.peer = peer;
    }

    /** Takes a request, or returns null after it told the peer why not. */
    @Nullable
    PeerRequest open(int id, int timeoutMillis) {
        Limits limits = peer.limits();
        long most = limits.maxRequestTimeout().toMillis();
        if (id == 0) {
            fault(id, ErrorCode.BAD_REQUEST, "id is 0, expected another number");
            return null;
        }
        if (Integer.toUnsignedLong(timeoutMillis) > most) {
            fault(
                    id,
                    ErrorCode.BAD_REQUEST,
                    "timeout is " + Integer.toUnsignedString(timeoutMillis) + " ms, expected at most " + most);
            return null;
        }
        if (find(id) != null) {
            // An error frame and no reply: a reply would end the request that has the id.
            peer.error(
                    ErrorCode.BAD_REQUEST,
                    "request " + Integer.toUnsignedString(id) + " is open already, expected another id",
                    0,
                    "");
            peer.telemetry().requestRefused(ErrorCode.BAD_REQUEST);
            return null;
        }
        int count = open().size();
        if (count >= limits.maxOpenRequestsPerPeer()) {
            fault(id, ErrorCode.TOO_MANY_REQUESTS, "the peer has " + count + " open requests, as many as it may have");
            return null;
        }
        long timeout = timeoutMillis == 0 ? Math.min(most, USUAL_TIMEOUT_MILLIS) : timeoutMillis;
        PeerRequest request = new PeerRequest(peer, id, peer.now() + TimeUnit.MILLISECONDS.toNanos(timeout));
        add(request);
        peer.telemetry().requestOpened();
        lookAt(request.deadlineNanos());
        return request;
    }

    // ---- which are open

    private Collection<PeerRequest> open() {
        if (several != null) {
            return several.values();
        }
        return only == null ? List.of() : List.of(only);
    }

    private @Nullable PeerRequest find(int id) {
        if (several != null) {
            return several.get(id);
        }
        return only != null && only.id() == id ? only : null;
    }

    private void add(PeerRequest request) {
        if (several == null && only == null) {
            only = request;
            return;
        }
        if (several == null) {
            several = new HashMap<>(4);
            several.put(requireNonNull(only).id(), only);
            only = null;
        }
        several.put(request.id(), request);
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean remove(PeerRequest request) {
        if (only == request) {
            only = null;
            return true;
        }
        if (several == null || !several.remove(request.id(), request)) {
            return false;
        }
        if (several.isEmpty()) {
            several = null;
        }
        return true;
    }

    // ---- their time

    /** Looks at the clock at this time, or before. */
    private void lookAt(long nanos) {
        if (timer != null) {
            if (nanos - timerAtNanos >= 0) {
                return;
            }
            timer.cancel();
        }
        timerAtNanos = nanos;
        long left = nanos - peer.now();
        timer = peer.schedule(Math.max(1, (left + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI), this::look);
    }

    private void look() {
        timer = null;
        long now = peer.now();
        for (PeerRequest request : open().toArray(PeerRequest[]::new)) {
            if (request.deadlineNanos() - now <= 0) {
                refuse(request, ErrorCode.REQUEST_TIMED_OUT, "no answer in time");
                request.tellAbandoned();
            }
        }
        lookAtAll();
    }

    private void lookAtAll() {
        for (PeerRequest request : open()) {
            lookAt(request.deadlineNanos());
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** The peer leaves this loop. */
    void leaveLoop() {
        stopTimer();
    }

    /** The peer is on its new loop. */
    void enterLoop() {
        lookAtAll();
    }

    // ---- their ends

    /** The peer moves to another node, where these cannot be answered. */
    void moved() {
        for (PeerRequest request : open().toArray(PeerRequest[]::new)) {
            refuse(request, ErrorCode.PEER_MOVED, "the peer moved to another node before the answer, ask again");
            request.tellAbandoned();
        }
        stopTimer();
    }

    void answer(PeerRequest request, Message answer) {
        if (take(request)) {
            peer.offer(peer.format().reply(request.id(), answer), false);
        }
    }

    void refuse(PeerRequest request, int code, String reason) {
        if (take(request)) {
            if (isFault(code)) {
                fault(request.id(), code, reason);
            } else {
                peer.telemetry().requestRefused(code);
                peer.offer(peer.format().refusal(request.id(), code, reason), false);
            }
        }
    }

    /** The peer does not wait any more. It does no harm if it never asked, or was answered: that may have crossed. */
    void cancelled(int id) {
        PeerRequest request = find(id);
        if (request != null) {
            drop(request);
        }
    }

    /** The peer has gone. */
    void closed() {
        for (PeerRequest request : open().toArray(PeerRequest[]::new)) {
            drop(request);
        }
        stopTimer();
    }

    private void drop(PeerRequest request) {
        if (take(request)) {
            peer.telemetry().requestRefused(ErrorCode.PEER_GONE);
            request.tellAbandoned();
        }
    }

    private boolean take(PeerRequest request) {
        if (!remove(request)) {
            return false;
        }
        request.end();
        peer.telemetry().requestClosed();
        return true;
    }

    /** What a correct client does not bring about counts as an error of its making. */
    private static boolean isFault(int code) {
        return code == ErrorCode.NOT_IN_ROOM || code == ErrorCode.BAD_EVENT_NAME;
    }

    private void fault(int id, int code, String reason) {
        peer.telemetry().requestRefused(code);
        peer.complain(code, peer.format().refusal(id, code, reason));
    }
}
