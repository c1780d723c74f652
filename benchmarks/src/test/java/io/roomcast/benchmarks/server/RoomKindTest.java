package io.roomcast.benchmarks.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RoomKindTest {

    @Test
    void theNameOfARoomSaysWhatItDoes() {
        assertThat(RoomKind.of("repeat/fanout")).isEqualTo(RoomKind.REPEAT);
        assertThat(RoomKind.of("/relay/17")).isEqualTo(RoomKind.RELAY);
        assertThat(RoomKind.of("/echo/all")).isEqualTo(RoomKind.ECHO);
        assertThatThrownBy(() -> RoomKind.of("/chat/1")).hasMessageContaining("room is \"/chat/1\"");
        assertThatThrownBy(() -> RoomKind.of("echo")).isInstanceOf(IllegalArgumentException.class);
    }
}
