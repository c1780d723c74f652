package io.roomcast;

/** Why a peer is no longer in a room. */
public enum LeaveReason {
    /** It asked to leave. */
    LEFT,
    /** The application took it out with {@link Peer#leave}. */
    REMOVED,
    /** Its connection ended. */
    DISCONNECTED,
    /** It went to another node with its session, and is in the room there. Never told to a handler: see {@link RoomHandler#onMovedOut}. */
    MOVED,
    /** This node is stopping. */
    NODE_STOPPING
}
