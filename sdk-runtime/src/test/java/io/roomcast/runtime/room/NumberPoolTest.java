package io.roomcast.runtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
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

    /** A model with sets in the place of bits and rings. */
    @Test
    void manyAreTakenAndGivenBack() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        NumberPool pool = new NumberPool();
        List<Integer> taken = new ArrayList<>();
        SortedSet<Integer> free = new TreeSet<>();
        NavigableMap<Long, Integer> resting = new TreeMap<>();
        int unused = 1;
        long rest = TimeUnit.SECONDS.toNanos(NumberPool.REST_SECONDS);
        for (long now = 0; now < 20 * rest; now += random.nextLong(1, rest / 200)) {
            if (taken.isEmpty() || random.nextInt(10) < (now / rest % 2 == 0 ? 7 : 3)) {
                free.addAll(resting.headMap(now, true).values());
                resting.headMap(now, true).clear();
                int expected = free.isEmpty() ? unused++ : free.first();
                free.remove(expected);
                assertThat(pool.take(now)).isEqualTo(expected);
                taken.add(expected);
            } else {
                int number = taken.remove(random.nextInt(taken.size()));
                pool.giveBack(number, now);
                resting.put(now + rest, number);
            }
        }
    }
}
