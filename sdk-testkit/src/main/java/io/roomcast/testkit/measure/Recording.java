package io.roomcast.testkit.measure;

import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Measurements;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a run has left: second by second, and in total. Recordings of processes that ran together add up; in this way, and only in this way, a
 * percentile of all of them can be had. Nobody changes one after it was made.
 *
 * @param startedMillis when the first second began, in milliseconds since 1970
 * @param totals by node and phase
 * @param seconds one after another
 */
public record Recording(long startedMillis, Measurements totals, List<Second> seconds) {

    private static final double MILLIS = 1000;
    private static final Second NOTHING = new Second(0, Map.of(), Map.of(), Map.of());
    private static final long UNKNOWN = -1;

    /** Copies the list. */
    public Recording {
        seconds = List.copyOf(seconds);
    }

    /** Returns both together. Their seconds are laid over each other by the clock, to the nearest second. */
    public Recording and(Recording other) {
        if (other.startedMillis < startedMillis) {
            return other.and(this);
        }
        int shift = (int) Math.round((other.startedMillis - startedMillis) / MILLIS);
        List<Second> all = new ArrayList<>(seconds);
        for (int i = 0; i < other.seconds.size(); i++) {
            int second = i + shift;
            while (all.size() <= second) {
                all.add(NOTHING);
            }
            all.set(second, all.get(second).and(other.seconds.get(i)));
        }
        Measurements sums = new Measurements();
        sums.add(totals);
        sums.add(other.totals);
        return new Recording(startedMillis, sums, all);
    }

    /** Returns a line for each second. Memory and processor time are those of the server where they are known, else those of the generator. */
    public List<Sample> timeline() {
        List<Sample> timeline = new ArrayList<>(seconds.size());
        for (int second = 0; second < seconds.size(); second++) {
            timeline.add(sample(seconds.get(second), second));
        }
        return timeline;
    }

    /** Returns the line of one second. @param number its number, from 0 */
    public static Sample sample(Second second, int number) {
        Distribution main = second.times().containsKey(Metric.DELIVERY)
                ? second.times(Metric.DELIVERY)
                : second.times(Metric.REQUEST);
        Distribution lag = second.times(Metric.LAG);
        double processors = Runtime.getRuntime().availableProcessors();
        double cpu = second.gauge(Gauge.SERVER_CPU, second.gauge(Gauge.GENERATOR_CPU, UNKNOWN));
        return new Sample(
                number,
                second.phase(),
                (long) second.gauge(Gauge.PEERS, 0),
                second.count(Count.MESSAGES_PLANNED),
                second.count(Count.MESSAGES_SENT) + second.count(Count.REQUESTS),
                second.count(Count.MESSAGES_RECEIVED) + second.count(Count.REPLIES),
                errors(second),
                percentile(main, 50),
                percentile(main, 90),
                percentile(main, 99),
                percentile(main, 100),
                percentile(lag, 99),
                cpu < 0 ? UNKNOWN : cpu / processors,
                second.gauge(Gauge.LOAD_AVERAGE, UNKNOWN),
                (long) second.gauge(Gauge.SERVER_HEAP, second.gauge(Gauge.GENERATOR_HEAP, UNKNOWN)),
                (long) second.gauge(Gauge.SERVER_GC, second.gauge(Gauge.GENERATOR_GC, UNKNOWN)),
                (long) second.gauge(Gauge.SERVER_QUEUES, UNKNOWN));
    }

    private static long percentile(Distribution of, double percent) {
        return of.count() == 0 ? UNKNOWN : of.percentile(percent);
    }

    private static long errors(Second second) {
        return second.count(Count.ERRORS)
                + second.count(Count.CONNECTS_FAILED)
                + second.count(Count.CONNECTIONS_LOST)
                + second.count(Count.REQUESTS_TIMED_OUT)
                + second.count(Count.EXPECTATIONS_MISSED);
    }
}
