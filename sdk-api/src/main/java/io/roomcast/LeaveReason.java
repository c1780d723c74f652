package io.roomcast;

/** Why a peer is no longer in a room. */
public enum LeaveReason {
    /** It asked to leave. */
    LEFT,
    /** The application took it out with {@link Peer#leave}. */
    REMOVED,
    /** Its connection ended. */
    DISCONNECTED,
    /** This node is stopping. */
    NODE_STOPPING
}
