package io.roomcast.testkit.result;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Counts and histograms of a run, by node and phase. Those of several processes are merged by {@link #add}: histograms are added up, percentiles never
 * averaged. Belongs to one thread.
 */
public final class Measurements {

    /** Times up to an hour, to three digits. */
    private static final long HIGHEST = 3_600_000_000_000L;

    private static final int DIGITS = 3;

    private final SortedMap<Key<Count>, long[]> counts = new TreeMap<>();
    private final SortedMap<Key<Metric>, Histogram> histograms = new TreeMap<>();

    /** Returns the cell of a count, to be kept and counted up by whoever counts often. */
    public long[] cell(Count what, int node, int phase) {
        return counts.computeIfAbsent(new Key<>(what, node, phase), key -> new long[1]);
    }

    /** Counts. */
    public void count(Count what, int node, int phase, long more) {
        cell(what, node, phase)[0] += more;
    }

    /** Returns the histogram of a metric, to be kept by whoever records often. It grows with what it is given: 2 to 200 KB. */
    public Histogram histogram(Metric what, int node, int phase) {
        return histograms.computeIfAbsent(new Key<>(what, node, phase), key -> {
            Histogram histogram = new Histogram(DIGITS);
            histogram.setAutoResize(true);
            return histogram;
        });
    }

    /** Records a value. Times beyond an hour count as an hour, those below zero as zero. */
    public void record(Metric what, int node, int phase, long value) {
        histogram(what, node, phase).recordValue(Math.max(0, Math.min(HIGHEST, value)));
    }

    /** Adds those of another process, or of another part of the run. */
    public void add(Measurements other) {
        other.counts.forEach((key, cell) -> count(key.what(), key.node(), key.phase(), cell[0]));
        other.histograms.forEach((key, histogram) ->
                histogram(key.what(), key.node(), key.phase()).add(histogram));
    }

    /** Returns a count over all nodes and phases. */
    public long total(Count what) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().what() == what)
                .mapToLong(entry -> entry.getValue()[0])
                .sum();
    }

    /** Returns a count over all nodes in one phase. */
    public long total(Count what, int phase) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().what() == what && entry.getKey().phase() == phase)
                .mapToLong(entry -> entry.getValue()[0])
                .sum();
    }

    /** Returns a new histogram of a metric over all nodes and phases, empty if nothing was recorded. */
    public Histogram merged(Metric what) {
        return merge(what, -1);
    }

    /** Returns a new histogram of a metric over all nodes in one phase, empty if nothing was recorded. */
    public Histogram merged(Metric what, int phase) {
        return merge(what, phase);
    }

    private Histogram merge(Metric what, int phase) {
        Histogram sum = new Histogram(DIGITS);
        sum.setAutoResize(true);
        histograms.forEach((key, histogram) -> {
            if (key.what() == what && (phase < 0 || key.phase() == phase)) {
                sum.add(histogram);
            }
        });
        return sum;
    }

    /** Returns all counts that are not zero, in a fixed order. */
    public Map<Key<Count>, Long> counts() {
        Map<Key<Count>, Long> all = new TreeMap<>();
        counts.forEach((key, cell) -> {
            if (cell[0] != 0) {
                all.put(key, cell[0]);
            }
        });
        return all;
    }

    /** Returns all histograms, in a fixed order. They are not copies. */
    public Map<Key<Metric>, Histogram> histograms() {
        return Collections.unmodifiableMap(histograms);
    }
}
