package io.roomcast.testkit.measure;

import java.util.EnumMap;
import java.util.Map;

/**
 * One second of a run. Immutable as long as nobody changes the maps, which nobody outside this package can.
 *
 * @param counts what happened in it; absent is 0
 * @param gauges how things were at its end; absent is unknown
 * @param fromPlan the latencies that ended in it, in microseconds from the planned instant; absent if there were none
 */
public record Interval(Map<Count, Long> counts, Map<Gauge, Double> gauges, Map<Measure, Distribution> fromPlan) {

    /** Copies. */
    public Interval {
        counts = Map.copyOf(counts);
        gauges = Map.copyOf(gauges);
        fromPlan = Map.copyOf(fromPlan);
    }

    /** Returns a count. */
    public long count(Count count) {
        return counts.getOrDefault(count, 0L);
    }

    Interval and(Interval other) {
        Map<Count, Long> sums = new EnumMap<>(Count.class);
        sums.putAll(counts);
        other.counts.forEach((count, value) -> sums.merge(count, value, Long::sum));
        Map<Gauge, Double> values = new EnumMap<>(Gauge.class);
        values.putAll(gauges);
        other.gauges.forEach((gauge, value) -> values.merge(gauge, value, gauge::merge));
        Map<Measure, Distribution> distributions = new EnumMap<>(Measure.class);
        distributions.putAll(fromPlan);
        other.fromPlan.forEach((measure, spread) -> distributions.merge(measure, spread, Distribution::and));
        return new Interval(sums, values, distributions);
    }
}
