package io.roomcast.testkit.virtual;

/** What lies between clients and nodes in virtual time. */
public enum Fidelity {
    /** Whole messages. A client of a behaviour that misbehaves with frames has frames all the same. */
    MESSAGES,
    /** Bytes, in pieces as a network makes them, through the production reader and writer of WebSocket frames. Dearer: for thousands of peers, not millions. */
    FRAMES
}
