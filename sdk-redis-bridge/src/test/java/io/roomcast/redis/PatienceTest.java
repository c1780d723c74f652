package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Patience patience = new Patience();
    private long now = 5 * SECOND;

    private int ticksUntilItIsOver(Object state) {
        for (int ticks = 1; ticks < 1000; ticks++) {
            now += TICK;
            if (patience.isOver(state, now, SECOND)) {
                return ticks;
            }
        }
        return Integer.MAX_VALUE;
    }

    @Test
    void itIsOverWhenNothingHasChangedForLonger() {
        assertThat(ticksUntilItIsOver("a")).isEqualTo(42);
        assertThat(ticksUntilItIsOver("a")).as("anew").isEqualTo(41);
    }

    @Test
    void aChangeAndNothingBeginItAnew() {
        for (int i = 0; i < 100; i++) {
            now += TICK;
            assertThat(patience.isOver(i, now, SECOND)).isFalse();
        }
        assertThat(ticksUntilItIsOver(null)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aPauseOfTheProcessDoesNotCount() {
        patience.isOver("a", now, SECOND);
        now += 60 * SECOND;
        assertThat(patience.isOver("a", now, SECOND)).isFalse();
        assertThat(ticksUntilItIsOver("a")).isGreaterThan(20);
    }
}
