package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.LoadGenerator;
import io.roomcast.benchmarks.load.VoidRunException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Sends at a fixed rate, whatever the server does. Message n is planned for the start plus n intervals; when the generator is late it
 * sends what is due at once and leaves nothing out. How late it was is recorded for itself: times are taken from the plan, so
 * they contain it, and a run in which it is not small says nothing about the server.
 *
 * @param perSecond messages
 * @param mostLag the most that the 99th percentile of the lag may be
 */
record OfferedLoad(double perSecond, Duration mostLag) {

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    /** How many messages are sent at most until the generator looks at what has come. */
    private static final int SENT_AT_A_TIME = 16;

    /** Sends one message. */
    @FunctionalInterface
    interface Sender {

        /**
         * Sends it.
         *
         * @param plannedNanos when it should be sent, as of {@link System#nanoTime}
         */
        void send(long number, long plannedNanos) throws IOException;
    }

    /**
     * Sends for a time. What was sent last may still be on its way afterwards.
     *
     * @return how late the messages were sent
     */
    Latencies run(LoadGenerator clients, Duration time, Sender sender) throws IOException, VoidRunException {
        Latencies lag = new Latencies();
        long count = Math.max(1, Math.round(perSecond * time.toNanos() / NANOS_PER_SECOND));
        long start = System.nanoTime();
        long number = 0;
        while (number < count) {
            for (int i = 0; i < SENT_AT_A_TIME && number < count; i++) {
                long planned = start + Math.round(number * NANOS_PER_SECOND / perSecond);
                long late = System.nanoTime() - planned;
                if (late < 0) {
                    break;
                }
                sender.send(number++, planned);
                lag.record(late);
            }
            clients.runUntil(start + Math.round(number * NANOS_PER_SECOND / perSecond));
        }
        return lag;
    }

    /** Makes a run void that says more about the generator than about the server. */
    void verify(Latencies lag) throws VoidRunException {
        double millis = lag.millisAt(99);
        if (millis > mostLag.toMillis()) {
            throw new VoidRunException(String.format(
                    Locale.ROOT,
                    "the generator was late itself, by %.1f ms at the 99th percentile, expected at most %d",
                    millis,
                    mostLag.toMillis()));
        }
    }
}
