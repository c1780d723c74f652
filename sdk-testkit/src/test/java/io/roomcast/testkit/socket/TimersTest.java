package io.roomcast.testkit.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimersTest {

    private final Timers timers = new Timers();
    private final List<Long> fired = new ArrayList<>();

    private final class Noted extends Timer {
        @Override
        protected void fire(long dueNanos) {
            fired.add(dueNanos);
        }
    }

    @Test
    void timersFireInTheOrderOfTheirInstants() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<Long> expected = new ArrayList<>();
        List<Noted> all = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            Noted timer = new Noted();
            all.add(timer);
            timers.schedule(timer, random.nextLong(1000));
        }
        for (Noted timer : all) {
            switch (random.nextInt(3)) {
                case 0 -> timers.cancel(timer);
                case 1 -> {
                    long moved = random.nextLong(1000);
                    timers.schedule(timer, moved);
                    expected.add(moved);
                }
                default -> expected.add(timer.dueNanos);
            }
        }
        for (long now = 0; now <= 1000; now += 100) {
            timers.fire(now);
        }
        expected.sort(null);
        assertThat(fired).as("seed %s", seed).isEqualTo(expected);
        assertThat(timers.size()).isZero();
        assertThat(timers.nextNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void nothingFiresBeforeItsInstant() {
        timers.schedule(new Noted(), 10);
        timers.fire(9);
        assertThat(fired).isEmpty();
        timers.fire(10);
        assertThat(fired).containsExactly(10L);
    }

    @Test
    void aTimerThatSchedulesItselfForNowDoesNotFireTwiceInOneTurn() {
        Timer again = new Timer() {
            @Override
            protected void fire(long dueNanos) {
                fired.add(dueNanos);
                timers.schedule(this, dueNanos);
            }
        };
        timers.schedule(again, 1);
        timers.fire(5);
        assertThat(fired).hasSize(1);
        assertThat(again.isScheduled()).isTrue();
    }

    @Test
    void aTimerThatIsPutOffFiresAtItsLaterInstantAndAmongTheOthers() {
        Noted putOff = new Noted();
        timers.schedule(putOff, 10);
        timers.schedule(new Noted(), 20);
        timers.schedule(putOff, 30);
        timers.schedule(new Noted(), 40);
        timers.fire(15);
        assertThat(fired).isEmpty();
        timers.fire(50);
        assertThat(fired).containsExactly(20L, 30L, 40L);
    }

    @Test
    void aTimerThatIsCalledOffAndSetAgainStandsInTheHeapOnce() {
        Noted timeout = new Noted();
        for (long now = 0; now < 1000; now++) {
            timers.schedule(timeout, now + 60);
            timers.cancel(timeout);
            assertThat(timeout.isScheduled()).isFalse();
            timers.fire(now);
        }
        assertThat(timers.size()).isLessThanOrEqualTo(1);
        timers.fire(2000);
        assertThat(fired).isEmpty();
        assertThat(timers.size()).isZero();
    }

    @Test
    void aForgottenTimerIsNotHeld() {
        Noted timer = new Noted();
        timers.schedule(new Noted(), 5);
        timers.schedule(timer, 10);
        timers.cancel(timer);
        timers.forget(timer);
        assertThat(timers.size()).isEqualTo(1);
        timers.fire(20);
        assertThat(fired).containsExactly(5L);
    }
}
