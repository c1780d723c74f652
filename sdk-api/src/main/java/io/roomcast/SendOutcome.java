package io.roomcast;

/** What became of a message to one peer at the moment it was sent. */
public enum SendOutcome {
    /** It waits for the network, within the peer's byte budget. */
    QUEUED,
    /** Like QUEUED, in the place of an older message of the same key, which the peer does not get. See {@link DeliveryPolicy}. */
    CONFLATED,
    /** It was volatile and the peer did not keep up. */
    DROPPED,
    /** The peer has gone, or is being closed because its budget is used up. */
    CLOSED
}
