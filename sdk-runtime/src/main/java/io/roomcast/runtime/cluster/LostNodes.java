package io.roomcast.runtime.cluster;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The nodes that were lost last, at most {@value #MAX_NODES}. A node's id is new at every start, so one that joins under the id of a lost
 * one was only taken for dead. Safe to use from any thread.
 */
final class LostNodes {

    static final int MAX_NODES = 1024;

    /** The oldest first. Guarded by this. */
    private final Set<String> ids = new LinkedHashSet<>();

    synchronized void add(String nodeId) {
        ids.remove(nodeId);
        ids.add(nodeId);
        if (ids.size() > MAX_NODES) {
            ids.remove(ids.iterator().next());
        }
    }

    /** Returns whether a node that joins was lost before; it is not any more. */
    synchronized boolean isBack(String nodeId) {
        return ids.remove(nodeId);
    }
}
