package io.roomcast.redis;

import io.roomcast.RoomcastException;

/** Redis answered a command with an error: it is there, and has not done it. */
final class CommandRefused extends RoomcastException {

    private static final long serialVersionUID = 1L;

    /** As Redis said it. */
    final String error;

    CommandRefused(String what, String error) {
        super("Redis refused " + what + ": " + error);
        this.error = error;
    }
}
