package io.roomcast.testkit.virtual;

import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Measurements;
import io.roomcast.testkit.result.Metric;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts and histograms as arrays, for a run in which they change a hundred million times. Belongs to one thread. */
final class Tally {

    private static final int COUNTS = Count.values().length;
    private static final int METRICS = Metric.values().length;

    private final int phases;
    private final int nodes;
    private final long[] counts;
    private final @Nullable Histogram[] histograms;
    private final Measurements measurements = new Measurements();

    Tally(int nodes, int phases) {
        this.nodes = nodes;
        this.phases = phases;
        this.counts = new long[(nodes + 1) * phases * COUNTS];
        this.histograms = new Histogram[(nodes + 1) * phases * METRICS];
    }

    void count(Count what, int node, int phase) {
        counts[(node * phases + phase) * COUNTS + what.ordinal()]++;
    }

    void count(Count what, int node, int phase, long more) {
        counts[(node * phases + phase) * COUNTS + what.ordinal()] += more;
    }

    void record(Metric what, int node, int phase, long value) {
        int at = (node * phases + phase) * METRICS + what.ordinal();
        Histogram histogram = histograms[at];
        if (histogram == null) {
            histogram = measurements.histogram(what, node, phase);
            histograms[at] = histogram;
        }
        histogram.recordValue(Math.max(0, value));
    }

    long total(Count what) {
        long sum = 0;
        for (int at = what.ordinal(); at < counts.length; at += COUNTS) {
            sum += counts[at];
        }
        return sum;
    }

    /** Returns everything; the tally is not used any more. */
    Measurements measurements() {
        for (Count what : Count.values()) {
            for (int node = 0; node <= nodes; node++) {
                for (int phase = 0; phase < phases; phase++) {
                    long count = counts[(node * phases + phase) * COUNTS + what.ordinal()];
                    if (count != 0) {
                        measurements.count(what, node, phase, count);
                    }
                }
            }
        }
        return measurements;
    }
}
