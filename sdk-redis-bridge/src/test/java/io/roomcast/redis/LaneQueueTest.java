package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.bridge.Retention;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneQueueTest {

    private static final Retention RETENTION = new Retention(10, Duration.ofHours(1));

    private final LaneQueue queue = new LaneQueue(1000, 1 << 20);

    @Test
    void nothingIsTakenBeforeThereIsAConnection() {
        assertThat(queue.offer(envelope(1))).contains("not connected");
        queue.open();
        assertThat(queue.offer(envelope(1))).isNull();
        queue.refuse("gone");
        assertThat(queue.offer(envelope(1))).isEqualTo("gone");
    }

    @Test
    void itIsFullAtItsNumberAndTakesAgainWhenTheEndOfSomethingWasTold() {
        queue.open();
        for (int i = 0; i < 1000; i++) {
            assertThat(queue.offer(envelope(1))).isNull();
        }
        assertThat(queue.offer(envelope(1))).isEqualTo(LaneQueue.FULL);
        assertThat(queue.offer(append())).as("another class").isNull();
        List<Outgoing> batch = queue.draw();
        assertThat(queue.offer(envelope(1))).as("being sent counts").isEqualTo(LaneQueue.FULL);
        queue.ended(batch.get(batch.size() - 1));
        assertThat(queue.offer(envelope(1))).isNull();
    }

    @Test
    void whatIsRefusedFreesNoBytesOfWhatWaits() {
        queue.open();
        for (int i = 0; i < 1000; i++) {
            queue.offer(envelope(1));
        }
        long before = queue.bytes();
        for (int i = 0; i < 1000; i++) {
            assertThat(queue.offer(envelope(1000))).isEqualTo(LaneQueue.FULL);
        }
        assertThat(queue.bytes()).isEqualTo(before);
    }

    @Test
    void itIsFullAtItsBytesButTakesOneOfAnySize() {
        queue.open();
        assertThat(queue.offer(envelope(5 << 20))).isNull();
        assertThat(queue.offer(envelope(1))).isEqualTo(LaneQueue.FULL);
        assertThat(queue.bytes()).isGreaterThan(5 << 20);
        queue.ended(queue.draw().get(0));
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void urgentCommandsComeFirstAndLogsLeaveRoomForEnvelopes() {
        queue.open();
        for (int i = 0; i < 900; i++) {
            queue.offer(envelope(1));
            queue.offer(append());
        }
        queue.offer(new Outgoing.Command(true, 1, server -> null, reply -> {}, failure -> {}));
        List<Outgoing> batch = queue.draw();
        assertThat(batch).hasSize(LaneQueue.BATCH_MESSAGES);
        assertThat(batch.get(0)).isInstanceOf(Outgoing.Command.class);
        assertThat(batch.stream().filter(Outgoing.Append.class::isInstance).count())
                .isEqualTo(256);
    }

    @Test
    void aCallerDrawsLittleAndNothingThatIsLargeOrBehindIt() {
        queue.open();
        assertThat(queue.drawSmall()).isEmpty();
        for (int i = 0; i < 100; i++) {
            queue.offer(envelope(1));
        }
        assertThat(queue.drawSmall()).hasSizeBetween(1, LaneQueue.SMALL_BATCH_MESSAGES);
        assertThat(queue.drawSmall().stream().mapToInt(item -> item.size).sum())
                .isBetween(1, LaneQueue.SMALL_BATCH_BYTES);
        queue.draw();
        queue.offer(envelope(LaneQueue.SMALL_BATCH_BYTES));
        queue.offer(envelope(1));
        assertThat(queue.drawSmall()).isEmpty();
        assertThat(queue.isEmpty()).isFalse();
        assertThat(queue.draw()).hasSize(2);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void whatIsSentAgainComesBeforeWhatWaits() {
        queue.open();
        Outgoing first = envelope(1);
        queue.offer(envelope(2));
        queue.again(List.of(first));
        assertThat(queue.draw().get(0)).isSameAs(first);
    }

    @Test
    void aBatchThatIsSentAgainGrowsNoFurther() {
        LaneQueue large = new LaneQueue(10_000, 64 << 20);
        large.open();
        for (int i = 0; i < 3000; i++) {
            large.offer(envelope(1));
            large.offer(append());
        }
        for (int attempt = 0; attempt < 5; attempt++) {
            List<Outgoing> batch = large.draw();
            assertThat(batch).hasSize(LaneQueue.BATCH_MESSAGES);
            large.again(batch);
        }
    }

    @Test
    void whatWaitsCanBeTakenAllAtOnceAndCountsUntilItsEnd() {
        queue.open();
        Outgoing.Envelope waits = envelope(1);
        Outgoing.Append other = append();
        Outgoing.Append first = append();
        queue.offer(first);
        queue.again(queue.draw());
        queue.offer(waits);
        queue.offer(other);
        List<Outgoing> all = queue.takeAll();
        assertThat(all).containsExactly(first, other, waits);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.draw()).isEmpty();
        assertThat(queue.bytes()).isPositive();
        all.forEach(queue::ended);
        assertThat(queue.bytes()).isZero();
    }

    private static Outgoing.Envelope envelope(int bytes) {
        return new Outgoing.Envelope("r", null, new byte[bytes]);
    }

    private static Outgoing.Append append() {
        return new Outgoing.Append("r", RETENTION, null, new byte[1]);
    }
}
