package io.roomcast.samples.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AnnounceIntervalTest {

    private final AnnounceInterval interval = new AnnounceInterval(Duration.ofSeconds(4), Duration.ofMinutes(2), 200);

    @Test
    void aLargeSwarmAnnouncesAtAnEvenRate() {
        assertThat(interval.of(10)).hasSeconds(4);
        assertThat(interval.of(10_000)).hasSeconds(50);
        assertThat(interval.of(1_000_000)).hasSeconds(120);
    }

    @Test
    void twoLostAnnouncesDoNotMakeAViewerForgotten() {
        assertThat(AnnounceInterval.memory(Duration.ofSeconds(4))).hasSeconds(10);
    }

    @Test
    void anAllowanceGivesABurstAndThenOneASecond() {
        long[] now = {0};
        Allowance allowance = new Allowance(2, 1_000, () -> now[0]);
        assertThat(allowance.take()).isTrue();
        assertThat(allowance.take()).isTrue();
        assertThat(allowance.take()).isFalse();
        now[0] += 1_000;
        assertThat(allowance.take()).isTrue();
        assertThat(allowance.take()).isFalse();
    }
}
