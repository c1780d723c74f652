package io.roomcast.redis;

import io.roomcast.RoomcastException;

/** There is no connection. */
final class ConnectFailure extends RoomcastException {

    private static final long serialVersionUID = 1L;

    /** Whether trying again cannot help, because somebody has to change a setting, here or in Redis. */
    final boolean permanent;

    ConnectFailure(String message, boolean permanent, Throwable cause) {
        super(message, cause);
        this.permanent = permanent;
    }

    ConnectFailure(String message, boolean permanent) {
        super(message);
        this.permanent = permanent;
    }
}
