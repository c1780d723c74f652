package io.roomcast.runtime.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.HistoryPosition;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.HistoryEntry;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.environment.SecureIdSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LocalHistoryTest {

    private static final Retention TEN = new Retention(10, Duration.ofHours(1));
    private static final String ROOM = "chat/jazz";

    private long nanos = 1;
    private LocalHistory history = new LocalHistory(() -> nanos, "hub", 1 << 20, 1 << 20);

    private Appended append(String text) {
        return history.append(ROOM, TEN, null, text.getBytes(StandardCharsets.UTF_8));
    }

    private HistorySlice read(long after, int limit) {
        return history.read(ROOM, TEN, after, limit);
    }

    private static List<String> texts(HistorySlice slice) {
        return slice.entries().stream()
                .map(entry -> new String(entry.envelope(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void offsetsCountFromOneWithinAnEpoch() {
        HistoryPosition first = append("a").position();
        HistoryPosition second = append("b").position();
        assertThat(first.offset()).isEqualTo(1);
        assertThat(second).isEqualTo(new HistoryPosition(first.epoch(), 2));
    }

    @Test
    void anEmptyLogSaysSo() {
        HistorySlice slice = read(0, 10);
        assertThat(slice.oldest()).isEqualTo(1);
        assertThat(slice.newest()).isZero();
        assertThat(slice.entries()).isEmpty();
        assertThat(read(0, 10).epoch()).isEqualTo(slice.epoch());
    }

    @Test
    void noMoreThanTheSizeIsKept() {
        for (int i = 1; i <= 25; i++) {
            append("m" + i);
        }
        HistorySlice slice = read(0, 1000);
        assertThat(slice.oldest()).isEqualTo(16);
        assertThat(slice.newest()).isEqualTo(25);
        assertThat(texts(slice)).hasSize(10).startsWith("m16").endsWith("m25");
        assertThat(slice.entries())
                .extracting(HistoryEntry::offset)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(16, 25).boxed().toList());
    }

    @Test
    void whatIsTooOldIsForgotten() {
        append("old");
        nanos += Duration.ofMinutes(30).toNanos();
        append("young");
        nanos += Duration.ofMinutes(30).toNanos();
        assertThat(texts(read(0, 10))).containsExactly("old", "young");
        nanos++;
        assertThat(texts(read(0, 10))).containsExactly("young");
        nanos += Duration.ofHours(1).toNanos();
        HistorySlice slice = read(0, 10);
        assertThat(slice.oldest()).isEqualTo(3);
        assertThat(slice.newest()).isEqualTo(2);
        assertThat(append("next").position().offset()).isEqualTo(3);
    }

    @Test
    void aSliceBeginsBehindThePlaceAndEndsAtTheLimit() {
        for (int i = 1; i <= 8; i++) {
            append("m" + i);
        }
        assertThat(texts(read(3, 2))).containsExactly("m4", "m5");
        assertThat(texts(read(7, 5))).containsExactly("m8");
        assertThat(texts(read(8, 5))).isEmpty();
        assertThat(texts(read(Long.MAX_VALUE, 5))).isEmpty();
        assertThat(read(Long.MAX_VALUE, 5).newest()).isEqualTo(8);
    }

    @Test
    void anIdThatIsKnownChangesNothingUntilItIsForgotten() {
        byte[] bytes = {1};
        Appended first = history.append(ROOM, TEN, "id", bytes);
        Appended again = history.append(ROOM, TEN, "id", bytes);
        assertThat(first.duplicate()).isFalse();
        assertThat(again).isEqualTo(new Appended(first.position(), true));
        assertThat(read(0, 10).newest()).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            append("x");
        }
        assertThat(history.append(ROOM, TEN, "id", bytes))
                .isEqualTo(new Appended(new HistoryPosition(first.position().epoch(), 12), false));
        nanos += Duration.ofHours(2).toNanos();
        assertThat(history.append(ROOM, TEN, "id", bytes).duplicate()).isFalse();
    }

    @Test
    void aLogHasABoundInBytes() {
        Retention large = new Retention(Retention.MAX_SIZE, Duration.ofHours(1));
        history = new LocalHistory(() -> nanos, "hub", Long.MAX_VALUE, Long.MAX_VALUE);
        byte[] megabyte = new byte[1 << 20];
        for (int i = 0; i < 20; i++) {
            history.append(ROOM, large, null, megabyte);
        }
        assertThat(history.bytes()).isLessThanOrEqualTo(HistoryLog.MAX_BYTES).isGreaterThan(14 << 20);
        assertThat(history.read(ROOM, large, 0, 1).oldest()).isEqualTo(6);
    }

    @Test
    void anEntryLargerThanTheBoundIsKeptAlone() {
        history = new LocalHistory(() -> nanos, "hub", 1000, 1 << 20);
        append("small");
        history.append(ROOM, TEN, null, new byte[5000]);
        assertThat(read(0, 10).entries()).extracting(HistoryEntry::offset).containsExactly(2L);
        append("small");
        assertThat(read(0, 10).entries()).extracting(HistoryEntry::offset).containsExactly(3L);
    }

    @Test
    void allLogsTogetherHaveABoundThatTheOneThatAppendsKeeps() {
        history = new LocalHistory(() -> nanos, "hub", 10_000, 1 << 20);
        history.append("quiet", TEN, null, new byte[3000]);
        for (int i = 0; i < 10; i++) {
            history.append("busy", TEN, null, new byte[3000]);
        }
        assertThat(history.bytes()).isLessThanOrEqualTo(10_000);
        assertThat(history.read("quiet", TEN, 0, 10).entries()).hasSize(1);
        assertThat(history.read("busy", TEN, 0, 10).entries())
                .extracting(HistoryEntry::offset)
                .containsExactly(9L, 10L);
    }

    @Test
    void aLogThatNobodyHearsOfIsGivenUpAtTheBoundAndBeginsAnew() {
        history = new LocalHistory(() -> nanos, "hub", 1 << 20, 20_000);
        for (int room = 0; room < 100; room++) {
            history.append("room" + room, TEN, null, new byte[1000]);
        }
        assertThat(history.bytes()).isLessThanOrEqualTo(20_000);
        List<String> epochs = new ArrayList<>();
        int lost = 0;
        for (int room = 0; room < 100; room++) {
            HistorySlice slice = history.read("room" + room, TEN, 0, 1);
            lost += slice.newest() == 0 ? 1 : 0;
            epochs.add(slice.epoch());
        }
        assertThat(lost).isGreaterThan(80);
        assertThat(epochs).doesNotHaveDuplicates();
    }

    @Test
    void aLogThatANodeHearsOfIsNotGivenUp() {
        history = new LocalHistory(() -> nanos, "hub", 1 << 20, 5000);
        Queue<Runnable> tasks = new ArrayDeque<>();
        LocalHub hub = LocalHub.on(tasks::add, () -> nanos, new SecureIdSource());
        HistoryFeed feed = history.subscribe(ROOM, TEN, (LocalBridge) hub.bridge());
        append("kept");
        for (int room = 0; room < 200; room++) {
            history.append("room" + room, TEN, null, new byte[1000]);
        }
        assertThat(texts(read(0, 10))).containsExactly("kept");
        history.unsubscribe(feed);
        for (int room = 0; room < 200; room++) {
            history.append("another" + room, TEN, null, new byte[1000]);
        }
        assertThat(history.bytes()).isLessThanOrEqualTo(5000);
    }

    @Test
    void anEpochIsNeverUsedTwice() {
        history = new LocalHistory(() -> nanos, "hub", 1 << 20, 600);
        String before = append("a").position().epoch();
        for (int room = 0; room < 50; room++) {
            history.append("room" + room, TEN, null, new byte[1000]);
        }
        HistorySlice after = read(0, 1);
        assertThat(after.newest()).isZero();
        assertThat(after.epoch()).isNotEqualTo(before);
    }

    /** Against a list that keeps everything, with a size that changes the ring's length again and again. */
    @Test
    void aRandomLogKeepsWhatItsModelKeeps() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        history = new LocalHistory(() -> nanos, "hub", Long.MAX_VALUE, Long.MAX_VALUE);
        TreeMap<Long, Long> born = new TreeMap<>();
        long newest = 0;
        Duration age = Duration.ofNanos(Duration.ofSeconds(1).toNanos());
        for (int step = 0; step < 20_000; step++) {
            nanos += random.nextInt(4) == 0 ? random.nextInt(100_000_000) : 0;
            Retention retention = new Retention(1 + random.nextInt(60), age);
            long oldestAllowed = nanos - age.toNanos();
            if (random.nextInt(3) > 0) {
                newest++;
                history.append(ROOM, retention, null, Long.toString(newest).getBytes(StandardCharsets.UTF_8));
                born.put(newest, nanos);
                while (born.size() > retention.size()) {
                    born.pollFirstEntry();
                }
            }
            while (!born.isEmpty() && born.firstEntry().getValue() < oldestAllowed) {
                born.pollFirstEntry();
            }
            long after = Math.max(0, newest - random.nextInt(80));
            HistorySlice slice = history.read(ROOM, retention, after, 1000);
            assertThat(slice.newest()).isEqualTo(newest);
            assertThat(slice.oldest()).isEqualTo(born.isEmpty() ? newest + 1 : born.firstKey());
            assertThat(slice.entries())
                    .extracting(HistoryEntry::offset)
                    .as("seed %d, step %d", seed, step)
                    .containsExactlyElementsOf(born.tailMap(after, false).keySet());
            assertThat(texts(slice))
                    .containsExactlyElementsOf(born.tailMap(after, false).keySet().stream()
                            .map(Object::toString)
                            .toList());
        }
    }
}
