package io.roomcast.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextReportTest {

    private final Results results = new Results();

    @Test
    void medianLeastAndMostOfEachServerAreShown() {
        add(0, "undertow", 4.0);
        add(1, "undertow", 8.0);
        add(2, "undertow", 5.0);

        assertThat(TextReport.results(results, List.of("roomcast", "roomcast-x")))
                .containsExactly("server undertow fanout-1 cpu_us=5.00 [4.00..8.00]");
    }

    @Test
    void aRatioIsTheMedianOfTheRatiosOfEachRound() {
        add(0, "undertow", 4.0);
        add(0, "roomcast", 2.0);
        add(1, "undertow", 40.0);
        add(1, "roomcast", 10.0);
        add(2, "undertow", 5.0);
        add(2, "roomcast", 4.0);

        assertThat(TextReport.results(results, List.of("roomcast", "roomcast-x")))
                .contains("ratio fanout-1 cpu_us roomcast/undertow 0.500")
                .noneMatch(line -> line.contains("roomcast/roomcast"));
    }

    @Test
    void aRoundInWhichOneServerFailedIsLeftOutOfTheRatio() {
        add(0, "undertow", 4.0);
        add(0, "roomcast", 2.0);
        add(1, "undertow", 100.0);
        results.addVoid(1, "roomcast", "fanout", "receiver 3 got nothing");

        assertThat(TextReport.results(results, List.of("roomcast", "roomcast-x")))
                .contains(
                        "ratio fanout-1 cpu_us roomcast/undertow 0.500",
                        "void fanout roomcast round 2: receiver 3 got nothing");
    }

    @Test
    void aVariantIsComparedWithTheOthersAndWithTheFirstButNotTheOtherWayRound() {
        add(0, "undertow", 4.0);
        add(0, "roomcast", 2.0);
        add(0, "roomcast-x", 1.0);

        assertThat(TextReport.results(results, List.of("roomcast", "roomcast-x")))
                .filteredOn(line -> line.startsWith("ratio"))
                .containsExactly(
                        "ratio fanout-1 cpu_us roomcast/undertow 0.500",
                        "ratio fanout-1 cpu_us roomcast-x/undertow 0.250",
                        "ratio fanout-1 cpu_us roomcast-x/roomcast 0.500");
    }

    @Test
    void whatTheGeneratorDidIsNotComparedBetweenServers() {
        for (String server : List.of("undertow", "roomcast")) {
            results.add(0, server, List.of(new Figure("echo", "generator_lag_p99_ms", 1)));
        }

        assertThat(TextReport.results(results, List.of("roomcast")))
                .hasSize(2)
                .noneMatch(line -> line.startsWith("ratio"));
    }

    @Test
    void numbersHaveThreeDigits() {
        assertThat(List.of(0.01234, 1.2345, 12.345, 123.45, 12345.6))
                .extracting(TextReport::number)
                .containsExactly("0.012", "1.23", "12.3", "123", "12346");
    }

    private void add(int round, String server, double value) {
        results.add(round, server, List.of(new Figure("fanout-1", "cpu_us", value)));
    }
}
