package io.roomcast;

/**
 * The codes of error frames. None of them ends the connection unless {@code docs/protocol.md} says so; each answers one
 * frame of the client and changes nothing else.
 */
public final class ErrorCode {

    /** The frame could not be read. Terminal. */
    public static final int BAD_FRAME = 1;
    /** The first frame was not {@code hello}, or there was a second one. Terminal. */
    public static final int HELLO_EXPECTED = 2;
    /** The authenticator refused the client. Terminal. */
    public static final int UNAUTHENTICATED = 3;
    /** A room name that is empty or longer than 255 UTF-8 bytes. */
    public static final int BAD_ROOM_NAME = 4;
    /** No room of that name can exist: no pattern matches it. */
    public static final int UNKNOWN_ROOM = 5;
    /** The room handler said no. */
    public static final int JOIN_REFUSED = 6;
    /** The peer is not in that room. */
    public static final int NOT_IN_ROOM = 7;
    /** The peer is in that room already. */
    public static final int ALREADY_IN_ROOM = 8;
    /** The peer is in as many rooms as it may be. */
    public static final int TOO_MANY_ROOMS = 9;
    /** An event name that is empty or longer than 255 UTF-8 bytes. */
    public static final int BAD_EVENT_NAME = 10;
    /** The application's handler threw. */
    public static final int HANDLER_FAILED = 11;
    /** The peer went while it was waited for. Only in {@link Refusal}, never sent. */
    public static final int PEER_GONE = 12;
    /** More messages in a second than allowed. Terminal. */
    public static final int RATE_EXCEEDED = 13;
    /** The node is stopping and takes no joins. */
    public static final int NODE_STOPPING = 14;
    /** Nobody answers such requests there. */
    public static final int REQUEST_NOT_HANDLED = 15;
    /** The answer to a request did not come in time. */
    public static final int REQUEST_TIMED_OUT = 16;
    /** As many requests of one side are open as may be. */
    public static final int TOO_MANY_REQUESTS = 17;
    /** A request whose id is 0 or belongs to another open request, or whose timeout is longer than the node allows. */
    public static final int BAD_REQUEST = 18;
    /** A reply to a request that was not made, or that was answered before. */
    public static final int UNKNOWN_REQUEST = 19;
    /** The answers to an acknowledged broadcast were too many bytes to keep this one too. Only in {@link Acks}, never sent. */
    public static final int ANSWERS_TOO_LARGE = 20;
    /** The session that the client wanted to go on with cannot go on; the text says why. It has a new one. */
    public static final int RESUME_REFUSED = 21;
    /** An acknowledgement of more frames than were sent. */
    public static final int BAD_ACK = 22;
    /** The peer moved to another node before its request was answered there. It may ask again. */
    public static final int PEER_MOVED = 23;

    /** The room keeps no history. */
    public static final int NO_HISTORY = 24;
    /** A page of history that is too large, or that begins behind the newest message. */
    public static final int BAD_HISTORY_REQUEST = 25;
    /** The history has begun anew since: it has another epoch than the one asked for. */
    public static final int HISTORY_EPOCH_CHANGED = 26;
    /** The history cannot be read now, or the peer reads too many pages at one time. */
    public static final int HISTORY_UNAVAILABLE = 27;

    /** The first code that an application may use. */
    public static final int FIRST_APPLICATION_CODE = 1000;
    /** The last code that an application may use. */
    public static final int LAST_APPLICATION_CODE = 1999;

    private ErrorCode() {}
}
