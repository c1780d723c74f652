package io.roomcast.runtime.cluster;

import io.roomcast.runtime.environment.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the envelopes that this node sends, lane by lane. Safe to use from any thread: numbering an envelope and handing it
 * to the bridge are one step per lane, so the bridge gets them in the order of their numbers.
 *
 * <p>Holds at most {@value #MAX_LANES} lanes, and a lane for ten minutes after its last use; when more than three quarters of the places
 * are taken, for less, down to no time when all are. A lane that is forgotten begins anew under another id: receivers then take the next number as it
 * comes, so a loss at just that moment goes unnoticed.
 *
 * <p>Every room that was spoken in leaves a lane, so a lane is small: who makes a new one looks at a few others, in turn, and forgets those that were
 * not used for so long. There is no list in the order of their use that each envelope would have to change.
 */
final class SendLanes {

    static final int MAX_LANES = 200_000;
    static final int MAX_TAILS = 10_000;

    /** A tick is 2 to this power nanoseconds, somewhat more than a second. */
    private static final int TICK_BITS = 30;

    private static final int FORGOTTEN_AFTER = (int) (Duration.ofMinutes(10).toNanos() >> TICK_BITS) + 1;
    /** So many are looked at for each new one. More than one, so that there are fewer and fewer when all must go. */
    private static final int LOOKED_AT = 4;

    private final Clock clock;
    /** By room, for those that lead to the nodes that want it; by {@link Direct} for the others. */
    private final ConcurrentMap<Object, Lane> lanes = new ConcurrentHashMap<>();
    /** Those that are looked at next. Guarded by this, and nobody takes another lock with it. */
    private Iterator<Map.Entry<Object, Lane>> next = Collections.emptyIterator();

    private final AtomicLong lastLaneId = new AtomicLong();

    /** A lane that leads to one node. */
    private record Direct(String room, String nodeId) {}

    private static final class Lane {
        private final long id;
        /** Guarded by the lane. */
        private long sequence;
        /** The tick in which the last number was given. Written with the lane's lock. */
        private volatile int usedAt;

        Lane(long id, int tick) {
            this.id = id;
            this.usedAt = tick;
        }
    }

    /** What became of an envelope, and its number. */
    record Sent(CompletionStage<Void> taken, long lane, long sequence) {}

    /** Hands an envelope of this lane and number to the bridge. */
    interface Handover {
        CompletionStage<Void> send(long lane, long sequence);
    }

    /** Tells how far a lane has come. */
    interface Teller {
        void tell(String room, @Nullable String nodeId, long lane, long sequence);
    }

    SendLanes(Clock clock) {
        this.clock = clock;
    }

    /**
     * What would have gone to the nodes that want a room goes nowhere, because there is none: it takes a number all the same. A node that was
     * only taken for dead then sees the jump.
     */
    void skip(String room) {
        Lane lane = lanes.get(room);
        if (lane != null) {
            synchronized (lane) {
                lane.sequence++;
                lane.usedAt = tick();
            }
        }
    }

    /**
     * Tells how far lanes have come, behind everything that was handed over in them before, and none more than {@value #MAX_TAILS} of them.
     *
     * @param withinNanos those that were used within this time, or two seconds earlier
     */
    void tails(long withinNanos, Teller teller) {
        int now = tick();
        // Both may be anywhere within their ticks.
        long withinTicks = (withinNanos >> TICK_BITS) + 1;
        int told = 0;
        for (Map.Entry<Object, Lane> entry : lanes.entrySet()) {
            Direct direct = entry.getKey() instanceof Direct one ? one : null;
            String room = direct == null ? (String) entry.getKey() : direct.room;
            Lane lane = entry.getValue();
            synchronized (lane) {
                if (now - lane.usedAt <= withinTicks && lane.sequence > 0) {
                    teller.tell(room, direct == null ? null : direct.nodeId, lane.id, lane.sequence);
                    told++;
                }
            }
            if (told == MAX_TAILS) {
                return;
            }
        }
    }

    /** Numbers an envelope and hands it over. What the handover throws becomes a failed stage. */
    CompletionStage<Void> send(String room, @Nullable String nodeId, Handover handover) {
        return number(room, nodeId, handover).taken();
    }

    /** Like {@link #send}; returns the number too. */
    Sent number(String room, @Nullable String nodeId, Handover handover) {
        Lane lane = lane(nodeId == null ? room : new Direct(room, nodeId));
        synchronized (lane) {
            long sequence = ++lane.sequence;
            lane.usedAt = tick();
            try {
                return new Sent(handover.send(lane.id, sequence), lane.id, sequence);
            } catch (RuntimeException refused) {
                return new Sent(CompletableFuture.failedStage(refused), lane.id, sequence);
            }
        }
    }

    /** Returns how many are held. */
    int count() {
        return lanes.size();
    }

    private Lane lane(Object key) {
        Lane known = lanes.get(key);
        if (known != null) {
            return known;
        }
        int now = tick();
        Lane fresh = new Lane(lastLaneId.incrementAndGet(), now);
        Lane other = lanes.putIfAbsent(key, fresh);
        if (other != null) {
            return other;
        }
        forgetSome(now);
        return fresh;
    }

    private int tick() {
        return (int) (clock.nanos() >> TICK_BITS);
    }

    private synchronized void forgetSome(int now) {
        long free = Math.max(0, MAX_LANES - lanes.size());
        long keptFor = Math.min(FORGOTTEN_AFTER, FORGOTTEN_AFTER * 4 * free / MAX_LANES);
        for (int i = 0; i < LOOKED_AT; i++) {
            if (!next.hasNext()) {
                next = lanes.entrySet().iterator();
                if (!next.hasNext()) {
                    return;
                }
            }
            Map.Entry<Object, Lane> entry = next.next();
            if (now - entry.getValue().usedAt >= keptFor) {
                lanes.remove(entry.getKey(), entry.getValue());
            }
        }
    }
}
