package io.roomcast.bridge;

/**
 * One entry of a room's history, as a bridge keeps it.
 *
 * @param offset its place, from 1
 * @param envelope what was appended, not changed by anybody any more
 */
public record HistoryEntry(long offset, byte[] envelope) {}
