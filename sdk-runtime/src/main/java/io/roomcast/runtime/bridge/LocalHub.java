package io.roomcast.runtime.bridge;

import io.roomcast.RoomcastException;
import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.environment.DaemonThreads;
import io.roomcast.runtime.environment.IdSource;
import io.roomcast.runtime.environment.SecureIdSource;
import io.roomcast.runtime.environment.SystemClock;
import io.roomcast.runtime.mailbox.Mailbox;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;

/**
 * Where the nodes of one process meet: each node gets a {@link #bridge()} of the same hub. Safe to use from any thread. Holds
 * what its nodes want, and the histories of rooms: at most 256 MiB of them, 16 MiB a room, and 64 MiB of rooms in which no node
 * has peers. Beyond the first two bounds a room that appends forgets its oldest entries, beyond the third the history that was not used for
 * long is lost. Needs no closing.
 */
public final class LocalHub {

    static final int QUEUE_CAPACITY = 65_536;
    static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    private final Executor executor;
    private final LocalHistory history;
    /** Replaced, never changed, under the hub's lock; read without it. */
    private volatile Map<String, LocalBridge> nodes = Map.of();
    /** The bridges that want a room; the arrays are replaced, never changed. */
    private final ConcurrentMap<String, LocalBridge[]> interests = new ConcurrentHashMap<>();

    private LocalHub(Executor executor, Clock clock, IdSource ids) {
        this.executor = executor;
        this.history =
                new LocalHistory(clock, ids.nextNodeId(), LocalHistory.MAX_BYTES, LocalHistory.MAX_RESTING_BYTES);
    }

    /** Returns a hub that delivers on daemon threads of its own, which end by themselves when they have nothing to do. */
    public static LocalHub create() {
        return on(DaemonThreads.pool("roomcast-local-bridge", 2), SystemClock.INSTANCE, new SecureIdSource());
    }

    /**
     * Returns a hub of a given world. A simulation hands in its own.
     *
     * @param executor delivers, in its own time: not before {@code execute} returns
     * @param clock tells how old the entries of histories are
     * @param ids makes the epochs of histories unique
     */
    public static LocalHub on(Executor executor, Clock clock, IdSource ids) {
        return new LocalHub(executor, clock, ids);
    }

    /** Returns a bridge for one node. */
    public Bridge bridge() {
        return new LocalBridge(this, new Mailbox(executor, QUEUE_CAPACITY));
    }

    LocalHistory history() {
        return history;
    }

    /** Runs something soon, outside of whatever lock the caller holds. */
    void later(Runnable task) {
        executor.execute(task);
    }

    /** Under the lock, so that each of two nodes that join at once hears of the other, once. */
    synchronized void join(String nodeId, LocalBridge bridge) {
        if (nodes.containsKey(nodeId)) {
            throw new RoomcastException("node id " + nodeId + " is taken, expected a new one for each start");
        }
        nodes.forEach((otherId, other) -> {
            other.tell(to -> to.onNodeJoined(nodeId));
            bridge.tell(to -> to.onNodeJoined(otherId));
        });
        Map<String, LocalBridge> more = new TreeMap<>(nodes);
        more.put(nodeId, bridge);
        replaceNodes(more);
    }

    synchronized void leave(String nodeId, LocalBridge bridge) {
        Map<String, LocalBridge> fewer = new TreeMap<>(nodes);
        fewer.remove(nodeId);
        replaceNodes(fewer);
        for (String room : interests.keySet()) {
            unsubscribe(room, bridge);
        }
        fewer.values().forEach(other -> other.tell(to -> to.onNodeLost(nodeId)));
    }

    private void replaceNodes(Map<String, LocalBridge> now) {
        nodes = now;
        now.forEach((nodeId, bridge) -> {
            Set<String> others = new TreeSet<>(now.keySet());
            others.remove(nodeId);
            bridge.others(Collections.unmodifiableSet(others));
        });
    }

    void subscribe(String room, LocalBridge bridge) {
        interests.merge(room, new LocalBridge[] {bridge}, (present, added) -> {
            for (LocalBridge known : present) {
                if (known == bridge) {
                    return present;
                }
            }
            LocalBridge[] more = new LocalBridge[present.length + 1];
            System.arraycopy(present, 0, more, 0, present.length);
            more[present.length] = bridge;
            return more;
        });
    }

    void unsubscribe(String room, LocalBridge bridge) {
        interests.computeIfPresent(room, (name, present) -> {
            LocalBridge[] fewer = new LocalBridge[present.length];
            int kept = 0;
            for (LocalBridge known : present) {
                if (known != bridge) {
                    fewer[kept++] = known;
                }
            }
            return kept == 0 ? null : Arrays.copyOf(fewer, kept);
        });
    }

    /** One at a time for each room: all nodes get what is published to it in one order. */
    CompletionStage<Void> publish(LocalBridge from, String room, byte[] envelope) {
        int[] full = {0};
        interests.computeIfPresent(room, (name, wanting) -> {
            for (LocalBridge bridge : wanting) {
                if (bridge != from && !bridge.arrive(room, envelope)) {
                    full[0]++;
                }
            }
            return wanting;
        });
        return full[0] == 0 ? DONE : refused(full[0] + " of the nodes that want room " + room + " have full queues");
    }

    CompletionStage<Void> send(String nodeId, String room, byte[] envelope) {
        LocalBridge bridge = nodes.get(nodeId);
        if (bridge == null) {
            return refused("no node " + nodeId);
        }
        return bridge.arrive(room, envelope) ? DONE : refused("the queue of node " + nodeId + " is full");
    }

    private static CompletionStage<Void> refused(String why) {
        return CompletableFuture.failedStage(new RoomcastException(why));
    }
}
