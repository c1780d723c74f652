package io.roomcast.runtime.cluster;

import io.roomcast.bridge.BridgeState;
import io.roomcast.runtime.cluster.proto.Envelope;
import io.roomcast.runtime.cluster.proto.Tail;
import io.roomcast.runtime.cluster.proto.TailsWanted;
import io.roomcast.runtime.environment.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds what was lost at the end of lanes, where no later number shows it. After an interruption of its bridge a node asks the others how far
 * their lanes to it have come, and says by itself how far its own have. Nothing is said while nothing can have been lost.
 *
 * <p>What a bridge carries about one room from one node has an order, so all that was said before a tail has come when it comes, or is lost.
 *
 * <p>Safe to use from any thread. The state has one writer, the bridge.
 */
final class Tails {

    /** So long a bridge may take to notice that it is interrupted. */
    static final Duration UNNOTICED = Duration.ofSeconds(5);

    /** An interruption is taken to be no longer than this: lanes are forgotten then. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Wire wire;
    private final SendLanes lanes;
    private final Supplier<Set<String>> nodes;
    private final Clock clock;
    private boolean interrupted;
    private long since;

    /** How nodes are reached. */
    interface Wire {

        /** To one node, about no room. */
        void ask(String nodeId, Envelope.Builder wanted);

        /**
         * In order with what was said on the lane.
         *
         * @param to the node to tell it; null = all that the lane leads to
         * @param nodeId the node that the lane leads to; null = all that want the room
         */
        void tell(@Nullable String to, String room, @Nullable String nodeId, long lane, long sequence);
    }

    Tails(Wire wire, SendLanes lanes, Supplier<Set<String>> nodes, Clock clock) {
        this.wire = wire;
        this.lanes = lanes;
        this.nodes = nodes;
        this.clock = clock;
    }

    /** The bridge is in another state. */
    synchronized void state(BridgeState state) {
        if (state == BridgeState.DEGRADED && !interrupted) {
            interrupted = true;
            since = clock.nanos();
        } else if (state == BridgeState.UP && interrupted) {
            interrupted = false;
            Duration within = within(Duration.ofNanos(clock.nanos() - since));
            TailsWanted wanted = TailsWanted.newBuilder()
                    .setWithinMs((int) within.toMillis())
                    .build();
            nodes.get().forEach(node -> wire.ask(node, Envelope.newBuilder().setTailsWanted(wanted)));
            lanes.tails(
                    null,
                    within.toNanos(),
                    (room, nodeId, lane, sequence) -> wire.tell(nodeId, room, nodeId, lane, sequence));
        }
    }

    /** Another node may have missed what was said in the last while. */
    void wanted(String nodeId, Duration interruption) {
        lanes.tails(
                nodeId,
                interruption.toNanos(),
                (room, leadsTo, lane, sequence) -> wire.tell(nodeId, room, leadsTo, lane, sequence));
    }

    /** Another node was not spoken to for so long. */
    void isBack(String nodeId, Duration absence) {
        wanted(nodeId, within(absence));
    }

    private static Duration within(Duration interruption) {
        return interruption.compareTo(LONGEST) > 0 ? LONGEST : interruption.plus(UNNOTICED);
    }

    static Envelope.Builder tail() {
        return Envelope.newBuilder().setTail(Tail.getDefaultInstance());
    }
}
