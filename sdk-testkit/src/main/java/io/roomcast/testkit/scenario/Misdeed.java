package io.roomcast.testkit.scenario;

import io.roomcast.CloseCode;

/** What a bad client does. Each names what an unmodified node does about it. */
public enum Misdeed {
    /** Sends bytes that are no frame of the subprotocol. The connection is closed with 4000. */
    MALFORMED(CloseCode.BAD_FRAME),
    /** Sends a message larger than the node takes. Closed with 1009. */
    OVERSIZED(CloseCode.MESSAGE_TOO_BIG),
    /** Sends a frame that is not masked. Closed with 1002. */
    UNMASKED(CloseCode.PROTOCOL_ERROR),
    /** Sends one message in many small frames, with a ping in between. This is allowed, and the message is taken. */
    FRAGMENTED(0),
    /** Sends a message under the wrong WebSocket type. Closed with 1003. */
    WRONG_TYPE(CloseCode.UNSUPPORTED_DATA),
    /** Answers no ping and says nothing. Closed with 4005 when its time is over. */
    PONG_SILENCE(CloseCode.TIMED_OUT),
    /** Sends far more frames than the rate allows, all at once. Closed with 4003. */
    FLOOD(CloseCode.RATE_EXCEEDED);

    private final int closeCode;

    Misdeed(int closeCode) {
        this.closeCode = closeCode;
    }

    /** Returns the code with which the node closes the connection; 0 if it does not. */
    public int closeCode() {
        return closeCode;
    }

    /** Returns whether it is about WebSocket frames, and not about what is in them. */
    public boolean isOfFrames() {
        return this == UNMASKED || this == FRAGMENTED;
    }
}
