package io.roomcast.runtime.room;

import io.roomcast.Message;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a room's log.
 *
 * @param message null when what is there cannot be read, such as an entry of a later version
 * @param addressing who gets it
 */
public record LoggedMessage(long offset, @Nullable Message message, Addressing addressing) {}
