package io.roomcast.runtime.outbound;

import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.transport.EventLoop;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which peers of one loop have something to send and flushes them at the end of the loop's turn, or of a {@link FlushWindow}.
 * Confined to that loop.
 */
public final class LoopFlush implements Runnable {

    private static final AtomicLongFieldUpdater<LoopFlush> WAITING =
            AtomicLongFieldUpdater.newUpdater(LoopFlush.class, "waitingBytes");

    private static final AtomicLongFieldUpdater<LoopFlush> KEPT_BYTES =
            AtomicLongFieldUpdater.newUpdater(LoopFlush.class, "keptBytes");

    private static final int KEPT = 4096;

    private final EventLoop loop;
    private final NodeBudget node;
    private final Clock clock;
    /** Null while nothing has ever waited for a window. */
    private @Nullable LoopTimers windows;

    private Outbound[] dirty = new Outbound[64];
    private int count;
    private volatile long waitingBytes;
    private volatile long keptBytes;

    LoopFlush(EventLoop loop, NodeBudget node, Clock clock) {
        this.loop = loop;
        this.node = node;
        this.clock = clock;
    }

    NodeBudget node() {
        return node;
    }

    /** Returns how many bytes wait for this loop's peers, roughly when asked from another thread. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** One writer, the loop: an ordered store is enough. */
    void waitingChanged(int bytes) {
        WAITING.lazySet(this, waitingBytes + bytes);
    }

    /** Returns how many bytes are kept until this loop's peers acknowledge them. */
    long keptBytes() {
        return keptBytes;
    }

    void keptChanged(int bytes) {
        KEPT_BYTES.lazySet(this, keptBytes + bytes);
    }

    /** Returns a closed window for a peer's queue. */
    FlushWindow windowFor(Outbound outbound) {
        if (windows == null) {
            windows = new LoopTimers(loop, clock);
        }
        return new FlushWindow(outbound, windows);
    }

    /** Flushes a queue at the end of this turn. */
    void plan(Outbound outbound) {
        if (count == dirty.length) {
            dirty = Arrays.copyOf(dirty, count * 2);
        }
        dirty[count++] = outbound;
        if (count == 1) {
            loop.execute(this);
        }
    }

    /** Flushes every peer that is planned. */
    @Override
    public void run() {
        // A flush can plan another peer (a handler told of a closed one, say): that one is taken in the same sweep.
        for (int i = 0; i < count; i++) {
            Outbound outbound = dirty[i];
            dirty[i] = null;
            outbound.flush();
        }
        count = 0;
        if (dirty.length > KEPT) {
            dirty = new Outbound[64];
        }
    }
}
