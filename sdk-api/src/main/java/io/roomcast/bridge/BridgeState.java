package io.roomcast.bridge;

/** How a bridge is. */
public enum BridgeState {
    /** Envelopes flow. */
    UP,
    /** They do not, for now: each node goes on by itself. */
    DEGRADED,
    /** It was closed. */
    CLOSED
}
