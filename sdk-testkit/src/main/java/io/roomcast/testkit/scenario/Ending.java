package io.roomcast.testkit.scenario;

/** How a client's connection ends when it is the client who ends it. */
public enum Ending {
    /** With a close frame, as a page does that is left. */
    CLOSE,
    /** Without one: the TCP connection is closed in order, as by a process that exits. */
    ABRUPT,
    /** By a TCP reset, as by a process that is killed with unread data. In memory the same as {@link #ABRUPT}. */
    RESET,
    /** Not at all: the client is gone and the server is not told, as when a phone loses its network. */
    HALF_OPEN
}
