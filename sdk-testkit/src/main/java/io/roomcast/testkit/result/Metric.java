package io.roomcast.testkit.result;

/**
 * What is measured, as a histogram for each node and phase. Latencies are in nanoseconds from the <em>planned</em> instant, so that a generator or a server
 * that stands still does not hide those that had to wait; the ones that end in {@code SERVICE} are from the actual one.
 */
public enum Metric {
    /** From the instant at which the peer was to come to its welcome. */
    CONNECT,
    /** From the instant at which it was to join to its joined. */
    JOIN,
    /** From the instant at which it was to ask to the reply; a timeout counts with its full length. */
    REQUEST,
    /** From the instant at which it was asked to the reply. */
    REQUEST_SERVICE,
    /** From the instant at which a message was to be sent to its arrival at one receiver. */
    DELIVERY,
    /** From the instant at which it was sent to its arrival at one receiver. */
    DELIVERY_SERVICE,
    /** How late the generator did what was planned. */
    LAG,
    /** Sizes of the payloads received, in bytes. */
    PAYLOAD,
    /** How many peers were in a room when somebody sent something into it. */
    ROOM_SIZE;

    /** Returns whether its values are nanoseconds. */
    public boolean isTime() {
        return this != PAYLOAD && this != ROOM_SIZE;
    }
}
