package io.roomcast.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.benchmarks.load.LoadGenerator;
import io.roomcast.benchmarks.load.PlainDialect;
import io.roomcast.benchmarks.load.VoidRunException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OfferedLoadTest {

    @Test
    void everythingIsSentOnceAndNothingBeforeItsTime() throws Exception {
        List<Long> planned = new ArrayList<>();
        OfferedLoad load = new OfferedLoad(1000, Duration.ofSeconds(1));
        Latencies lag;
        try (LoadGenerator nobody = new LoadGenerator(1, new PlainDialect(), (c, b, o, l) -> {}, 1)) {
            lag = load.run(nobody, Duration.ofMillis(100), (number, at) -> {
                assertThat(number).isEqualTo(planned.size());
                assertThat(System.nanoTime() - at).isNotNegative();
                planned.add(at);
            });
        }
        assertThat(planned).hasSize(100);
        assertThat(planned.get(99) - planned.get(0)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(99));
        assertThat(lag.count()).isEqualTo(100);
    }

    @Test
    void aGeneratorThatWasLateMakesTheRunVoid() {
        OfferedLoad load = new OfferedLoad(1000, Duration.ofMillis(20));
        assertThatCode(() -> load.verify(lagOf(99, 1))).doesNotThrowAnyException();
        assertThatThrownBy(() -> load.verify(lagOf(97, 3)))
                .isInstanceOf(VoidRunException.class)
                .hasMessageContaining("by 30.0 ms");
    }

    private static Latencies lagOf(int inTime, int late) {
        Latencies lag = new Latencies();
        for (int i = 0; i < inTime; i++) {
            lag.record(0);
        }
        for (int i = 0; i < late; i++) {
            lag.record(TimeUnit.MILLISECONDS.toNanos(30));
        }
        return lag;
    }

    @Test
    void percentilesAreThoseOfAllTimesAndNothingIsLeftOut() {
        Latencies latencies = new Latencies();
        for (int i = 1; i <= 1000; i++) {
            latencies.record(TimeUnit.MILLISECONDS.toNanos(i));
        }
        latencies.record(-5);
        latencies.record(TimeUnit.HOURS.toNanos(1));

        assertThat(latencies.count()).isEqualTo(1002);
        assertThat(latencies.millisAt(50)).isBetween(499.0, 502.0);
        assertThat(latencies.millisAt(99)).isBetween(990.0, 994.0);
        assertThat(latencies.millisAt(100)).isBetween(60_000.0, 60_100.0);
    }
}
