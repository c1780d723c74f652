package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void itDoublesFromTwentyMillisecondsToASecondAndBeginsAnewAfterASuccess() {
        Backoff backoff = new Backoff(new FakeWorld());
        long expected = 20;
        for (int attempt = 0; attempt < 12; attempt++) {
            assertThat(TimeUnit.NANOSECONDS.toMillis(backoff.failed())).isBetween(expected / 2, expected);
            expected = Math.min(1000, expected * 2);
        }
        backoff.succeeded();
        assertThat(TimeUnit.NANOSECONDS.toMillis(backoff.failed())).isBetween(10L, 20L);
    }
}
