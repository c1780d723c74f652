package io.roomcast.testkit.fault;

/** What can go wrong on the servers' side. */
public enum FaultKind {
    /** The node is gone at once: its connections end without a word, its bridge is silent. It comes back, as a new node, when the time is over. */
    KILL,
    /** The node stops in order, its peers are told to go elsewhere. It comes back, as a new node, when the time is over. */
    DRAIN,
    /** What other nodes send reaches the node late, by up to the amount in milliseconds, in order. */
    DELAY,
    /** Of what other nodes send so many per mille do not reach the node. */
    LOSS,
    /** Of what other nodes send so many per mille reach the node twice. */
    DUPLICATION,
    /** Of what other nodes send so many per mille reach the node behind what was sent later. */
    REORDERING,
    /** Nothing that the other node sends reaches the node; in the other direction all is well. */
    PARTITION,
    /** The node believes that it is subscribed to the rooms it asks for, and gets nothing of them until the time is over. */
    DEAF,
    /** Loss, delay and partition of the node's links in quick change, as when cables are pulled (FoundationDB's "swizzle"). */
    SWIZZLE,
    /** The node's clock runs faster by the amount in per mille. */
    CLOCK_SKEW,
    /**
     * The bridge loses the histories of all rooms at once, as a store does that restarts without its data: in each another epoch begins. All nodes are hit, whichever is
     * named, and it does not pass. Nothing happens where no room has a history.
     */
    HISTORY_LOSS;

    /** Returns whether the bridge must be in the hands of whoever injects it. */
    public boolean isOfBridge() {
        return switch (this) {
            case DELAY, LOSS, DUPLICATION, REORDERING, PARTITION, DEAF, SWIZZLE, HISTORY_LOSS -> true;
            case KILL, DRAIN, CLOCK_SKEW -> false;
        };
    }
}
