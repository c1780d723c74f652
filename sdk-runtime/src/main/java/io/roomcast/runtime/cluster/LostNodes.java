package io.roomcast.runtime.cluster;

import io.roomcast.runtime.environment.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that were lost last, at most {@value #MAX_NODES}, and when. A node's id is new at every start, so one that joins under the id of a
 * lost one was only taken for dead. Safe to use from any thread.
 */
final class LostNodes {

    static final int MAX_NODES = 1024;

    private final Clock clock;
    /** The oldest first. Guarded by this. */
    private final Map<String, Long> lostAt = new LinkedHashMap<>();

    LostNodes(Clock clock) {
        this.clock = clock;
    }

    synchronized void add(String nodeId) {
        lostAt.remove(nodeId);
        lostAt.put(nodeId, clock.nanos());
        if (lostAt.size() > MAX_NODES) {
            lostAt.remove(lostAt.keySet().iterator().next());
        }
    }

    /** A node joins. Returns for how long it had been lost; null if it had not. */
    synchronized @Nullable Duration isBack(String nodeId) {
        Long since = lostAt.remove(nodeId);
        return since == null ? null : Duration.ofNanos(clock.nanos() - since);
    }
}
