package io.roomcast;

/**
 * The WebSocket close codes that a node uses: those of RFC 6455 section 7.4 and Roomcast's own from 4000. Applications may
 * close peers with 3000 to 3999 and 4500 to 4999. {@code docs/protocol.md} says for each whether a client should return.
 */
public final class CloseCode {

    /** Both sides are done. */
    public static final int NORMAL = 1000;
    /** The node stops, or the page is left. A client reconnects. */
    public static final int GOING_AWAY = 1001;
    /** The client broke RFC 6455. */
    public static final int PROTOCOL_ERROR = 1002;
    /** A text message under the protobuf subprotocol, or a binary one under JSON. */
    public static final int UNSUPPORTED_DATA = 1003;
    /** Never sent: the other side closed without a code. */
    public static final int NO_STATUS = 1005;
    /** Never sent: the connection broke without a close frame. */
    public static final int ABNORMAL = 1006;
    /** Text that is not UTF-8. */
    public static final int INVALID_PAYLOAD = 1007;
    /** A message over {@link Limits#maxMessageBytes()}. */
    public static final int MESSAGE_TOO_BIG = 1009;
    /** The node failed. A client reconnects. */
    public static final int INTERNAL_ERROR = 1011;

    /** The bytes of a message are not a batch, or not a JSON frame. */
    public static final int BAD_FRAME = 4000;
    /** No {@code hello} in time, or something else came first. */
    public static final int HELLO_EXPECTED = 4001;
    /** The authenticator refused the client. */
    public static final int UNAUTHENTICATED = 4002;
    /** Too many messages or control frames in a second. */
    public static final int RATE_EXCEEDED = 4003;
    /** The peer did not read and its byte budget is used up. A client reconnects. */
    public static final int TOO_SLOW = 4004;
    /** Nothing was heard from the peer, or nothing could be written to it, for too long. A client reconnects. */
    public static final int TIMED_OUT = 4005;
    /** Too many errors of one client's making. */
    public static final int TOO_MANY_ERRORS = 4006;
    /** The session of this connection goes on over another one. A client does not come back because of it. */
    public static final int RESUMED_ELSEWHERE = 4007;

    /** The first of the codes from 4000 that an application may use. */
    public static final int FIRST_APPLICATION_CODE = 4500;

    private CloseCode() {}
}
