package io.roomcast.testkit.measure;

import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import java.util.EnumMap;
import java.util.Map;

/**
 * One second of a run. Immutable.
 *
 * @param phase in which it ended, from 0
 * @param counts what happened in it; absent is 0
 * @param gauges how things were at its end; absent is unknown
 * @param times what was recorded in it; absent is nothing
 */
public record Second(int phase, Map<Count, Long> counts, Map<Gauge, Double> gauges, Map<Metric, Distribution> times) {

    /** Copies. */
    public Second {
        counts = Map.copyOf(counts);
        gauges = Map.copyOf(gauges);
        times = Map.copyOf(times);
    }

    /** Returns a count. */
    public long count(Count count) {
        return counts.getOrDefault(count, 0L);
    }

    /** Returns a gauge, or another value where it is unknown. */
    public double gauge(Gauge gauge, double otherwise) {
        return gauges.getOrDefault(gauge, otherwise);
    }

    /** Returns what was recorded of a metric, of which there may be nothing. */
    public Distribution times(Metric metric) {
        return times.getOrDefault(metric, Distribution.empty());
    }

    Second and(Second other) {
        Map<Count, Long> sums = new EnumMap<>(Count.class);
        sums.putAll(counts);
        other.counts.forEach((count, value) -> sums.merge(count, value, Long::sum));
        Map<Gauge, Double> values = new EnumMap<>(Gauge.class);
        values.putAll(gauges);
        other.gauges.forEach((gauge, value) -> values.merge(gauge, value, gauge::merge));
        Map<Metric, Distribution> all = new EnumMap<>(Metric.class);
        all.putAll(times);
        other.times.forEach((metric, distribution) -> all.merge(metric, distribution, Distribution::and));
        return new Second(Math.max(phase, other.phase), sums, values, all);
    }
}
