package io.roomcast.testkit.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Takes down what happens in a run. Belongs to one thread, the one that does the things; {@link #recording} gives what others may
 * have. Instants are nanoseconds of any one clock. Recording allocates nothing.
 *
 * <p>Holds two histograms of about 190 KB for each {@link Measure} in use and some kilobytes for each second of the run, however many peers and messages there are.
 */
public final class Recorder {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long startNanos;
    private final long startedMillis;
    private final int warmUpSeconds;
    private final List<Interval> intervals = new ArrayList<>();
    /** Planned sends by their planned second, which may be over when they are made. */
    private long[] offered = new long[64];

    private final long[] current = new long[Count.values().length];
    private final long[] totals = new long[Count.values().length];
    private final double[] gauges = new double[Gauge.values().length];
    private final Samples[] samples = new Samples[Measure.values().length];
    private final @Nullable Histogram[] sizes = new Histogram[Size.values().length];

    /** One measure: this second's latencies, and those of the seconds before. */
    private static final class Samples {
        private final Histogram nowFromPlan = Histograms.create();
        private final Histogram nowService = Histograms.create();
        private final Histogram fromPlan = Histograms.create();
        private final Histogram service = Histograms.create();
        private long nowTimeouts;
        private long timeouts;
    }

    /**
     * @param startNanos when the run begins
     * @param startedMillis the same instant, in milliseconds since 1970
     * @param warmUpSeconds how many seconds shall be in the timeline and in no total; what is planned in them is not judged
     */
    public Recorder(long startNanos, long startedMillis, int warmUpSeconds) {
        if (warmUpSeconds < 0) {
            throw new IllegalArgumentException("warmUpSeconds is " + warmUpSeconds + ", expected 0 or more");
        }
        this.startNanos = startNanos;
        this.startedMillis = startedMillis;
        this.warmUpSeconds = warmUpSeconds;
        Arrays.fill(gauges, Double.NaN);
    }

    /** Counts. */
    public void count(Count count, long times) {
        current[count.ordinal()] += times;
    }

    /** Counts one. */
    public void count(Count count) {
        count(count, 1);
    }

    /** Returns a count from the beginning of the run, warm-up included. */
    public long soFar(Count count) {
        long sum = current[count.ordinal()];
        for (Interval interval : intervals) {
            sum += interval.count(count);
        }
        return sum;
    }

    /** Sets a gauge, until it is set again. */
    public void gauge(Gauge gauge, double value) {
        gauges[gauge.ordinal()] = value;
    }

    /** Takes down that a send was planned, whether or not it has been made. */
    public void offered(long plannedNanos) {
        int second = (int) Math.max(0, (plannedNanos - startNanos) / SECOND);
        if (second >= offered.length) {
            offered = Arrays.copyOf(offered, Math.max(second + 1, 2 * offered.length));
        }
        offered[second]++;
    }

    /** Takes down that the generator did now what was planned for then. */
    public void acted(long plannedNanos, long nowNanos) {
        Samples lag = samples(Measure.SENDER_LAG);
        long micros = TimeUnit.NANOSECONDS.toMicros(nowNanos - plannedNanos);
        Histograms.record(lag.nowFromPlan, micros);
        Histograms.record(lag.nowService, micros);
    }

    /**
     * Takes down that something came to its end.
     *
     * @param plannedNanos when it should have begun
     * @param sentNanos when it did begin
     * @param doneNanos when it ended
     */
    public void latency(Measure measure, long plannedNanos, long sentNanos, long doneNanos) {
        Samples of = samples(measure);
        Histograms.record(of.nowFromPlan, TimeUnit.NANOSECONDS.toMicros(doneNanos - plannedNanos));
        Histograms.record(of.nowService, TimeUnit.NANOSECONDS.toMicros(doneNanos - sentNanos));
    }

    /** Takes down that something did not come to its end until now, and is not waited for any more: a sample like the others, and a timeout. */
    public void timedOut(Measure measure, long plannedNanos, long sentNanos, long nowNanos) {
        latency(measure, plannedNanos, sentNanos, nowNanos);
        samples(measure).nowTimeouts++;
        count(Count.TIMEOUTS);
    }

    /** Takes down a size. */
    public void size(Size size, long value) {
        Histogram of = sizes[size.ordinal()];
        if (of == null) {
            of = Histograms.create();
            sizes[size.ordinal()] = of;
        }
        Histograms.record(of, value);
    }

    /** Returns how many whole seconds the timeline has. */
    public int seconds() {
        return intervals.size();
    }

    /** Returns the last whole second, null before there is one. */
    public @Nullable Interval last() {
        return intervals.isEmpty() ? null : intervals.get(intervals.size() - 1);
    }

    /** Returns whether a second is over, so that {@link #endSecond} is due. */
    public boolean secondIsOver(long nowNanos) {
        return nowNanos - startNanos >= (intervals.size() + 1) * SECOND;
    }

    /** Ends the current second. Whoever comes late ends several; what came late is in the first of them. */
    public void endSecond() {
        int second = intervals.size();
        boolean measured = second >= warmUpSeconds;
        Map<Count, Long> counts = new EnumMap<>(Count.class);
        for (Count count : Count.values()) {
            long value = current[count.ordinal()];
            if (value != 0) {
                counts.put(count, value);
                if (measured) {
                    totals[count.ordinal()] += value;
                }
            }
        }
        Arrays.fill(current, 0);
        Map<Gauge, Double> values = new EnumMap<>(Gauge.class);
        for (Gauge gauge : Gauge.values()) {
            if (!Double.isNaN(gauges[gauge.ordinal()])) {
                values.put(gauge, gauges[gauge.ordinal()]);
            }
        }
        Map<Measure, Distribution> fromPlan = new EnumMap<>(Measure.class);
        for (Measure measure : Measure.values()) {
            Samples of = samples[measure.ordinal()];
            if (of != null && of.nowFromPlan.getTotalCount() > 0) {
                fromPlan.put(measure, Distribution.of(of.nowFromPlan));
                if (measured) {
                    of.fromPlan.add(of.nowFromPlan);
                    of.service.add(of.nowService);
                    of.timeouts += of.nowTimeouts;
                }
                of.nowFromPlan.reset();
                of.nowService.reset();
                of.nowTimeouts = 0;
            }
        }
        intervals.add(new Interval(counts, values, fromPlan));
    }

    /** Returns all whole seconds. */
    public Recording recording() {
        List<Interval> timeline = new ArrayList<>(intervals.size());
        Map<Count, Long> sums = new EnumMap<>(Count.class);
        for (Count count : Count.values()) {
            if (totals[count.ordinal()] != 0) {
                sums.put(count, totals[count.ordinal()]);
            }
        }
        for (int second = 0; second < intervals.size(); second++) {
            Interval interval = intervals.get(second);
            long planned = second < offered.length ? offered[second] : 0;
            if (planned > 0) {
                Map<Count, Long> counts = new EnumMap<>(Count.class);
                counts.putAll(interval.counts());
                counts.put(Count.OFFERED, planned);
                interval = new Interval(counts, interval.gauges(), interval.fromPlan());
                if (second >= warmUpSeconds) {
                    sums.merge(Count.OFFERED, planned, Long::sum);
                }
            }
            timeline.add(interval);
        }
        Map<Measure, Latency> latencies = new EnumMap<>(Measure.class);
        for (Measure measure : Measure.values()) {
            Samples of = samples[measure.ordinal()];
            if (of != null && of.fromPlan.getTotalCount() > 0) {
                latencies.put(
                        measure, new Latency(Distribution.of(of.fromPlan), Distribution.of(of.service), of.timeouts));
            }
        }
        Map<Size, Distribution> distributions = new EnumMap<>(Size.class);
        for (Size size : Size.values()) {
            Histogram of = sizes[size.ordinal()];
            if (of != null) {
                distributions.put(size, Distribution.of(of));
            }
        }
        return new Recording(startedMillis, warmUpSeconds, timeline, sums, latencies, distributions);
    }

    private Samples samples(Measure measure) {
        Samples of = samples[measure.ordinal()];
        if (of == null) {
            of = new Samples();
            samples[measure.ordinal()] = of;
        }
        return of;
    }
}
