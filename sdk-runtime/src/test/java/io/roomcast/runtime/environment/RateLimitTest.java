package io.roomcast.runtime.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RateLimit limit = new RateLimit(10, SECOND);
    private long now = -5;
    private long bucket = limit.full(now);

    @Test
    void aBurstOfTwiceTheRateIsAllowedThenTheRate() {
        assertThat(taken(100)).isEqualTo(20);
        now += SECOND / 10;
        assertThat(taken(100)).isEqualTo(1);
        now += SECOND;
        assertThat(taken(100)).isEqualTo(10);
        now += 1000 * SECOND;
        assertThat(taken(100)).isEqualTo(20);
    }

    @Test
    void theRateIsAllowedForEver() {
        for (int second = 0; second < 100; second++) {
            assertThat(taken(10)).isEqualTo(10);
            now += SECOND;
        }
    }

    @Test
    void whatIsOverTheRateIsRefusedInTheLongRun() {
        int taken = 0;
        for (int i = 0; i < 1000; i++) {
            taken += taken(5);
            now += SECOND / 10;
        }
        assertThat(taken).isBetween(1000, 1020);
    }

    @Test
    void aClockThatWrapsAroundChangesNothing() {
        now = Long.MAX_VALUE - SECOND / 2;
        bucket = limit.full(now);
        assertThat(taken(100)).isEqualTo(20);
        now += SECOND;
        assertThat(taken(100)).isEqualTo(10);
    }

    private int taken(int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            long next = limit.take(bucket, now);
            taken += next == bucket ? 0 : 1;
            bucket = next;
        }
        return taken;
    }
}
