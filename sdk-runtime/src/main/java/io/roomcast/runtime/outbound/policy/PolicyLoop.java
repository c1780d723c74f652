package io.roomcast.runtime.outbound.policy;

import io.roomcast.PolicyFlush;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.environment.TimingWheel;
import io.roomcast.runtime.transport.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * What the policies of one loop's peers share: one wheel with a tick of a millisecond for all that they hold, and one armed timer
 * that turns it. Confined to the loop.
 */
public final class PolicyLoop {

    private static final int TICK_MILLIS = 1;
    private static final int SLOTS = 512;

    private final EventLoop loop;
    private final Clock clock;
    private final Telemetry telemetry;
    private final TimingWheel wheel;
    private EventLoop.@Nullable Timer armed;
    private long armedForMillis = Long.MAX_VALUE;

    public PolicyLoop(EventLoop loop, Clock clock, Telemetry telemetry) {
        this.loop = loop;
        this.clock = clock;
        this.telemetry = telemetry;
        this.wheel = new TimingWheel(Math.floorDiv(clock.nanos(), 1_000_000L), TICK_MILLIS, SLOTS);
    }

    long now() {
        return clock.nanos();
    }

    void schedule(Slot slot, long atNanos) {
        long nowMillis = nowMillis();
        if (wheel.size() == 0) {
            // Nobody turned it while it was empty.
            wheel.advance(nowMillis);
        }
        long atMillis = Math.max(-Math.floorDiv(-atNanos, 1_000_000L), nowMillis + 1);
        slot.timed = true;
        wheel.schedule(slot, atMillis);
        arm(atMillis, nowMillis);
    }

    void cancel(Slot slot) {
        if (slot.timed) {
            slot.timed = false;
            wheel.cancel(slot);
        }
    }

    void conflated() {
        telemetry.messagesConflated(1);
    }

    void dropped(Lane lane) {
        telemetry.messageDropped(lane.room());
    }

    boolean isHeard() {
        return telemetry.isHeard();
    }

    void flushed(PolicyFlush flush) {
        telemetry.policyFlushed(flush);
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
