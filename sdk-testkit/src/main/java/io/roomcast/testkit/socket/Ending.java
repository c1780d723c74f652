package io.roomcast.testkit.socket;

/**
 * How a connection ended.
 *
 * @param kind in what way
 * @param code the close code, or for {@link Kind#REFUSED} the HTTP status, else 0
 * @param reason for people; of a redirection the address that it leads to
 */
public record Ending(Kind kind, int code, String reason) {

    /** The ways. */
    public enum Kind {
        /** There was no TCP connection. */
        UNREACHABLE,
        /** The server answered the upgrade with something else than 101. */
        REFUSED,
        /** What answered is no WebSocket server, or speaks no subprotocol that it was offered. */
        FOREIGN,
        /** The server closed, with a code. */
        CLOSED,
        /** The connection broke off, or the server ended it without a close frame. */
        BROKEN,
        /** The server sent what breaks the rules. */
        VIOLATED,
        /** This side ended it. */
        OURS
    }

    @Override
    public String toString() {
        return switch (kind) {
            case UNREACHABLE -> "unreachable: " + reason;
            case REFUSED -> "refused with HTTP " + code;
            case FOREIGN -> "another kind of server: " + reason;
            case CLOSED -> "closed with " + code + (reason.isEmpty() ? "" : " " + reason);
            case BROKEN -> "broken off: " + reason;
            case VIOLATED -> "the server broke the protocol: " + reason;
            case OURS -> "ended by the client";
        };
    }
}
