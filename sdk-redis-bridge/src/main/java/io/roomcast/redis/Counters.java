package io.roomcast.redis;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the bridge counts. Safe to use from any thread. */
final class Counters {

    final LongAdder published = new LongAdder();
    final LongAdder publishCommands = new LongAdder();
    final LongAdder publishFailed = new LongAdder();
    final LongAdder noRoute = new LongAdder();
    final LongAdder queueFull = new LongAdder();
    final LongAdder appended = new LongAdder();
    final LongAdder appendCommands = new LongAdder();
    final LongAdder arrived = new LongAdder();
    final LongAdder arrivalsDropped = new LongAdder();
    final LongAdder backfills = new LongAdder();
    final LongAdder historyLost = new LongAdder();
    final LongAdder reconnects = new LongAdder();
    final LongAdder stalls = new LongAdder();
    final LongAdder sessionsLost = new LongAdder();
    final LongAdder nodesRefused = new LongAdder();
    final LongAdder suspects = new LongAdder();
    final AtomicLong probeNanos = new AtomicLong(-1);
    private final Map<Refused.Why, LongAdder> refused = new EnumMap<>(Refused.Why.class);

    Counters() {
        for (Refused.Why why : Refused.Why.values()) {
            refused.put(why, new LongAdder());
        }
    }

    /** Something that a node asked for has failed; the bridge's own commands are not counted. */
    void failed(Outgoing item) {
        if (!(item instanceof Outgoing.Command)) {
            publishFailed.increment();
        }
    }

    void refused(Refused.Why why) {
        LongAdder adder = refused.get(why);
        if (adder != null) {
            adder.increment();
        }
    }

    long refusals(Refused.Why why) {
        LongAdder adder = refused.get(why);
        return adder == null ? 0 : adder.sum();
    }
}
