package io.roomcast.runtime.room;

import java.util.List;

/**
 * Some entries of a room's log, in order and without a hole.
 *
 * @param oldest the offset of the oldest entry that is still there, {@code newest + 1} if there is none
 * @param newest the offset of the one appended last
 */
public record LoggedPage(String epoch, long oldest, long newest, List<LoggedMessage> entries) {}
