package io.roomcast;

/** Among which messages a {@link DeliveryPolicy} keeps the order of what it holds back. */
public enum Ordering {
    /**
     * None. What is held may be overtaken by messages of other events, and may leave before or after them. For values of which
     * only the newest counts.
     */
    NONE,
    /**
     * The messages of one sender to one receiver. The sender is the peer named with {@link Broadcast#from}; a message that names
     * nobody counts as a message of every sender.
     */
    PAIR,
    /** All messages of the room to one receiver. */
    ROOM
}
