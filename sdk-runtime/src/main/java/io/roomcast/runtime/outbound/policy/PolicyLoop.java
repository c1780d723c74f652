package io.roomcast.runtime.outbound.policy;

import io.roomcast.PolicyFlush;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.outbound.LoopTimers;
import io.roomcast.runtime.transport.EventLoop;

/** What the policies of one loop's peers share: the timers for all that they hold. Confined to the loop. */
public final class PolicyLoop {

    private final Telemetry telemetry;
    private final LoopTimers timers;

    public PolicyLoop(EventLoop loop, Clock clock, Telemetry telemetry) {
        this.telemetry = telemetry;
        this.timers = new LoopTimers(loop, clock);
    }

    long now() {
        return timers.nowNanos();
    }

    void schedule(Slot slot, long atNanos) {
        slot.timed = true;
        timers.schedule(slot, atNanos);
    }

    void cancel(Slot slot) {
        if (slot.timed) {
            slot.timed = false;
            timers.cancel(slot);
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
}
