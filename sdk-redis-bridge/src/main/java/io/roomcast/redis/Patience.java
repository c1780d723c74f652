package io.roomcast.redis;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long something has not changed, in the ticker's time, which stands still while this process is paused: what has come meanwhile is to
 * be read first. Of the ticker.
 */
final class Patience {

    /** A tick that comes later than this was not waited for. */
    private static final long MOST_BETWEEN_TICKS = TimeUnit.MILLISECONDS.toNanos(200);

    private @Nullable Object seen;
    private long seenFor;
    private long lastTick;

    /** Returns whether it has been this, and not null, for longer than a time. Begins anew when it has. */
    boolean isOver(@Nullable Object now, long tick, long nanos) {
        if (now == null || !Objects.equals(now, seen)) {
            seenFor = 0;
        } else {
            seenFor += Math.min(tick - lastTick, MOST_BETWEEN_TICKS);
        }
        seen = now;
        lastTick = tick;
        if (seenFor <= nanos) {
            return false;
        }
        seenFor = 0;
        return true;
    }
}
