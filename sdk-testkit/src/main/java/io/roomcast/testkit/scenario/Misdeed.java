package io.roomcast.testkit.scenario;

/** What a bad client does. Each names what an unmodified node does about it. */
public enum Misdeed {
    /** Sends bytes that are no frame of the subprotocol. The connection is closed with 4000. */
    MALFORMED,
    /** Sends a message larger than the node takes. Closed with 1009. */
    OVERSIZED,
    /** Sends a frame that is not masked. Closed with 1002. */
    UNMASKED,
    /** Sends one message in many small frames, with a ping in between. This is allowed, and the message is taken. */
    FRAGMENTED,
    /** Sends a message under the wrong WebSocket type. Closed with 1003. */
    WRONG_TYPE,
    /** Reads nothing, answers no ping and says nothing. Closed with 4005 when its time is over. */
    PONG_SILENCE,
    /** Sends far more frames than the rate allows, all at once. Closed with 4003. */
    FLOOD
}
