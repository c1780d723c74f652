package io.roomcast.runtime.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimingWheelTest {

    private static final int TICK = 10;

    private final TimingWheel wheel = new TimingWheel(0, TICK, 8);
    private final List<String> expired = new ArrayList<>();

    @Test
    void anEntryExpiresAtItsTickAndNotBefore() {
        wheel.schedule(new Named("a"), 25);
        wheel.advance(29);
        assertThat(expired).isEmpty();
        wheel.advance(30);
        assertThat(expired).containsExactly("a");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void anEntryOfALaterTurnWaitsForIt() {
        wheel.schedule(new Named("a"), 1000);
        wheel.advance(999);
        assertThat(expired).isEmpty();
        wheel.advance(1000);
        assertThat(expired).containsExactly("a");
    }

    @Test
    void entriesOfOneTickExpireInTheOrderOfScheduling() {
        wheel.schedule(new Named("a"), 20);
        wheel.schedule(new Named("b"), 15);
        wheel.schedule(new Named("c"), 20);
        wheel.advance(20);
        assertThat(expired).containsExactly("a", "b", "c");
    }

    @Test
    void aTimeThatIsOverExpiresInTheNextTick() {
        wheel.advance(100);
        wheel.schedule(new Named("a"), 50);
        wheel.advance(109);
        assertThat(expired).isEmpty();
        wheel.advance(110);
        assertThat(expired).containsExactly("a");
    }

    @Test
    void aCancelledEntryDoesNotExpire() {
        Named entry = new Named("a");
        wheel.schedule(entry, 20);
        wheel.cancel(entry);
        wheel.cancel(entry);
        wheel.advance(100);
        assertThat(expired).isEmpty();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void anEntryCanCancelAnotherThatIsDueToo() {
        Named victim = new Named("victim");
        wheel.schedule(new Named("a", () -> wheel.cancel(victim)), 20);
        wheel.schedule(victim, 20);
        wheel.advance(100);
        assertThat(expired).containsExactly("a");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void anEntryCanScheduleItselfAgain() {
        Named[] entry = new Named[1];
        entry[0] = new Named("a", () -> {
            if (expired.size() < 3) {
                wheel.schedule(entry[0], 0);
            }
        });
        wheel.schedule(entry[0], 10);
        wheel.advance(40);
        assertThat(expired).containsExactly("a", "a", "a");
    }

    @Test
    void anEntryThatThrowsDoesNotLoseTheOthers() {
        wheel.schedule(
                new Named("a", () -> {
                    throw new IllegalStateException("on purpose");
                }),
                20);
        wheel.schedule(new Named("b"), 20);
        assertThatIllegalStateException().isThrownBy(() -> wheel.advance(20));
        wheel.advance(20);
        assertThat(expired).containsExactly("a", "b");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void anEntryIsInOneWheelOnce() {
        Named entry = new Named("a");
        wheel.schedule(entry, 20);
        assertThatIllegalStateException().isThrownBy(() -> wheel.schedule(entry, 30));
    }

    @Test
    void theSizeIsAPowerOfTwo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TimingWheel(0, 10, 6))
                .withMessage("slots is 6, expected a power of two");
    }

    @Test
    void itStartsAtATimeBelowZero() {
        TimingWheel early = new TimingWheel(-12_345, TICK, 8);
        early.schedule(new Named("a"), -12_000);
        early.advance(-12_001);
        assertThat(expired).isEmpty();
        early.advance(-12_000);
        assertThat(expired).containsExactly("a");
    }

    @Test
    void anyScheduleKeepsItsTimes() {
        long seed = new Random().nextLong();
        System.out.println("anyScheduleKeepsItsTimes: seed " + seed);
        Random random = new Random(seed);
        long[] now = {0};
        long[] previous = {0};
        List<Timed> all = new ArrayList<>();
        for (int round = 0; round < 2000; round++) {
            for (int i = random.nextInt(4); i > 0; i--) {
                Timed timed = new Timed(now, previous, now[0] + random.nextInt(300));
                wheel.schedule(timed, timed.at);
                all.add(timed);
            }
            if (!all.isEmpty() && random.nextInt(3) == 0) {
                Timed victim = all.get(random.nextInt(all.size()));
                victim.cancelled |= victim.firedAt < 0;
                wheel.cancel(victim);
            }
            previous[0] = now[0];
            now[0] += random.nextInt(random.nextInt(20) == 0 ? 500 : 20);
            wheel.advance(now[0]);
        }
        previous[0] = now[0];
        now[0] += 1000;
        wheel.advance(now[0]);
        assertThat(wheel.size()).isZero();
        for (Timed timed : all) {
            if (timed.cancelled) {
                assertThat(timed.firedAt).isNegative();
            } else {
                assertThat(timed.firedAt).isGreaterThanOrEqualTo(timed.at);
                assertThat(timed.tooLate)
                        .as("an advance to its time passed it by")
                        .isFalse();
            }
        }
    }

    private final class Named extends TimingWheel.Entry {

        private final String name;
        private final Runnable more;

        Named(String name) {
            this(name, () -> {});
        }

        Named(String name, Runnable more) {
            this.name = name;
            this.more = more;
        }

        @Override
        protected void expired() {
            expired.add(name);
            more.run();
        }
    }

    private static final class Timed extends TimingWheel.Entry {

        private final long[] now;
        private final long[] previous;
        private final long at;
        private final long due;
        private long firedAt = -1;
        private boolean cancelled;
        private boolean tooLate;

        Timed(long[] now, long[] previous, long at) {
            this.now = now;
            this.previous = previous;
            this.at = at;
            this.due = Math.max((at + TICK - 1) / TICK, now[0] / TICK + 1) * TICK;
        }

        @Override
        protected void expired() {
            firedAt = now[0];
            tooLate = previous[0] >= due;
        }
    }
}
