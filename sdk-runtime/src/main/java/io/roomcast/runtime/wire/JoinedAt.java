package io.roomcast.runtime.wire;

/**
 * Where a newcomer begins in a room's history.
 *
 * @param epoch empty when that is not known
 * @param offset what follows of the history comes after it
 * @param missed how many places of what follows were taken before the peer was let in
 * @param unrecoverable whether the peer asked for what it has missed and cannot have it
 */
public record JoinedAt(String epoch, long offset, long missed, boolean unrecoverable) {}
