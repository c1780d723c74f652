package io.roomcast.benchmarks.bridge;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Counts what arrives, and notes how old it is: an envelope begins with the time at which it was made. */
final class CountingNode implements BridgeListener {

    private final LongAdder arrived = new LongAdder();
    private final long[] ages;
    /** Guarded by this. */
    private int noted;

    CountingNode(int ages) {
        this.ages = new long[ages];
    }

    long arrived() {
        return arrived.sum();
    }

    /** Returns the ages in nanoseconds that were noted, in order of arrival. */
    synchronized long[] ages() {
        return Arrays.copyOf(ages, noted);
    }

    @Override
    public void onEnvelope(String room, byte[] envelope) {
        if (ages.length > 0) {
            note(System.nanoTime() - ByteBuffer.wrap(envelope).getLong());
        }
        arrived.increment();
    }

    private synchronized void note(long age) {
        if (noted < ages.length) {
            ages[noted++] = age;
        }
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
