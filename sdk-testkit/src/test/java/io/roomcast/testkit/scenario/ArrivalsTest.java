package io.roomcast.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.roomcast.testkit.random.Dice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static List<Double> seconds(Arrivals arrivals) {
        List<Double> all = new ArrayList<>();
        Arrivals.Instants instants = arrivals.open(new Dice(1));
        for (long next = instants.next(); next != Arrivals.NEVER; next = instants.next()) {
            all.add(next / 1e9);
        }
        return all;
    }

    @Test
    void stepsAreAHundredMoreEveryFifteenSeconds() {
        List<Double> all = seconds(Arrivals.steps(100, Duration.ofSeconds(15), 250));
        assertThat(all).hasSize(250).isSorted();
        assertThat(all.stream().filter(at -> at < 1)).hasSize(100);
        assertThat(all.stream().filter(at -> at >= 15 && at < 16)).hasSize(100);
        assertThat(all.stream().filter(at -> at >= 30)).hasSize(50);
    }

    @Test
    void aRampComesMoreAndMore() {
        List<Double> all = seconds(Arrivals.ramp(0, 100, Duration.ofSeconds(10)));
        assertThat(all).hasSize(500).isSorted();
        assertThat(all.stream().filter(at -> at < 5).count()).isCloseTo(125, within(2L));
    }

    @Test
    void aFallingRampEndsInTime() {
        List<Double> all = seconds(Arrivals.ramp(100, 10, Duration.ofSeconds(10)));
        assertThat(all).hasSize(550).isSorted();
        assertThat(all.get(549)).isLessThanOrEqualTo(10);
    }

    @Test
    void constantArrivalsAreEven() {
        assertThat(seconds(Arrivals.constant(10, Duration.ofSeconds(2))).get(15))
                .isCloseTo(1.5, within(1e-6));
    }

    @Test
    void poissonArrivalsAreAsManyAsOnAverage() {
        assertThat(seconds(Arrivals.poisson(1000, Duration.ofSeconds(10))))
                .isSorted()
                .hasSizeBetween(9500, 10500);
    }

    @Test
    void aSpikeIsNow() {
        assertThat(seconds(Arrivals.spike(5))).containsExactly(0.0, 0.0, 0.0, 0.0, 0.0);
    }
}
