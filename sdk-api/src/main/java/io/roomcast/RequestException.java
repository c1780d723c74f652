package io.roomcast;

import java.util.Optional;

/**
 * Why a request has no answer. What {@link Peer#request} and {@link Room#request} fail with; and what a
 * {@link RoomHandler#onRequest} fails with, made by {@link #refused}, to tell the peer a code of its own.
 */
public class RequestException extends RoomcastException {

    private static final long serialVersionUID = 1L;

    /** What became of the request. */
    public enum Reason {
        /** No answer came in time. The peer was told that nobody waits for it any more. */
        TIMED_OUT,
        /** The peer is not there, or not in the room, or went before it answered. */
        PEER_GONE,
        /** The peer answered with an error. {@link RequestException#refusal()} says which. */
        REFUSED,
        /** As many requests were open as {@link Limits} allow. The peer was not asked. */
        TOO_MANY
    }

    private final Reason reason;
    private final int code;
    private final String text;

    /** Makes one that is not {@link Reason#REFUSED}. */
    public RequestException(Reason reason, String message) {
        this(reason, message, 0, "");
    }

    private RequestException(Reason reason, String message, int code, String text) {
        super(message);
        this.reason = reason;
        this.code = code;
        this.text = text;
    }

    /**
     * Returns what a {@link RoomHandler#onRequest} throws, or completes its stage with, to refuse a request.
     *
     * @param code 1000 to 1999, or {@link ErrorCode#REQUEST_NOT_HANDLED}
     * @param reason told to the peer, for people
     */
    public static RequestException refused(int code, String reason) {
        if (code != ErrorCode.REQUEST_NOT_HANDLED
                && (code < ErrorCode.FIRST_APPLICATION_CODE || code > ErrorCode.LAST_APPLICATION_CODE)) {
            throw new IllegalArgumentException("code is " + code + ", expected " + ErrorCode.FIRST_APPLICATION_CODE
                    + " to " + ErrorCode.LAST_APPLICATION_CODE + " or ErrorCode.REQUEST_NOT_HANDLED");
        }
        return refusedBy(new Refusal(code, reason));
    }

    /** Returns what a request fails with that a peer refused; the code is whatever the peer chose. */
    public static RequestException refusedBy(Refusal refusal) {
        return new RequestException(
                Reason.REFUSED,
                "refused with code " + Integer.toUnsignedString(refusal.code()) + ": " + refusal.reason(),
                refusal.code(),
                refusal.reason());
    }

    /** Returns what became of the request. */
    public Reason reason() {
        return reason;
    }

    /** Returns the error that the request was answered with; empty unless {@link Reason#REFUSED}. From a peer: not to be trusted. */
    public Optional<Refusal> refusal() {
        return reason == Reason.REFUSED ? Optional.of(new Refusal(code, text)) : Optional.empty();
    }
}
