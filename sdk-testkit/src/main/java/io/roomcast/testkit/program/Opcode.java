package io.roomcast.testkit.program;

/**
 * What a step of a {@link Program} does. Each has four operands, {@code a} to {@code d}; "slot" is the number of one of the peer's rooms, "register" that of one
 * of its counters.
 */
public enum Opcode {
    /** The peer is done. It closes its connection if it has one. */
    END,
    /** Connects, says hello in {@link io.roomcast.testkit.scenario.Subprotocol}(a), waits for the welcome. */
    CONNECT,
    /** Joins as slot a the room drawn from {@link Program#room}(b), waits for joined or an error. */
    JOIN,
    /** Leaves slot a, waits for left. */
    LEAVE,
    /** Sends to slot a, as event {@link Program#event}(b), the payload {@link Program#payload}(c), for all. */
    BROADCAST,
    /** Sends to slot a, as event b, payload c, for one other peer. */
    SEND,
    /** Asks slot a, as event b, with payload c; waits for the reply, at most {@link Program#nanos}(d). */
    REQUEST,
    /** Waits until b messages have come in slot a since it joined or since the last expectation was met, at most {@link Program#nanos}(d). */
    EXPECT,
    /** Reads the newest b messages of the history of slot a, waits for the page. */
    HISTORY,
    /** Waits for {@link Program#spread}(a) nanoseconds. */
    WAIT,
    /** Sets register a to a draw from {@link Program#spread}(b); goes to c if that is 0. */
    LOOP,
    /** Takes 1 from register a; goes to b unless it is 0 then. */
    AGAIN,
    /** Sets register a to the time, in milliseconds of the run, at which a draw from {@link Program#spread}(b) nanoseconds is over. */
    LOOP_UNTIL,
    /** Goes to b unless the time in register a is over. */
    AGAIN_UNTIL,
    /** Goes to a target drawn from {@link Program#branch}(a). */
    BRANCH,
    /** Goes to a. */
    JUMP,
    /** Waits at {@link Program#barrier}(a). */
    BARRIER,
    /** Ends the connection as {@link io.roomcast.testkit.scenario.Ending}(a) says. */
    DISCONNECT,
    /** Connects again and takes the session up, waits for the welcome. */
    RESUME,
    /** Reads nothing for {@link Program#spread}(a) nanoseconds, and does nothing meanwhile. */
    STALL,
    /** Reads at most a bytes a second from now on; 0 = no bound. */
    READ_SLOWLY,
    /** Does the {@link io.roomcast.testkit.scenario.Misdeed}(a). Where the server ends the connection for it, waits for that end. */
    MISBEHAVE;

    private static final Opcode[] ALL = values();

    /** Returns the one of this ordinal. */
    public static Opcode of(int ordinal) {
        return ALL[ordinal];
    }
}
