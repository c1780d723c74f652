package io.roomcast.testkit.load;

import io.roomcast.testkit.socket.ClientSocket;
import io.roomcast.testkit.socket.Timer;
import org.jspecify.annotations.Nullable;

/** Reads no more than so many bytes a second: a tenth of them, ten times a second. Belongs to the run's thread. */
final class SlowReading extends Timer {

    private static final int PARTS = 10;
    private static final long PART_NANOS = 1_000_000_000L / PARTS;

    private final LoadRun run;
    private @Nullable ClientSocket socket;
    private int bytesPerSecond;

    SlowReading(LoadRun run) {
        this.run = run;
    }

    /** Sets how much is read from now on. @param rate 0 = as much as comes */
    void rate(int rate) {
        bytesPerSecond = rate;
    }

    /** Returns the receive buffer that goes with the rate; 0 = the system's own. */
    int receiveBufferBytes() {
        return 2 * bytesPerSecond;
    }

    /** Reads from this connection, and from no other one any more. @param from null where there is none */
    void on(@Nullable ClientSocket from) {
        run.cancel(this);
        socket = from;
        if (from != null) {
            if (bytesPerSecond == 0) {
                from.read(true);
            } else {
                fire(run.now());
            }
        }
    }

    @Override
    protected void fire(long dueNanos) {
        ClientSocket from = socket;
        if (from != null && bytesPerSecond > 0 && from.isOpen()) {
            from.readOnce(Math.max(1, bytesPerSecond / PARTS));
            run.schedule(this, run.now() + PART_NANOS);
        }
    }
}
