package io.roomcast.benchmarks.process;

import java.io.IOException;

/** A running server under test. For one thread. */
public interface MeasuredServer extends AutoCloseable {

    /** Returns the port it listens on, on 127.0.0.1. */
    int port();

    /** Returns what it is now. */
    Snapshot snapshot() throws IOException;

    /** Returns what it is now, its heap collected before. */
    Snapshot snapshotCollected() throws IOException;

    /** Notes that what was between two snapshots is what a workload measures. */
    void measured(Snapshot before, Snapshot after);

    /** Stops it; returns when it is gone. */
    @Override
    void close();
}
