package io.roomcast.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void aBurstOfTwiceTheRateIsAllowedThenTheRate() {
        long now = -5;
        TokenBucket bucket = new TokenBucket(10, SECOND, now);
        assertThat(taken(bucket, now, 100)).isEqualTo(20);
        now += SECOND / 10;
        assertThat(taken(bucket, now, 100)).isEqualTo(1);
        now += SECOND;
        assertThat(taken(bucket, now, 100)).isEqualTo(10);
        now += 1000 * SECOND;
        assertThat(taken(bucket, now, 100)).isEqualTo(20);
    }

    private static int taken(TokenBucket bucket, long now, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            if (bucket.tryTake(now)) {
                taken++;
            }
        }
        return taken;
    }
}
