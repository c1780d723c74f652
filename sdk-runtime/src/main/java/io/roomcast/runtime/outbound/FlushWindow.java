package io.roomcast.runtime.outbound;

import io.roomcast.RoomOptions;
import io.roomcast.runtime.environment.TimingWheel;

/**
 * The time until which what is queued for a peer may wait for more to leave with it. It begins with the first chunk that may wait, and
 * ends early when something is queued that may not. Confined to the peer's loop, like the queue.
 */
final class FlushWindow extends TimingWheel.Entry {

    static final int MAX_MILLIS = (int) RoomOptions.MAX_FLUSH_WINDOW.toMillis();

    private final Outbound outbound;
    private final LoopTimers timers;
    private boolean open;
    private long endsAtNanos;

    FlushWindow(Outbound outbound, LoopTimers timers) {
        this.outbound = outbound;
        this.timers = timers;
    }

    boolean isOpen() {
        return open;
    }

    /** Something was queued that may wait this long. */
    void within(int millis) {
        long endsAt = timers.nowNanos() + millis * 1_000_000L;
        if (open && endsAt - endsAtNanos >= 0) {
            return;
        }
        close();
        open = true;
        endsAtNanos = endsAt;
        timers.schedule(this, endsAt);
    }

    /** Nothing waits for its end any more. */
    void close() {
        if (open) {
            open = false;
            timers.cancel(this);
        }
    }

    @Override
    protected void expired() {
        open = false;
        outbound.flush();
    }
}
