package io.roomcast.runtime.transport.memory;

import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop in the order in which they were opened. Each holds its neighbours itself: there may be a million. Confined to the loop.
 */
final class OpenConnections {

    private @Nullable MemoryConnection first;
    private @Nullable MemoryConnection last;

    void add(MemoryConnection connection) {
        connection.before = last;
        if (last == null) {
            first = connection;
        } else {
            last.behind = connection;
        }
        last = connection;
    }

    /** Takes out one that is in. */
    void remove(MemoryConnection connection) {
        if (connection.before == null) {
            first = connection.behind;
        } else {
            connection.before.behind = connection.behind;
        }
        if (connection.behind == null) {
            last = connection.before;
        } else {
            connection.behind.before = connection.before;
        }
        connection.before = null;
        connection.behind = null;
    }

    void abortAll() {
        while (first != null) {
            // Which takes it out.
            first.abort();
        }
    }
}
