package io.roomcast.testkit.scenario;

/** Whom the rooms' handler gives a message that a peer broadcasts: what a driver that checks delivery goes by. */
public enum Relay {
    /** Everybody in the room but the sender. */
    OTHERS,
    /** Everybody in the room. */
    EVERYBODY
}
