package io.roomcast.testkit.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class RecorderTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void aStallIsSeenFromThePlanAndHiddenInServiceTime() {
        Recorder recorder = new Recorder(0, 0, 1);
        // 100 a second for 10 s; the sender itself stands still from second 2 to second 5 and then sends what is due.
        for (int i = 0; i < 1000; i++) {
            long planned = i * 10 * MILLI;
            boolean stalled = planned >= 2 * SECOND && planned < 5 * SECOND;
            long sent = stalled ? 5 * SECOND : planned;
            long done = sent + MILLI;
            recorder.record(Metric.LAG, 0, 0, sent - planned);
            recorder.record(Metric.REQUEST, 0, 0, done - planned);
            recorder.record(Metric.REQUEST_SERVICE, 0, 0, done - sent);
        }
        recorder.endSecond(0);

        Recording recording = recorder.recording();
        assertThat(recording.totals().merged(Metric.REQUEST_SERVICE).getValueAtPercentile(99))
                .isCloseTo(MILLI, within(MILLI / 500));
        assertThat(recording.totals().merged(Metric.REQUEST).getValueAtPercentile(99))
                .isBetween(2850 * MILLI, 3010 * MILLI);
        assertThat(recording.totals().merged(Metric.LAG).getValueAtPercentile(99))
                .isBetween(2850 * MILLI, 3010 * MILLI);
        assertThat(recording.timeline().get(0).lag()).isBetween(2850 * MILLI, 3010 * MILLI);
    }

    @Test
    void percentilesOfSeveralProcessesComeFromTheirMergedSamples() {
        long seed = 20261121;
        SplittableRandom random = new SplittableRandom(seed);
        Recorder all = new Recorder(0, 0, 1);
        List<Recording> parts = new ArrayList<>();
        for (int process = 0; process < 3; process++) {
            Recorder one = new Recorder(0, 0, 1);
            for (int i = 0; i < 500 * (process + 1); i++) {
                long took = random.nextLong(MILLI, (process + 1) * 40 * MILLI);
                one.record(Metric.DELIVERY, 0, 0, took);
                all.record(Metric.DELIVERY, 0, 0, took);
            }
            one.endSecond(0);
            parts.add(one.recording());
        }
        all.endSecond(0);

        Recording merged = parts.stream().reduce(Recording::and).orElseThrow();
        Histogram whole = all.recording().totals().merged(Metric.DELIVERY);
        for (double percent : new double[] {1, 25, 50, 90, 99, 99.9, 100}) {
            assertThat(merged.totals().merged(Metric.DELIVERY).getValueAtPercentile(percent))
                    .as("p%s, seed %s", percent, seed)
                    .isEqualTo(whole.getValueAtPercentile(percent));
            assertThat(merged.seconds().get(0).times(Metric.DELIVERY).percentile(percent))
                    .as("p%s of the second, seed %s", percent, seed)
                    .isEqualTo(whole.getValueAtPercentile(percent));
        }
    }

    @Test
    void whatIsPlannedCountsInItsOwnSecondHoweverLateItIsSent() {
        Recorder recorder = new Recorder(0, 0, 1);
        recorder.endSecond(0);
        recorder.endSecond(0);
        recorder.planned(SECOND / 2, 0, 0);
        recorder.count(Count.MESSAGES_SENT, 0, 0);
        recorder.endSecond(0);

        Recording recording = recorder.recording();
        assertThat(recording.timeline().stream().map(sample -> sample.planned() + "/" + sample.sent()))
                .containsExactly("1/0", "0/0", "0/1");
        assertThat(recording.totals().total(Count.MESSAGES_PLANNED)).isEqualTo(1);
    }

    @Test
    void countsAndTimesAreKeptByNodeAndPhase() {
        Recorder recorder = new Recorder(0, 2, 2);
        recorder.count(Count.JOINS, 1, 0, 3);
        recorder.count(Count.JOINS, 2, 1, 4);
        recorder.record(Metric.JOIN, 1, 0, MILLI);
        recorder.record(Metric.JOIN, 2, 1, SECOND);

        Recording recording = recorder.recording();
        assertThat(recording.totals().total(Count.JOINS)).isEqualTo(7);
        assertThat(recording.totals().total(Count.JOINS, 1)).isEqualTo(4);
        assertThat(recording.totals().merged(Metric.JOIN, 0).getMaxValue()).isLessThan(2 * MILLI);
        assertThat(recorder.soFar(Count.JOINS)).isEqualTo(7);
    }

    @Test
    void secondsOfProcessesThatBeganApartAreLaidOverEachOther() {
        Recorder early = new Recorder(10_000, 0, 1);
        Recorder late = new Recorder(12_040, 0, 1);
        for (Recorder recorder : List.of(early, late)) {
            for (int i = 0; i < 3; i++) {
                recorder.count(Count.MESSAGES_SENT, 0, 0);
                recorder.gauge(Gauge.PEERS, 10);
                recorder.gauge(Gauge.LOAD_AVERAGE, recorder == early ? 1 : 2);
                recorder.endSecond(0);
            }
        }

        Recording both = late.recording().and(early.recording());
        assertThat(both.startedMillis()).isEqualTo(10_000);
        assertThat(both.timeline().stream().map(sample -> sample.sent())).containsExactly(1L, 1L, 2L, 1L, 1L);
        assertThat(both.seconds().get(2).gauges().get(Gauge.PEERS)).isEqualTo(20);
        assertThat(both.seconds().get(2).gauges().get(Gauge.LOAD_AVERAGE)).isEqualTo(2);
        assertThat(both.totals().total(Count.MESSAGES_SENT)).isEqualTo(6);
    }

    @Test
    void aDistributionSurvivesBeingWrittenAndRead() {
        Histogram histogram = Histograms.create();
        for (int i = 0; i < 1000; i++) {
            histogram.recordValue((1 + i) * MILLI);
        }
        Distribution written = Distribution.of(histogram);
        Distribution read = Distribution.decoded(written.encoded());
        assertThat(read.count()).isEqualTo(1000);
        assertThat(read.percentile(99.9)).isEqualTo(written.percentile(99.9));
        assertThat(read.average()).isEqualTo(written.average());
    }

    @Test
    void outliersAreFoundOnBothSides() {
        Histogram histogram = Histograms.create();
        for (int i = 0; i < 1000; i++) {
            histogram.recordValue(1000 + i % 20);
        }
        histogram.recordValue(3);
        histogram.recordValue(9000);
        histogram.recordValue(9500);

        Distribution rooms = Distribution.of(histogram);
        assertThat(rooms.lowOutliers()).isEqualTo(1);
        assertThat(rooms.highOutliers()).isEqualTo(2);
        assertThat(rooms.average()).isBetween(1000.0, 1050.0);
    }
}
