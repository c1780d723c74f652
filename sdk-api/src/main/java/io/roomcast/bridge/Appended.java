package io.roomcast.bridge;

import io.roomcast.HistoryPosition;

/**
 * That something stands in a room's history.
 *
 * @param position where
 * @param duplicate whether it was there before: an earlier append had the same message id, and this one changed nothing
 */
public record Appended(HistoryPosition position, boolean duplicate) {}
