package io.roomcast.testkit.measure;

import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Measurements;
import io.roomcast.testkit.result.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Takes down what happens in a run. Belongs to one thread, the one that does the things; {@link #recording} gives what others may have. Instants are
 * nanoseconds since the run began. Recording allocates nothing once each metric has been seen.
 *
 * <p>Holds up to 200 KB for each metric, node and phase, and some kilobytes for each second of the run, however many peers and messages there are.
 */
public final class Recorder {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Metric[] METRICS = Metric.values();
    private static final Count[] COUNTS = Count.values();

    private final long startedMillis;
    private final int nodes;
    private final int phases;
    private final Measurements totals = new Measurements();
    private final @Nullable Histogram[] histograms;
    private final long[] @Nullable [] cells;
    private final List<Second> seconds = new ArrayList<>();
    /** Sends by their planned second, which may be over when they are made. */
    private long[] planned = new long[64];

    private final long[] counted = new long[COUNTS.length];
    private final double[] gauges = new double[Gauge.values().length];
    private final Histogram[] current = new Histogram[METRICS.length];

    /**
     * @param startedMillis when the run begins, in milliseconds since 1970
     * @param nodes how many nodes there are, numbered from 1; 0 where that is not known
     * @param phases how many phases there are
     */
    public Recorder(long startedMillis, int nodes, int phases) {
        this.startedMillis = startedMillis;
        this.nodes = nodes;
        this.phases = phases;
        this.histograms = new Histogram[METRICS.length * (nodes + 1) * phases];
        this.cells = new long[COUNTS.length * (nodes + 1) * phases][];
        Arrays.setAll(current, i -> Histograms.create());
        Arrays.fill(gauges, Double.NaN);
    }

    /** Counts one. @param node 0 where it is about no node */
    public void count(Count what, int node, int phase) {
        count(what, node, phase, 1);
    }

    /** Counts. */
    public void count(Count what, int node, int phase, long more) {
        int place = place(what.ordinal(), node, phase);
        long[] cell = cells[place];
        if (cell == null) {
            cell = totals.cell(what, node, phase);
            cells[place] = cell;
        }
        cell[0] += more;
        counted[what.ordinal()] += more;
    }

    /** Returns a count since the run began. */
    public long soFar(Count what) {
        return totals.total(what);
    }

    /** Sets a gauge, until it is set again. */
    public void gauge(Gauge gauge, double value) {
        gauges[gauge.ordinal()] = value;
    }

    /** Counts a message or request that was to be sent, in the second for which it was planned. */
    public void planned(long plannedNanos, int node, int phase) {
        count(Count.MESSAGES_PLANNED, node, phase);
        int second = (int) Math.max(0, plannedNanos / SECOND);
        if (second >= planned.length) {
            planned = Arrays.copyOf(planned, Math.max(second + 1, 2 * planned.length));
        }
        planned[second]++;
    }

    /** Records a time in nanoseconds, or a size. */
    public void record(Metric what, int node, int phase, long value) {
        int place = place(what.ordinal(), node, phase);
        Histogram histogram = histograms[place];
        if (histogram == null) {
            histogram = totals.histogram(what, node, phase);
            histograms[place] = histogram;
        }
        Histograms.record(histogram, value);
        Histograms.record(current[what.ordinal()], value);
    }

    private int place(int ordinal, int node, int phase) {
        return (ordinal * (nodes + 1) + node) * phases + phase;
    }

    /** Returns how many whole seconds there are. */
    public int seconds() {
        return seconds.size();
    }

    /** Returns whether a second is over, so that {@link #endSecond} is due. */
    public boolean secondIsOver(long nowNanos) {
        return nowNanos >= (seconds.size() + 1) * SECOND;
    }

    /** Ends the current second. Whoever comes late ends several; what came late is in the first of them. @param phase the current one */
    public void endSecond(int phase) {
        Map<Count, Long> counts = new EnumMap<>(Count.class);
        for (Count count : COUNTS) {
            if (counted[count.ordinal()] != 0 && count != Count.MESSAGES_PLANNED) {
                counts.put(count, counted[count.ordinal()]);
            }
        }
        Arrays.fill(counted, 0);
        Map<Gauge, Double> values = new EnumMap<>(Gauge.class);
        for (Gauge gauge : Gauge.values()) {
            if (!Double.isNaN(gauges[gauge.ordinal()])) {
                values.put(gauge, gauges[gauge.ordinal()]);
            }
        }
        Map<Metric, Distribution> times = new EnumMap<>(Metric.class);
        for (Metric metric : METRICS) {
            Histogram histogram = current[metric.ordinal()];
            if (histogram.getTotalCount() > 0) {
                times.put(metric, Distribution.of(histogram));
                histogram.reset();
            }
        }
        seconds.add(new Second(phase, counts, values, times));
    }

    /** Returns the last whole second as it is known now; there must be one. */
    public Second last() {
        return withPlanned(seconds.size() - 1);
    }

    /** Returns the totals, and all whole seconds. To be asked once, at the end: the totals are not copied. */
    public Recording recording() {
        List<Second> all = new ArrayList<>(seconds.size());
        for (int second = 0; second < seconds.size(); second++) {
            all.add(withPlanned(second));
        }
        return new Recording(startedMillis, totals, all);
    }

    private Second withPlanned(int number) {
        Second second = seconds.get(number);
        long plans = number < planned.length ? planned[number] : 0;
        if (plans == 0) {
            return second;
        }
        Map<Count, Long> counts = new EnumMap<>(Count.class);
        counts.putAll(second.counts());
        counts.put(Count.MESSAGES_PLANNED, plans);
        return new Second(second.phase(), counts, second.gauges(), second.times());
    }
}
