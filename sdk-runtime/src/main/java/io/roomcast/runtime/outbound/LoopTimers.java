package io.roomcast.runtime.outbound;

import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.environment.TimingWheel;
import io.roomcast.runtime.transport.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Many short timers of one loop, to the millisecond: a wheel, and one armed timer of the loop that turns it. Confined to the loop. Holds
 * as many as are scheduled; whoever schedules bounds them.
 */
public final class LoopTimers {

    private static final int TICK_MILLIS = 1;
    private static final int SLOTS = 512;

    private final EventLoop loop;
    private final Clock clock;
    private final TimingWheel wheel;
    private EventLoop.@Nullable Timer armed;
    private long armedForMillis = Long.MAX_VALUE;

    public LoopTimers(EventLoop loop, Clock clock) {
        this.loop = loop;
        this.clock = clock;
        this.wheel = new TimingWheel(Math.floorDiv(clock.nanos(), 1_000_000L), TICK_MILLIS, SLOTS);
    }

    /** Returns the node's time. */
    public long nowNanos() {
        return clock.nanos();
    }

    /** Lets an entry expire at a time of the node, rounded up to a millisecond, and in the next one at the earliest. */
    public void schedule(TimingWheel.Entry entry, long atNanos) {
        long nowMillis = nowMillis();
        if (wheel.size() == 0) {
            // Nobody turned it while it was empty.
            wheel.advance(nowMillis);
        }
        long atMillis = Math.max(-Math.floorDiv(-atNanos, 1_000_000L), nowMillis + 1);
        wheel.schedule(entry, atMillis);
        arm(atMillis, nowMillis);
    }

    /** Takes an entry out. Does nothing if it is not scheduled. */
    public void cancel(TimingWheel.Entry entry) {
        wheel.cancel(entry);
    }

    private void arm(long atMillis, long nowMillis) {
        if (atMillis < armedForMillis) {
            if (armed != null) {
                armed.cancel();
            }
            armedForMillis = atMillis;
            armed = loop.scheduleSoon(Math.max(1, atMillis - nowMillis), this::turn);
        }
    }

    private void turn() {
        armed = null;
        armedForMillis = Long.MAX_VALUE;
        try {
            wheel.advance(nowMillis());
        } finally {
            long next = wheel.nextMillis();
            if (next != Long.MAX_VALUE) {
                arm(next, nowMillis());
            }
        }
    }

    private long nowMillis() {
        return Math.floorDiv(clock.nanos(), 1_000_000L);
    }
}
