package io.roomcast.runtime.outbound;

import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.transport.EventLoop;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes a whole node may hold for its peers. Three sums are watched: what waits in the peers' queues, what was written
 * and is kept until it is acknowledged, and what was handed to the loops and they have not got to yet. Each has the whole limit. Shared bytes count once for each queue that holds them. Safe to use from any
 * thread.
 */
public final class NodeBudget {

    /** What a broadcast costs besides its bytes, roughly: the objects that carry it. */
    private static final int OVERHEAD = 256;

    private final long limit;
    private final LoopFlush[] flushes;
    private final AtomicLong handedOver = new AtomicLong();

    public NodeBudget(long limit, List<EventLoop> loops, Clock clock) {
        this.limit = limit;
        this.flushes =
                loops.stream().map(loop -> new LoopFlush(loop, this, clock)).toArray(LoopFlush[]::new);
    }

    /** Returns what flushes the peers of a loop. */
    public LoopFlush flushOf(EventLoop loop) {
        return flushes[loop.index()];
    }

    /** Returns how many bytes wait in the queues of all peers; a few operations old. */
    public long waitingBytes() {
        long bytes = 0;
        for (LoopFlush flush : flushes) {
            bytes += flush.waitingBytes();
        }
        return bytes;
    }

    /** Returns how many bytes are kept until peers acknowledge them; a few operations old. */
    public long keptBytes() {
        long bytes = 0;
        for (LoopFlush flush : flushes) {
            bytes += flush.keptBytes();
        }
        return bytes;
    }

    /** Returns whether more is kept than may be. */
    boolean keepsTooMuch() {
        return keptBytes() > limit;
    }

    /** Returns whether the queues together hold as much as they may. */
    boolean isFull() {
        return waitingBytes() >= limit;
    }

    /**
     * Takes a share for something that is about to be handed to loops.
     *
     * @param bytes what it holds until all loops have got to it
     * @param tasks how many tasks will say so, at least one
     * @return null at the limit
     */
    public @Nullable HandOver handOver(int bytes, int tasks) {
        int share = bytes + OVERHEAD;
        if (handedOver.addAndGet(share) > limit) {
            handedOver.addAndGet(-share);
            return null;
        }
        return new HandOver(this, share, tasks);
    }

    void giveBack(int share) {
        handedOver.addAndGet(-share);
    }
}
