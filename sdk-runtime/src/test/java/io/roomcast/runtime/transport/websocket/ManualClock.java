package io.roomcast.runtime.transport.websocket;

import io.roomcast.runtime.environment.Clock;
import java.util.concurrent.TimeUnit;

/** A clock that stands still until it is moved. Starts where overflow is near. */
final class ManualClock implements Clock {

    private long nanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

    @Override
    public long nanos() {
        return nanos;
    }

    void passMillis(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
