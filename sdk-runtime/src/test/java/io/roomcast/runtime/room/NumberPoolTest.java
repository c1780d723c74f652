package io.roomcast.runtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NumberPoolTest {

    @Test
    void theSmallestFreeNumberIsTakenAfterItsRest() {
        NumberPool pool = new NumberPool();
        assertThat(new int[] {pool.take(0), pool.take(0), pool.take(0)}).containsExactly(1, 2, 3);
        pool.giveBack(2, 0);
        pool.giveBack(1, 1);
        assertThat(pool.take(TimeUnit.SECONDS.toNanos(NumberPool.REST_SECONDS) - 1))
                .isEqualTo(4);
        long rested = TimeUnit.SECONDS.toNanos(NumberPool.REST_SECONDS) + 1;
        assertThat(pool.take(rested)).isEqualTo(1);
        assertThat(pool.take(rested)).isEqualTo(2);
        assertThat(pool.take(rested)).isEqualTo(5);
    }
}
