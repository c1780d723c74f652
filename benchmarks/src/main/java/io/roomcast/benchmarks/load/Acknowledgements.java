package io.roomcast.benchmarks.load;

import java.util.concurrent.TimeUnit;

/**
 * Counts the numbered frames that a Roomcast client has had in a session that can be resumed, and says when to acknowledge
 * them: a second after the first that is not acknowledged, or earlier, after 128 of them or 64 KiB, and with what is said, from 8 of them
 * on. Of one connection.
 */
final class Acknowledgements {

    private static final long LATEST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int WORTH_TELLING = 8;
    private static final int MOST_FRAMES = 128;
    private static final int MOST_BYTES = 64 * 1024;

    private final Sender sender;
    private boolean counting;
    private long received;
    private long acknowledged;
    private int bytes;
    private long dueNanos;
    private boolean reminderSet;

    /** Sends one. */
    @FunctionalInterface
    interface Sender {
        void acknowledge(long received, Dialect.Line line);
    }

    Acknowledgements(Sender sender) {
        this.sender = sender;
    }

    /** The server has welcomed the client into a new session that it keeps. */
    void begin() {
        counting = true;
    }

    /** A numbered frame has come. */
    void received(int size, Dialect.Line line) {
        if (!counting) {
            return;
        }
        received++;
        bytes += size;
        if (received == acknowledged + 1) {
            dueNanos = line.nanos() + LATEST_NANOS;
            remind(line);
        }
        if (received - acknowledged >= MOST_FRAMES || bytes >= MOST_BYTES) {
            acknowledge(line);
        }
    }

    /** Something is about to be said. Returns how many frames have come, if that is to be told with it; 0 if not. */
    long tellAlong() {
        if (!counting || received - acknowledged < WORTH_TELLING) {
            return 0;
        }
        acknowledged = received;
        bytes = 0;
        return received;
    }

    void reminded(Dialect.Line line) {
        reminderSet = false;
        if (received == acknowledged) {
            return;
        }
        if (line.nanos() - dueNanos >= 0) {
            acknowledge(line);
        } else {
            remind(line);
        }
    }

    private void remind(Dialect.Line line) {
        if (!reminderSet) {
            reminderSet = true;
            line.remindAt(dueNanos);
        }
    }

    private void acknowledge(Dialect.Line line) {
        acknowledged = received;
        bytes = 0;
        sender.acknowledge(received, line);
    }
}
