package io.roomcast.runtime.outbound.policy;

import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.transport.EventLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link PolicyLoop} for each loop of a node, made when a policy has something to hold there. */
public final class PolicyLoops {

    private final Clock clock;
    private final Telemetry telemetry;
    /** Each place is touched by its loop only. */
    private final @Nullable PolicyLoop[] byLoop;

    public PolicyLoops(List<EventLoop> loops, Clock clock, Telemetry telemetry) {
        this.clock = clock;
        this.telemetry = telemetry;
        this.byLoop = new PolicyLoop[loops.size()];
    }

    /** Returns what the policies of a loop's peers share. On that loop. */
    public PolicyLoop of(EventLoop loop) {
        PolicyLoop known = byLoop[loop.index()];
        if (known == null) {
            known = new PolicyLoop(loop, clock, telemetry);
            byLoop[loop.index()] = known;
        }
        return known;
    }
}
