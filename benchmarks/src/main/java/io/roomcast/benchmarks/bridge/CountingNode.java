package io.roomcast.benchmarks.bridge;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts what arrives, and notes how old it is: an envelope begins with the time at which it was made. Safe to use from any thread. */
final class CountingNode implements BridgeListener {

    private final LongAdder arrived = new LongAdder();
    private final Recorder ages = new Recorder(TimeUnit.MINUTES.toNanos(1), 3);
    private final boolean noting;

    CountingNode(boolean noting) {
        this.noting = noting;
    }

    long arrived() {
        return arrived.sum();
    }

    /** Returns the ages in nanoseconds that were noted since the last call. */
    Histogram ages() {
        return ages.getIntervalHistogram();
    }

    @Override
    public void onEnvelope(String room, byte[] envelope) {
        if (noting) {
            ages.recordValue(System.nanoTime() - ByteBuffer.wrap(envelope).getLong());
        }
        arrived.increment();
    }

    @Override
    public void onAppended(String room, HistoryPosition position, byte[] envelope) {
        arrived.increment();
    }

    @Override
    public void onHistoryLost(String room, HistoryPosition resumesAfter) {}

    @Override
    public void onNodeJoined(String nodeId) {}

    @Override
    public void onNodeLost(String nodeId) {}

    @Override
    public void onState(BridgeState state) {}
}
