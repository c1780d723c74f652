package io.roomcast.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.benchmarks.report.Target.Sense;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TargetTest {

    private static final Target RATIO =
            new Target("fanout-1", "cpu_us", "roomcast", Optional.of("undertow"), Sense.AT_MOST, 0.8);
    private static final Target VALUE =
            new Target("fanout-1", "cpu_us", "roomcast", Optional.empty(), Sense.AT_LEAST, 3);

    private final Results results = new Results();

    @Test
    void aRatioIsHeldAgainstTheMedianOfTheRounds() {
        for (int round = 0; round < 5; round++) {
            add(round, "undertow", 10);
            add(round, "roomcast", 6 + round);
        }
        assertThat(RATIO.line(results)).isEqualTo("target fanout-1 cpu_us roomcast/undertow <= 0.800: 0.800 reached");

        add(0, "roomcast", 9);
        assertThat(RATIO.line(results)).endsWith(": 0.900 NOT REACHED");
    }

    @Test
    void aValueIsHeldAgainstTheServersOwnMedian() {
        add(0, "roomcast", 2);
        assertThat(VALUE.line(results))
                .isEqualTo("target fanout-1 cpu_us roomcast >= 3.00: 2.00 NOT REACHED (1 of 5 rounds)");
    }

    @Test
    void whatWasNotMeasuredIsNotReached() {
        add(0, "roomcast", 2);
        assertThat(RATIO.line(results)).endsWith(": not measured");
    }

    private void add(int round, String server, double value) {
        results.add(round, server, List.of(new Figure("fanout-1", "cpu_us", value)));
    }
}
