package io.roomcast.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.measure.Gauge;
import io.roomcast.testkit.measure.Recorder;
import io.roomcast.testkit.measure.Recording;
import io.roomcast.testkit.report.KneeStep;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Phase;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KneeTest {

    private static final Duration SLO = Duration.ofMillis(100);
    private final List<Integer> tried = new ArrayList<>();

    @Test
    void theKneeIsFoundToATenthAndConfirmedThreeTimes() throws IOException {
        Knee.Search search = new Knee(100, 100_000, SLO).search(carrying(2345), step -> {});

        assertThat(search.found()).isTrue();
        assertThat(tried.subList(0, 6)).containsExactly(100, 200, 400, 800, 1600, 3200);
        int knee = tried.get(tried.size() - 1);
        assertThat(knee).isBetween(2345 * 10 / 11, 2345);
        assertThat(tried.subList(tried.size() - 3, tried.size())).containsOnly(knee);
        assertThat(search.conclusion()).contains("three times over");
    }

    @Test
    void aNumberThatDoesNotHoldWhenTriedAgainIsNotTheKnee() throws IOException {
        int[] bad = {0};
        Knee.Search search = new Knee(100, 1000, SLO)
                .search(
                        peers -> {
                            tried.add(peers);
                            boolean again = peers == 1000 && ++bad[0] == 2;
                            return run(again ? 500 : 5, Verdict.PASSED, 0);
                        },
                        step -> {});
        assertThat(search.found()).isTrue();
        assertThat(tried.get(tried.size() - 1)).isEqualTo(900);
    }

    @Test
    void whereNothingHoldsNothingIsFound() throws IOException {
        Knee.Search search = new Knee(100, 1000, SLO).search(carrying(10), step -> {});
        assertThat(search.found()).isFalse();
        assertThat(search.conclusion()).contains("--from");
    }

    @Test
    void aGeneratorThatGivesInFirstIsSaidAndNotTakenForTheKnee() throws IOException {
        Knee.Search search = new Knee(100, 100_000, SLO)
                .search(peers -> run(5, peers > 500 ? Verdict.VOID : Verdict.PASSED, 0), step -> {});
        assertThat(search.saturated()).isTrue();
        assertThat(search.found()).isFalse();
        assertThat(search.conclusion()).contains("the generator gave in at 800 peers", "at least 400");
    }

    @Test
    void aStepFailsByItsLatencyItsErrorsOrABacklogThatGrows() {
        Knee knee = new Knee(100, 200, SLO);
        assertThat(knee.judge(100, run(5, Verdict.PASSED, 0)).held()).isTrue();
        assertThat(knee.judge(100, run(500, Verdict.PASSED, 0)).why()).contains("p99 is 5", "above 100 ms");
        assertThat(knee.judge(100, run(5, Verdict.PASSED, 20)).why()).contains("achieved");
        assertThat(knee.judge(100, run(5, Verdict.PASSED, 1)).why()).contains("went wrong");
        assertThat(knee.judge(100, rising()).why()).contains("grew");
    }

    private Knee.Try carrying(int most) {
        return peers -> {
            tried.add(peers);
            return run(peers <= most ? 5 : 500, Verdict.PASSED, 0);
        };
    }

    private static RunReport rising() {
        return run(5, Verdict.PASSED, 0, 1000);
    }

    private static RunReport run(int millis, Verdict verdict, int missing) {
        return run(millis, verdict, missing, 0);
    }

    private static RunReport run(int millis, Verdict verdict, int missing, int growth) {
        Recorder recorder = new Recorder(0, 0, 1);
        for (int second = 0; second < 9; second++) {
            for (int i = 0; i < 20; i++) {
                recorder.planned(second * 1_000_000_000L, 0, 0);
                recorder.count(Count.MESSAGES_SENT, 0, 0);
                recorder.record(Metric.DELIVERY, 0, 0, millis * 1_000_000L);
            }
            recorder.gauge(Gauge.PEERS, 100);
            recorder.gauge(Gauge.BACKLOG, (double) growth * second);
            recorder.endSecond(0);
        }
        Recording recording = recorder.recording();
        RunResult result = new RunResult(
                "knee",
                "remote",
                1,
                "",
                verdict,
                List.of(),
                Duration.ofSeconds(9),
                Duration.ofSeconds(9),
                Duration.ZERO,
                0,
                List.of(new Phase("all", Arrivals.spike(10), Duration.ofSeconds(9))),
                List.of(),
                recording.totals(),
                recording.timeline(),
                new Checked(100, 180, 0, 180 - missing, List.of(), missing),
                0,
                Map.of());
        return new RunReport(
                result,
                Instant.EPOCH,
                recording.seconds(),
                List.of(),
                List.of(),
                List.of(),
                List.<io.roomcast.testkit.report.HotFrame>of());
    }

    @Test
    void theStepsAreKeptInTheOrderInWhichTheyWereTried() throws IOException {
        Knee.Search search = new Knee(100, 400, SLO).search(carrying(1000), step -> {});
        assertThat(search.steps()).extracting(KneeStep::peers).containsExactly(100L, 200L, 400L, 400L, 400L, 400L);
        assertThat(search.conclusion()).contains("above --to");
    }
}
