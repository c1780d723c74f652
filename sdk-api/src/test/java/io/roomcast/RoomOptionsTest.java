package io.roomcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.roomcast.bridge.Retention;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomOptionsTest {

    @Test
    void byDefaultHandlersMayBlock() {
        assertThat(RoomOptions.defaults().blocking()).isTrue();
        assertThat(RoomOptions.defaults().mailboxCapacity()).isEqualTo(RoomOptions.DEFAULT_MAILBOX_CAPACITY);
    }

    @Test
    void settingsAreKept() {
        RoomOptions options =
                RoomOptions.builder().nonBlocking().mailboxCapacity(16).build();
        assertThat(options.blocking()).isFalse();
        assertThat(options.mailboxCapacity()).isEqualTo(16);
    }

    @Test
    void aMailboxThatIsTooSmallIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoomOptions.builder().mailboxCapacity(15))
                .withMessage("mailboxCapacity is 15, expected at least 16");
    }

    @Test
    void byDefaultTheNodeSaysHowLongBroadcastsWait() {
        assertThat(RoomOptions.defaults().flushWindow()).isEmpty();
        for (long millis : new long[] {0, 1, 200}) {
            Duration window = Duration.ofMillis(millis);
            assertThat(RoomOptions.builder().flushWindow(window).build().flushWindow())
                    .contains(window);
        }
    }

    @Test
    void aFlushWindowOutOfRangeIsRefused() {
        for (Duration window : List.of(
                Duration.ofMillis(-1), Duration.ofMillis(201), Duration.ofNanos(1_500_000), Duration.ofDays(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RoomOptions.builder().flushWindow(window))
                    .withMessage("flushWindow is " + window + ", expected whole milliseconds from 0 to 200");
        }
    }

    @Test
    void byDefaultRoomsKeepNoHistory() {
        assertThat(RoomOptions.defaults().history()).isEmpty();
    }

    @Test
    void aHistoryHasASizeAndAnAge() {
        RoomOptions options =
                RoomOptions.builder().history(100_000, Duration.ofDays(30)).build();
        assertThat(options.history()).contains(new Retention(100_000, Duration.ofDays(30)));
        RoomOptions.builder().history(1, Duration.ofSeconds(1));
    }

    @Test
    void aHistoryOutsideItsBoundsIsRefusedNamingTheSetting() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoomOptions.builder().history(0, Duration.ofHours(1)))
                .withMessage("history size is 0, expected 1 to 100000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoomOptions.builder().history(100_001, Duration.ofHours(1)))
                .withMessage("history size is 100001, expected 1 to 100000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoomOptions.builder().history(10, Duration.ofMillis(999)))
                .withMessage("history age is PT0.999S, expected PT1S to PT720H");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        RoomOptions.builder().history(10, Duration.ofDays(30).plusMillis(1)))
                .withMessageStartingWith("history age is PT720H0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoomOptions.builder().history(10, Duration.ofSeconds(-1)));
    }

    @Test
    void aSecondHistoryContradictsTheFirst() {
        RoomOptions.Builder builder = RoomOptions.builder().history(10, Duration.ofHours(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.history(20, Duration.ofHours(2)))
                .withMessage("history was declared before, with size 10 and age PT1H, expected it once");
    }

    @Test
    void aPositionHasAnEpochAndAnOffset() {
        assertThat(new HistoryPosition("e", 0).offset()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HistoryPosition("e", -1))
                .withMessage("offset is -1, expected at least 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HistoryPosition("", 1))
                .withMessage("epoch has 0 characters, expected 1 to 32");
        assertThatIllegalArgumentException().isThrownBy(() -> new HistoryPosition("e".repeat(33), 1));
    }
}
