package io.roomcast.benchmarks.process;

import java.time.Instant;

/**
 * A server under test at one moment.
 *
 * @param nanos when, on the harness's clock
 * @param at when, by the time of day
 * @param usage what the kernel says of it
 * @param connections WebSocket connections
 * @param compilingMillis time that its compilers have taken since its start
 * @param allocatedBytes since its start, −1 unknown
 * @param liveHeapBytes after a full collection, −1 unknown or not asked for
 * @param directBytes in direct buffers after a full collection, −1 unknown or not asked for
 */
public record Snapshot(
        long nanos,
        Instant at,
        ProcessUsage usage,
        int connections,
        long compilingMillis,
        long allocatedBytes,
        long liveHeapBytes,
        long directBytes) {

    /** Returns the processor time used since an earlier snapshot, in microseconds. */
    public double cpuMicrosSince(Snapshot earlier) {
        return (usage.cpuNanos() - earlier.usage.cpuNanos()) / 1e3;
    }

    /** Returns the time passed since an earlier snapshot, in seconds. */
    public double secondsSince(Snapshot earlier) {
        return (nanos - earlier.nanos) / 1e9;
    }
}
