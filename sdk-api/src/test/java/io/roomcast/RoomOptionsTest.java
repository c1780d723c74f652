package io.roomcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
}
