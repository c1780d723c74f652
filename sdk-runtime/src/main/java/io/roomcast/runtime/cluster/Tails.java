package io.roomcast.runtime.cluster;

import io.roomcast.bridge.BridgeState;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.transport.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds what was lost at the end of lanes, where no later number shows it. After an interruption of its bridge a node tells how far its lanes
 * have come, and asks the others to do so. Nothing is said while nothing can have been lost, and at most once in {@value #PAUSE_MILLIS} ms
 * however often the bridge is interrupted and however many ask.
 *
 * <p>What a bridge carries about one room from one node has an order, so all that was said before a tail has come when it comes, or is lost.
 *
 * <p>Safe to use from any thread.
 */
final class Tails {

    /** So long a bridge may take to notice that it is interrupted. */
    static final Duration UNNOTICED = Duration.ofSeconds(5);

    static final int PAUSE_MILLIS = 1000;

    /** An interruption is taken to be no longer than this: lanes are forgotten then. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Wire wire;
    private final SendLanes lanes;
    private final EventLoop loop;
    private final Clock clock;
    /** Below: guarded by this. */
    private boolean up = true;

    private boolean interrupted;
    private long since;
    private boolean scheduled;
    /** The lanes that were used within this time are to be told. */
    private Duration owed = Duration.ZERO;

    /** How nodes are reached. */
    interface Wire {

        /** Asks all other nodes. */
        void ask(Duration within);

        /** In order with what was said on the lane. @param nodeId the node that it leads to; null = all that want the room */
        void tell(String room, @Nullable String nodeId, long lane, long sequence);
    }

    /** @param loop waits, and tells */
    Tails(Wire wire, SendLanes lanes, EventLoop loop, Clock clock) {
        this.wire = wire;
        this.lanes = lanes;
        this.loop = loop;
        this.clock = clock;
    }

    /** The bridge is in another state. */
    synchronized void state(BridgeState state) {
        up = state == BridgeState.UP;
        if (state == BridgeState.DEGRADED && !interrupted) {
            interrupted = true;
            since = clock.nanos();
        } else if (up && interrupted) {
            schedule();
        }
    }

    /** Another node may have missed what was said within this time. */
    synchronized void wanted(Duration within) {
        owe(within);
        schedule();
    }

    /** Another node was not spoken to for so long. */
    void isBack(Duration absence) {
        wanted(within(absence));
    }

    private static Duration within(Duration interruption) {
        return interruption.compareTo(LONGEST) > 0 ? LONGEST : interruption.plus(UNNOTICED);
    }

    private void owe(Duration within) {
        owed = within.compareTo(owed) > 0 ? within : owed;
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            loop.execute(() -> loop.schedule(PAUSE_MILLIS, this::settle));
        }
    }

    /** On the loop. */
    private void settle() {
        Duration within;
        boolean ask;
        synchronized (this) {
            scheduled = false;
            if (!up) {
                // It comes again when the bridge is up.
                return;
            }
            ask = interrupted;
            if (ask) {
                owe(within(Duration.ofNanos(clock.nanos() - since)));
            }
            interrupted = false;
            within = owed;
            owed = Duration.ZERO;
        }
        if (ask) {
            wire.ask(within);
        }
        lanes.tails(within.toNanos(), wire::tell);
    }
}
