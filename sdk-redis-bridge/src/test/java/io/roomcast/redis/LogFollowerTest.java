package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.HistoryEntry;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LogFollowerTest {

    private final List<String> told = new ArrayList<>();
    private final List<Long> reads = new ArrayList<>();
    private final LogFollower follower =
            new LogFollower("r", new Retention(100, Duration.ofHours(1)), new LogFollower.Teller() {
                @Override
                public void began(HistoryPosition position) {
                    told.add("began " + position.epoch() + position.offset());
                }

                @Override
                public void appended(HistoryPosition position, byte[] envelope) {
                    told.add(position.epoch() + position.offset());
                }

                @Override
                public void lost(HistoryPosition resumesAfter) {
                    told.add("lost " + resumesAfter.epoch() + resumesAfter.offset());
                }

                @Override
                public void read(LogFollower reader, String epoch, long after) {
                    reads.add(after);
                }
            });

    @Test
    void itBeginsAtTheEndOfTheLogAndTellsWhatComesLive() {
        follower.lookAgain();
        live("a", 6);
        follower.slice(slice("a", 1, 5));
        live("a", 7);
        assertThat(told).containsExactly("began a5", "a6", "a7");
    }

    @Test
    void whatItMissedItReadsAndTellsBeforeWhatCameMeanwhile() {
        began("a", 5);
        live("a", 9);
        live("a", 10);
        assertThat(reads).endsWith(5L);
        follower.slice(slice("a", 1, 9, 6, 7, 8, 9));
        assertThat(told).containsExactly("began a5", "a6", "a7", "a8", "a9", "a10");
    }

    @Test
    void aNewConnectionMakesItLookAndNothingIsToldTwice() {
        began("a", 5);
        follower.lookAgain();
        live("a", 6);
        live("a", 6);
        follower.slice(slice("a", 1, 6, 6));
        live("a", 6);
        live("a", 7);
        assertThat(told).containsExactly("began a5", "a6", "a7");
    }

    @Test
    void whatWasTrimmedIsSaidToBeLost() {
        began("a", 5);
        follower.lookAgain();
        follower.slice(slice("a", 20, 22, 20, 21, 22));
        assertThat(told).containsExactly("began a5", "lost a19", "a20", "a21", "a22");
    }

    @Test
    void anotherEpochIsSaidAndReadFromItsBeginning() {
        began("a", 5);
        live("b", 3);
        follower.slice(slice("b", 1, 3));
        assertThat(told).containsExactly("began a5", "lost b0");
        assertThat(reads).endsWith(0L);
        follower.slice(slice("b", 1, 3, 1, 2, 3));
        assertThat(told).containsExactly("began a5", "lost b0", "b1", "b2", "b3");
        live("a", 6);
        follower.slice(slice("b", 1, 3));
        live("b", 4);
        assertThat(told).endsWith("b3", "b4");
    }

    @Test
    void anEmptiedLogIsSaidToo() {
        began("a", 5);
        follower.lookAgain();
        follower.slice(slice("b", 1, 0));
        live("b", 1);
        assertThat(told).containsExactly("began a5", "lost b0", "b1");
        follower.lookAgain();
        follower.slice(slice("b", 9, 8));
        assertThat(told).endsWith("lost b8");
    }

    @Test
    void aForgedFrameChangesNothing() {
        began("a", 5);
        live("a", 1000);
        follower.slice(slice("a", 1, 5));
        assertThat(follower.isReading()).isFalse();
        live("x", 6);
        follower.slice(slice("a", 1, 5));
        assertThat(follower.isReading()).isFalse();
        live("a", 6);
        assertThat(told).containsExactly("began a5", "a6");
    }

    @Test
    void anEntryOfTheLogThatCannotBeReadIsSaidToBeLost() {
        began("a", 5);
        follower.lookAgain();
        follower.slice(slice("a", 1, 9, 6, 8));
        assertThat(told).containsExactly("began a5", "a6", "lost a7", "a8");
        assertThat(reads).endsWith(8L);
        follower.slice(slice("a", 1, 9));
        assertThat(told).endsWith("lost a9");
    }

    @Test
    void whatDoesNotFitWhileItReadsIsReadAgain() {
        began("a", 0);
        follower.lookAgain();
        for (int i = 1; i <= 3; i++) {
            follower.live(new LogFollower.Live("a", i, new byte[600_000]));
        }
        follower.slice(slice("a", 1, 0));
        assertThat(told).containsExactly("began a0", "a1");
        assertThat(reads).endsWith(1L);
        follower.slice(slice("a", 1, 3, 2, 3));
        assertThat(told).containsExactly("began a0", "a1", "a2", "a3");
    }

    @Test
    void aReadingThatFailedIsMadeAgainAndHoldsWhatComes() {
        began("a", 5);
        follower.lookAgain();
        live("a", 6);
        follower.readAgain();
        live("a", 7);
        follower.slice(slice("a", 1, 6, 6));
        assertThat(told).containsExactly("began a5", "a6", "a7");
    }

    /** Drops live frames, reads late and in pages: what is told has no hole and no double. */
    @RepeatedTest(50)
    void whateverIsDroppedEverythingIsToldOnceAndInOrder() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        began("a", 0);
        long newest = 0;
        long read = -1;
        for (int step = 0; step < 2000; step++) {
            if (random.nextInt(3) > 0) {
                newest++;
                if (random.nextInt(5) > 0) {
                    live("a", newest);
                }
            }
            if (random.nextInt(20) == 0) {
                follower.lookAgain();
            }
            if (follower.isReading() && random.nextInt(4) == 0) {
                read = reads.get(reads.size() - 1);
                long[] page = LongStream.rangeClosed(read + 1, Math.min(newest, read + 1 + random.nextInt(8)))
                        .toArray();
                follower.slice(slice("a", 1, newest, page));
            }
        }
        follower.lookAgain();
        while (follower.isReading()) {
            read = reads.get(reads.size() - 1);
            follower.slice(slice(
                    "a", 1, newest, LongStream.rangeClosed(read + 1, newest).toArray()));
        }
        List<String> expected = new ArrayList<>(List.of("began a0"));
        LongStream.rangeClosed(1, newest).forEach(offset -> expected.add("a" + offset));
        assertThat(told).isEqualTo(expected);
    }

    private void began(String epoch, long newest) {
        follower.lookAgain();
        follower.slice(slice(epoch, 1, newest));
    }

    private void live(String epoch, long offset) {
        follower.live(new LogFollower.Live(epoch, offset, new byte[1]));
    }

    private static HistorySlice slice(String epoch, long oldest, long newest, long... offsets) {
        return new HistorySlice(
                epoch,
                oldest,
                newest,
                LongStream.of(offsets)
                        .mapToObj(offset -> new HistoryEntry(offset, new byte[1]))
                        .toList());
    }
}
