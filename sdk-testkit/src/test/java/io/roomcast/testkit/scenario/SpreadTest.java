package io.roomcast.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.roomcast.testkit.random.Dice;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

    private static long[] draws(Spread spread) {
        Dice dice = new Dice(3);
        return LongStream.generate(() -> spread.draw(dice)).limit(20_000).toArray();
    }

    @Test
    void uniformStaysWithinAndReachesBothEnds() {
        assertThat(draws(new Spread.Uniform(2, 5))).containsOnly(2, 3, 4, 5);
    }

    @Test
    void exponentialHasItsMean() {
        assertThat(LongStream.of(draws(new Spread.Exponential(1000))).average().orElseThrow())
                .isCloseTo(1000, within(30.0));
    }

    @Test
    void logNormalHasItsMedianAndItsCut() {
        long[] drawn = draws(Think.logNormal(Duration.ofNanos(1000), 1, Duration.ofNanos(5000)));
        Arrays.sort(drawn);
        assertThat((double) drawn[10_000]).isCloseTo(1000, within(30.0));
        assertThat(drawn[19_999]).isEqualTo(5000);
    }

    @Test
    void contradictionsAreRefused() {
        assertThatThrownBy(() -> new Spread.Uniform(5, 2)).hasMessageContaining("most is 2, expected at least 5");
        assertThatThrownBy(() -> new Spread.LogNormal(5, 0, 1, 9)).hasMessageContaining("sigma is 0.0");
    }
}
