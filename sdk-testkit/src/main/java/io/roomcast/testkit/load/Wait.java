package io.roomcast.testkit.load;

/** What a peer waits for. */
enum Wait {
    NOTHING,
    WELCOME,
    JOINED,
    LEFT,
    REPLY,
    PAGE,
    MESSAGES,
    TIME,
    BARRIER,
    /** Stops reading. */
    STALL,
    /** The server is to end the connection, or has been asked to. */
    ENDING,
    /** A lost connection is not begun again yet. */
    BACKOFF,
    /** It has been begun again. */
    RECONNECT,
    /** Its rooms are being joined anew. */
    REJOIN,
    OVER
}
