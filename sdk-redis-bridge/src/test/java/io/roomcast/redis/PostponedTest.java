package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.bridge.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostponedTest {

    private static final Retention RETENTION = new Retention(10, Duration.ofHours(1));
    private static final long PATIENCE = Duration.ofSeconds(2).toNanos();

    private final Postponed postponed = new Postponed(PATIENCE);
    private long now = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

    @Test
    void whileNothingWaitsABatchIsLeftAlone() {
        List<Outgoing> batch = List.of(append("a"), append("b"));
        assertThat(postponed.sort(batch, now)).isSameAs(batch);
        assertThat(postponed.isEmpty()).isTrue();
    }

    @Test
    void whatComesLaterForTheSameLogWaitsBehindItAndAllElseGoesOn() {
        Outgoing first = append("a");
        Outgoing second = append("a");
        Outgoing other = append("b");
        Outgoing envelope = new Outgoing.Envelope("a", null, new byte[1]);
        postponed.putBack(List.of(first), now);
        assertThat(postponed.sort(List.of(second, other, envelope), now)).containsExactly(other, envelope);
        assertThat(postponed.nanosToWait(now, PATIENCE)).isEqualTo(Postponed.FIRST_PAUSE);
        now += Postponed.FIRST_PAUSE;
        assertThat(postponed.nanosToWait(now, PATIENCE)).isZero();
        Outgoing third = append("a");
        assertThat(postponed.sort(List.of(third), now)).containsExactly(first, second, third);
    }

    @Test
    void eachTimeItWaitsLongerUntilSomethingIsExecuted() {
        Outgoing item = append("a");
        long before = 0;
        for (int i = 0; i < 10; i++) {
            postponed.putBack(List.of(item), now);
            long wait = postponed.nanosToWait(now, PATIENCE);
            assertThat(wait).isBetween(before, Postponed.LAST_PAUSE);
            before = wait;
            now += wait;
            assertThat(postponed.sort(List.of(), now)).containsExactly(item);
        }
        assertThat(before).isEqualTo(Postponed.LAST_PAUSE);
        postponed.executed(item, now);
        postponed.putBack(List.of(item), now);
        assertThat(postponed.nanosToWait(now, PATIENCE)).isEqualTo(Postponed.FIRST_PAUSE);
    }

    @Test
    void aLongLineIsTakenInBatchesAndKeepsItsOrderThoughOneIsPutBack() {
        List<Outgoing> all = new ArrayList<>();
        for (int i = 0; i < LaneQueue.BATCH_MESSAGES + 100; i++) {
            all.add(append("a"));
        }
        postponed.putBack(List.copyOf(all), now);
        now += Postponed.FIRST_PAUSE;
        List<Outgoing> batch = postponed.sort(List.of(), now);
        assertThat(batch).isEqualTo(all.subList(0, LaneQueue.BATCH_MESSAGES));
        assertThat(postponed.concerns(batch.get(0))).as("the rest waits").isTrue();
        postponed.putBack(batch, now);
        now += Postponed.LAST_PAUSE;
        List<Outgoing> told = new ArrayList<>(postponed.sort(List.of(), now));
        postponed.executed(told.get(0), now);
        assertThat(postponed.tidy(now)).isEmpty();
        told.addAll(postponed.sort(List.of(), now));
        assertThat(told).isEqualTo(all);
        postponed.tidy(now);
        assertThat(postponed.isEmpty()).isTrue();
    }

    @Test
    void whatHasWaitedForTooLongIsGivenUpAndNothingElseIs() {
        Outgoing first = append("a");
        Outgoing second = append("a");
        postponed.putBack(List.of(first), now);
        now += PATIENCE / 2;
        // Tried again in between: the first time counts.
        postponed.putBack(postponed.sort(List.of(second), now), now);
        now += PATIENCE / 2 - 1;
        assertThat(postponed.tidy(now)).isEmpty();
        now++;
        assertThat(postponed.tidy(now)).containsExactly(first);
        assertThat(Postponed.gaveUp(first)).hasMessageContaining("did not execute it, an append to room a");
        now += PATIENCE / 2;
        assertThat(postponed.tidy(now)).containsExactly(second);
        assertThat(postponed.isEmpty()).isTrue();
    }

    @Test
    void allThatWaitsCanBeTaken() {
        Outgoing first = append("a");
        Outgoing second = append("b");
        postponed.putBack(List.of(first), now);
        postponed.putBack(List.of(second), now);
        assertThat(postponed.takeAll()).containsExactly(first, second);
        assertThat(postponed.isEmpty()).isTrue();
    }

    private static Outgoing append(String room) {
        return new Outgoing.Append(room, RETENTION, null, new byte[1]);
    }
}
