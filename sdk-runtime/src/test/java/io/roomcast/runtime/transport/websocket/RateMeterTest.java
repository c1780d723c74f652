package io.roomcast.runtime.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateMeterTest {

    private final ManualClock clock = new ManualClock();
    private final RateMeter meter = new RateMeter(20, clock.nanos());

    @Test
    void twiceTheRateIsAllowedAtOnce() {
        assertThat(allowed(100)).isEqualTo(40);
    }

    @Test
    void theRateIsAllowedForEver() {
        for (int second = 0; second < 100; second++) {
            assertThat(allowed(20)).isEqualTo(20);
            clock.passMillis(1000);
        }
    }

    @Test
    void whatIsOverTheRateIsRefusedInTheLongRun() {
        int allowed = 0;
        for (int i = 0; i < 1000; i++) {
            allowed += allowed(10);
            clock.passMillis(100);
        }
        assertThat(allowed).isBetween(2000, 2040);
    }

    private int allowed(int tries) {
        int allowed = 0;
        for (int i = 0; i < tries; i++) {
            allowed += meter.allows(clock.nanos()) ? 1 : 0;
        }
        return allowed;
    }
}
