package io.roomcast.runtime.wire;

/**
 * What a client that comes back to a room says it has of the room's history. Nothing of it is checked.
 *
 * @param epoch not empty
 * @param offset at least 0; one that does not fit is the largest there is
 * @param peer who it was, empty for not told
 */
public record RecoveryPoint(String epoch, long offset, String peer) {}
