package io.roomcast.testkit.measure;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a run has left: second by second, and in total. Immutable. Recordings of processes that ran together add up; in this way,
 * and only in this way, a percentile of all of them can be had.
 *
 * @param startedMillis when the first second began, in milliseconds since 1970
 * @param warmUpSeconds how many seconds at the beginning are in {@code intervals} only, and in no total
 * @param intervals one for each second
 * @param counts the totals
 * @param latencies the totals; absent is a measure without a sample
 * @param sizes the totals; absent is a size without a sample
 */
public record Recording(
        long startedMillis,
        int warmUpSeconds,
        List<Interval> intervals,
        Map<Count, Long> counts,
        Map<Measure, Latency> latencies,
        Map<Size, Distribution> sizes) {

    private static final int MILLIS = 1000;

    /** Copies. */
    public Recording {
        intervals = List.copyOf(intervals);
        counts = Map.copyOf(counts);
        latencies = Map.copyOf(latencies);
        sizes = Map.copyOf(sizes);
    }

    /** Returns a total. */
    public long count(Count count) {
        return counts.getOrDefault(count, 0L);
    }

    /** Returns the latencies of a measure, of which there may be none. */
    public Latency latency(Measure measure) {
        return latencies.getOrDefault(measure, new Latency(Distribution.empty(), Distribution.empty(), 0));
    }

    /** Returns a spread of sizes, which may be empty. */
    public Distribution size(Size size) {
        return sizes.getOrDefault(size, Distribution.empty());
    }

    /** Returns the seconds that are in the totals. */
    public List<Interval> measured() {
        return intervals.subList(Math.min(warmUpSeconds, intervals.size()), intervals.size());
    }

    /** Returns both together. Their seconds are laid over each other by the clock, to the nearest second. */
    public Recording and(Recording other) {
        if (other.startedMillis < startedMillis) {
            return other.and(this);
        }
        int shift = (int) Math.round((other.startedMillis - startedMillis) / (double) MILLIS);
        List<Interval> all = new ArrayList<>(intervals);
        for (int i = 0; i < other.intervals.size(); i++) {
            int second = i + shift;
            while (all.size() < second) {
                all.add(new Interval(Map.of(), Map.of(), Map.of()));
            }
            if (second < all.size()) {
                all.set(second, all.get(second).and(other.intervals.get(i)));
            } else {
                all.add(other.intervals.get(i));
            }
        }
        Map<Count, Long> sums = new EnumMap<>(Count.class);
        sums.putAll(counts);
        other.counts.forEach((count, value) -> sums.merge(count, value, Long::sum));
        Map<Measure, Latency> samples = new EnumMap<>(Measure.class);
        samples.putAll(latencies);
        other.latencies.forEach((measure, latency) -> samples.merge(measure, latency, Latency::and));
        Map<Size, Distribution> distributions = new EnumMap<>(Size.class);
        distributions.putAll(sizes);
        other.sizes.forEach((size, spread) -> distributions.merge(size, spread, Distribution::and));
        return new Recording(
                startedMillis, Math.max(warmUpSeconds, other.warmUpSeconds + shift), all, sums, samples, distributions);
    }
}
