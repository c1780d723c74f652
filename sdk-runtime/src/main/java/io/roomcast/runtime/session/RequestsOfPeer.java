package io.roomcast.runtime.session;

import io.roomcast.ErrorCode;
import io.roomcast.Limits;
import io.roomcast.Message;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a peer has asked and not been told yet, by the ids it chose; at most {@link Limits#maxOpenRequestsPerPeer()}. Confined to
 * the peer's loop.
 */
final class RequestsOfPeer {

    private static final int USUAL_TIMEOUT_MILLIS = 30_000;

    private final Session peer;
    /** Null while nothing is open: most peers never ask. */
    private @Nullable Map<Integer, PeerRequest> open;

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
        Map<Integer, PeerRequest> requests = open == null ? new HashMap<>(4) : open;
        if (requests.containsKey(id)) {
            // An error frame and no reply: a reply would end the request that has the id.
            peer.error(
                    ErrorCode.BAD_REQUEST,
                    "request " + Integer.toUnsignedString(id) + " is open already, expected another id",
                    0,
                    "");
            peer.telemetry().requestRefused(ErrorCode.BAD_REQUEST);
            return null;
        }
        if (requests.size() >= limits.maxOpenRequestsPerPeer()) {
            fault(
                    id,
                    ErrorCode.TOO_MANY_REQUESTS,
                    "the peer has " + requests.size() + " open requests, as many as it may have");
            return null;
        }
        long timeout = timeoutMillis == 0 ? Math.min(most, USUAL_TIMEOUT_MILLIS) : timeoutMillis;
        PeerRequest request = new PeerRequest(peer, id, peer.now() + TimeUnit.MILLISECONDS.toNanos(timeout));
        requests.put(id, request);
        open = requests;
        peer.telemetry().requestOpened();
        request.timeout(peer.schedule(timeout, () -> timedOut(request)));
        return request;
    }

    /** The peer leaves this loop. */
    void leaveLoop() {
        if (open != null) {
            open.values().forEach(PeerRequest::stopTimer);
        }
    }

    /** The peer is on its new loop. */
    void enterLoop() {
        if (open != null) {
            for (PeerRequest request : open.values()) {
                long left = TimeUnit.NANOSECONDS.toMillis(request.deadlineNanos() - peer.now());
                request.timeout(peer.schedule(Math.max(1, left), () -> timedOut(request)));
            }
        }
    }

    /** The peer moves to another node, where these cannot be answered. */
    void moved() {
        if (open != null) {
            for (PeerRequest request : open.values().toArray(PeerRequest[]::new)) {
                refuse(request, ErrorCode.PEER_MOVED, "the peer moved to another node before the answer, ask again");
                request.tellAbandoned();
            }
        }
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
        PeerRequest request = open == null ? null : open.get(id);
        if (request != null) {
            drop(request);
        }
    }

    /** The peer has gone. */
    void closed() {
        if (open != null) {
            for (PeerRequest request : open.values().toArray(PeerRequest[]::new)) {
                drop(request);
            }
        }
    }

    private void timedOut(PeerRequest request) {
        refuse(request, ErrorCode.REQUEST_TIMED_OUT, "no answer in time");
        request.tellAbandoned();
    }

    private void drop(PeerRequest request) {
        if (take(request)) {
            peer.telemetry().requestRefused(ErrorCode.PEER_GONE);
            request.tellAbandoned();
        }
    }

    private boolean take(PeerRequest request) {
        if (open == null || !open.remove(request.id(), request)) {
            return false;
        }
        if (open.isEmpty()) {
            open = null;
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
