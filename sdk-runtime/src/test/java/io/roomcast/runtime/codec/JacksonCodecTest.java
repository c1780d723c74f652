package io.roomcast.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.roomcast.Codec;
import io.roomcast.CodecException;
import io.roomcast.Message;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JacksonCodecTest {

    record Move(int x, int y, String by) {}

    private final Codec<Move> codec = JacksonCodec.of(Move.class);

    @Test
    void aValueBecomesJsonAndComesBack() {
        Move move = new Move(3, -4, "grüße");

        Message message = Message.of("moved", codec, move);

        assertThat(message.text()).isEqualTo("{\"x\":3,\"y\":-4,\"by\":\"grüße\"}");
        assertThat(message.decode(codec)).isEqualTo(move);
    }

    @Test
    void aGenericTypeIsGivenByReference() {
        Codec<List<Move>> moves = JacksonCodec.of(new JsonMapper(), new TypeReference<List<Move>>() {});
        List<Move> two = List.of(new Move(1, 2, "a"), new Move(3, 4, "b"));

        assertThat(Message.of("moved", moves, two).decode(moves)).isEqualTo(two);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "7",
                "{\"x\":\"secret\"}",
                "{\"z\":1}",
                "{\"x\":1} {\"x\":2}",
                "{\"x\":1}x",
                "null",
                "{\"x\":99999999999}"
            })
    void aPayloadThatIsNotAValueIsRefusedWithoutQuotingIt(String payload) {
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(payload.getBytes(UTF_8))))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("payload")
                .hasMessageContaining("Move")
                .hasMessageNotContaining("secret");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] payload = {'{', '"', 'b', 'y', '"', ':', '"', (byte) 0xff, '"', '}'};

        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(payload))).isInstanceOf(CodecException.class);
    }

    @Test
    void aThousandLevelsAreTheDeepest() {
        Codec<Object> any = JacksonCodec.of(Object.class);

        assertThat(any.decode(ByteBuffer.wrap(nested(1000)))).isInstanceOf(List.class);
        assertThatThrownBy(() -> any.decode(ByteBuffer.wrap(nested(1001)))).isInstanceOf(CodecException.class);
    }

    @Test
    void aValueThatCannotBeWrittenIsRefused() {
        Codec<Object> any = JacksonCodec.of(Object.class);

        assertThatThrownBy(() -> any.encode(new Object()))
                .isInstanceOf(CodecException.class)
                .hasMessage("a value of java.lang.Object cannot be written as JSON");
    }

    private static byte[] nested(int levels) {
        return ("[".repeat(levels) + "]".repeat(levels)).getBytes(UTF_8);
    }
}
