package io.roomcast.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.Message;
import io.roomcast.runtime.transport.MessageType;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class WireFormatsTest {

    @Test
    void protobufIsPreferred() {
        assertThat(WireFormats.subprotocols()).containsExactly("roomcast.v1.protobuf", "roomcast.v1.json");
    }

    @Test
    void aFormatIsFoundByTheNameOfItsSubprotocol() {
        assertThat(WireFormats.of("roomcast.v1.protobuf")).get().isInstanceOf(ProtobufFormat.class);
        assertThat(WireFormats.of("roomcast.v1.json")).get().isInstanceOf(JsonFormat.class);
        assertThat(WireFormats.of("roomcast.v2.json")).isEmpty();
        assertThat(WireFormats.of("Roomcast.v1.json")).isEmpty();
    }

    @Test
    void protobufTravelsInBinaryMessagesAndJsonInText() {
        assertThat(new ProtobufFormat().messageType()).isEqualTo(MessageType.BINARY);
        assertThat(new JsonFormat().messageType()).isEqualTo(MessageType.TEXT);
    }

    @Test
    void onlyProtobufHasRoutes() {
        WireFormat json = new JsonFormat();

        assertThat(new ProtobufFormat().usesRoutes()).isTrue();
        assertThat(json.usesRoutes()).isFalse();
        assertThatThrownBy(() -> json.data(1, Message.of("say"))).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> json.route(new RoomKey(1, "r"), new RouteDefinition(1, "say")))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void routeZeroCannotCarryData() {
        assertThatThrownBy(() -> new ProtobufFormat().data(0, Message.of("say")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("route is 0, expected a positive number");
    }

    @Test
    void theBufferOfTheMessageIsLeftAsItWas() throws Exception {
        for (WireFormat format : WireFormats.byPreference()) {
            ByteBuffer message = format.pong(1).asBuffer();
            int size = message.remaining();

            FrameRecorder.read(format, message);

            assertThat(message.position()).isZero();
            assertThat(message.limit()).isEqualTo(size);
        }
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        assertThatThrownBy(() -> FrameRecorder.read(new JsonFormat(), new byte[] {'{', (byte) 0xff, '}'}))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void utf16IsNotGuessed() {
        assertThatThrownBy(() -> FrameRecorder.read(new JsonFormat(), new byte[] {0, '{', 0, '}'}))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("not JSON");
    }
}
