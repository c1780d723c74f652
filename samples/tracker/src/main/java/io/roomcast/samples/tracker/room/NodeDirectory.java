package io.roomcast.samples.tracker.room;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Where the pages of the cluster are: what the sample needs to offer a link to another node. Safe for concurrent use. */
public final class NodeDirectory {

    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    /** Adds a node that listens. */
    public void add(String name, int port) {
        entries.add(new Entry(name, port));
    }

    /** Returns the nodes in the order in which they started. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /**
     * One node.
     *
     * @param name what people call it
     * @param port where it serves its page
     */
    public record Entry(String name, int port) {}
}
