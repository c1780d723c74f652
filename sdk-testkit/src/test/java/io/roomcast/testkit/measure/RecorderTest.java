package io.roomcast.testkit.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecorderTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void aStallIsSeenFromThePlanAndHiddenInServiceTime() {
        Recorder recorder = new Recorder(0, 0, 0);
        // 100 a second for 10 s; the sender itself stands still from second 2 to second 5 and then sends what is due.
        for (int i = 0; i < 1000; i++) {
            long planned = i * 10 * MILLI;
            boolean stalled = planned >= 2 * SECOND && planned < 5 * SECOND;
            long sent = stalled ? 5 * SECOND : planned;
            recorder.offered(planned);
            recorder.acted(planned, sent);
            recorder.latency(Measure.REQUEST, planned, sent, sent + MILLI);
        }
        recorder.endSecond();

        Recording recording = recorder.recording();
        Latency request = recording.latency(Measure.REQUEST);
        assertThat(request.service().percentile(99)).isCloseTo(1000, within(2L));
        assertThat(request.fromPlan().percentile(99)).isBetween(2_850_000L, 3_010_000L);
        assertThat(recording.latency(Measure.SENDER_LAG).fromPlan().percentile(99))
                .isBetween(2_850_000L, 3_010_000L);
    }

    @Test
    void aTimeoutIsASampleToo() {
        Recorder recorder = new Recorder(0, 0, 0);
        recorder.latency(Measure.REQUEST, 0, 0, MILLI);
        recorder.timedOut(Measure.REQUEST, 0, 0, 10 * SECOND);
        recorder.endSecond();

        Latency request = recorder.recording().latency(Measure.REQUEST);
        assertThat(request.fromPlan().count()).isEqualTo(2);
        assertThat(request.fromPlan().highest()).isBetween(9_990_000L, 10_010_000L);
        assertThat(request.timeouts()).isEqualTo(1);
        assertThat(recorder.recording().count(Count.TIMEOUTS)).isEqualTo(1);
    }

    @Test
    void percentilesOfSeveralProcessesComeFromTheirMergedSamples() {
        long seed = 20261121;
        SplittableRandom random = new SplittableRandom(seed);
        Recorder all = new Recorder(0, 0, 0);
        List<Recording> parts = new ArrayList<>();
        for (int process = 0; process < 3; process++) {
            Recorder one = new Recorder(0, 0, 0);
            for (int i = 0; i < 500 * (process + 1); i++) {
                long took = random.nextLong(MILLI, (process + 1) * 40 * MILLI);
                one.latency(Measure.FANOUT, 0, 0, took);
                all.latency(Measure.FANOUT, 0, 0, took);
            }
            one.endSecond();
            parts.add(one.recording());
        }
        all.endSecond();

        Distribution merged = parts.stream()
                .reduce(Recording::and)
                .orElseThrow()
                .latency(Measure.FANOUT)
                .fromPlan();
        Distribution whole = all.recording().latency(Measure.FANOUT).fromPlan();
        for (double percent : new double[] {1, 25, 50, 90, 99, 99.9, 100}) {
            assertThat(merged.percentile(percent))
                    .as("p%s, seed %s", percent, seed)
                    .isEqualTo(whole.percentile(percent));
        }
        assertThat(merged.count()).isEqualTo(3000);
    }

    @Test
    void whatIsPlannedCountsInItsOwnSecondHoweverLateItIsSent() {
        Recorder recorder = new Recorder(0, 0, 0);
        recorder.endSecond();
        recorder.endSecond();
        recorder.offered(SECOND / 2);
        recorder.count(Count.SENT);
        recorder.endSecond();

        Recording recording = recorder.recording();
        assertThat(recording.intervals().get(0).count(Count.OFFERED)).isEqualTo(1);
        assertThat(recording.intervals().get(0).count(Count.SENT)).isZero();
        assertThat(recording.intervals().get(2).count(Count.SENT)).isEqualTo(1);
    }

    @Test
    void theWarmUpIsInTheTimelineAndInNoTotal() {
        Recorder recorder = new Recorder(0, 0, 1);
        recorder.count(Count.SENT, 5);
        recorder.latency(Measure.REQUEST, 0, 0, SECOND);
        recorder.endSecond();
        recorder.count(Count.SENT, 7);
        recorder.latency(Measure.REQUEST, SECOND, SECOND, SECOND + MILLI);
        recorder.endSecond();

        Recording recording = recorder.recording();
        assertThat(recording.intervals().get(0).count(Count.SENT)).isEqualTo(5);
        assertThat(recording.count(Count.SENT)).isEqualTo(7);
        assertThat(recording.latency(Measure.REQUEST).fromPlan().highest()).isLessThan(2000);
        assertThat(recording.measured()).hasSize(1);
    }

    @Test
    void secondsOfProcessesThatBeganApartAreLaidOverEachOther() {
        Recorder early = new Recorder(0, 10_000, 0);
        Recorder late = new Recorder(0, 12_040, 0);
        for (Recorder recorder : List.of(early, late)) {
            for (int i = 0; i < 3; i++) {
                recorder.count(Count.SENT);
                recorder.gauge(Gauge.PEERS, 10);
                recorder.gauge(Gauge.LOAD_AVERAGE, recorder == early ? 1 : 2);
                recorder.endSecond();
            }
        }

        Recording both = late.recording().and(early.recording());
        assertThat(both.startedMillis()).isEqualTo(10_000);
        assertThat(both.intervals()).hasSize(5);
        assertThat(both.intervals().stream().map(second -> second.count(Count.SENT)))
                .containsExactly(1L, 1L, 2L, 1L, 1L);
        assertThat(both.intervals().get(2).gauges().get(Gauge.PEERS)).isEqualTo(20);
        assertThat(both.intervals().get(2).gauges().get(Gauge.LOAD_AVERAGE)).isEqualTo(2);
        assertThat(both.count(Count.SENT)).isEqualTo(6);
    }

    @Test
    void aSpreadSurvivesBeingWrittenAndRead() {
        Recorder recorder = new Recorder(0, 0, 0);
        for (int i = 0; i < 1000; i++) {
            recorder.latency(Measure.JOIN, 0, 0, (1 + i) * MILLI);
        }
        recorder.endSecond();

        Distribution written = recorder.recording().latency(Measure.JOIN).fromPlan();
        Distribution read = Distribution.decoded(written.encoded());
        assertThat(read.count()).isEqualTo(1000);
        assertThat(read.percentile(99.9)).isEqualTo(written.percentile(99.9));
        assertThat(read.average()).isEqualTo(written.average());
    }

    @Test
    void outliersAreFoundOnBothSides() {
        Recorder recorder = new Recorder(0, 0, 0);
        for (int i = 0; i < 1000; i++) {
            recorder.size(Size.ROOM, 1000 + i % 20);
        }
        recorder.size(Size.ROOM, 3);
        recorder.size(Size.ROOM, 9000);
        recorder.size(Size.ROOM, 9500);

        Distribution rooms = recorder.recording().size(Size.ROOM);
        assertThat(rooms.lowOutliers()).isEqualTo(1);
        assertThat(rooms.highOutliers()).isEqualTo(2);
        assertThat(rooms.average()).isBetween(1000.0, 1050.0);
    }
}
