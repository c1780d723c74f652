package io.roomcast.runtime.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoomLockTest {

    private static final int THREADS = 4;
    private static final int ROUNDS = 20_000;

    private final RoomLock lock = new RoomLock();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void raceOfManyThreadsHasOneInsideAtATimeAndEachSeesWhatTheOneBeforeWrote() throws Exception {
        // Plain on purpose: the lock alone orders these writes.
        int[] inside = new int[1];
        int[] count = new int[1];
        int[] faults = new int[1];
        Callable<Void> work = () -> {
            for (int i = 0; i < ROUNDS; i++) {
                lock.lock();
                lock.lock();
                if (++inside[0] != 1) {
                    faults[0]++;
                }
                lock.unlock();
                count[0]++;
                inside[0]--;
                lock.unlock();
            }
            return null;
        };
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            all.add(threads.submit(work));
        }
        for (Future<Void> each : all) {
            each.get(60, TimeUnit.SECONDS);
        }
        assertThat(faults[0]).as("two inside at once").isZero();
        assertThat(count[0]).isEqualTo(THREADS * ROUNDS);
    }

    @Test
    void whoHoldsItTwiceHasToGiveItBackTwice() throws Exception {
        lock.lock();
        lock.lock();
        Future<?> other = threads.submit(lock::lock);
        lock.unlock();
        assertThat(other.isDone()).isFalse();
        lock.unlock();
        other.get(60, TimeUnit.SECONDS);
    }

    @Test
    void whoDoesNotHoldItCannotGiveItBack() throws Exception {
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
        threads.submit(lock::lock).get(60, TimeUnit.SECONDS);
        assertThatThrownBy(lock::unlock)
                .isInstanceOf(IllegalMonitorStateException.class)
                .hasMessageContaining("not held by this thread");
    }
}
