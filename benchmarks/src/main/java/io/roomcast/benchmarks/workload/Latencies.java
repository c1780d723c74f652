package io.roomcast.benchmarks.workload;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Times from a planned instant, in nanoseconds, to three digits, up to a minute; longer ones count as a minute. */
final class Latencies {

    private static final long MOST = TimeUnit.MINUTES.toNanos(1);
    private static final double NANOS_PER_MILLI = 1e6;

    private final Histogram histogram = new Histogram(TimeUnit.MICROSECONDS.toNanos(1), MOST, 3);

    void record(long nanos) {
        histogram.recordValue(Math.max(0, Math.min(nanos, MOST)));
    }

    long count() {
        return histogram.getTotalCount();
    }

    double millisAt(double percentile) {
        return histogram.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }
}
