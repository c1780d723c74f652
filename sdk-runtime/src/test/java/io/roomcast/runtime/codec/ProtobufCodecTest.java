package io.roomcast.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.UninterpretedOption.NamePart;
import com.google.protobuf.ListValue;
import com.google.protobuf.StringValue;
import com.google.protobuf.Value;
import io.roomcast.Codec;
import io.roomcast.CodecException;
import io.roomcast.Message;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ProtobufCodecTest {

    private final Codec<StringValue> codec = ProtobufCodec.of(StringValue.getDefaultInstance());

    @Test
    void aMessageBecomesBytesAndComesBack() {
        StringValue value = StringValue.of("grüße 🚀");

        Message message = Message.of("said", codec, value);

        assertThat(message.bytes()).isEqualTo(value.toByteArray());
        assertThat(message.decode(codec)).isEqualTo(value);
    }

    @Test
    void anEmptyPayloadIsAMessageWithoutFields() {
        assertThat(Message.of("said").decode(codec)).isEqualTo(StringValue.getDefaultInstance());
    }

    @Test
    void malformedBytesAreRefused() {
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(new byte[] {10, 127, 1})))
                .isInstanceOf(CodecException.class)
                .hasMessage("payload of 3 bytes is not com.google.protobuf.StringValue");
    }

    @Test
    void nestingIsBounded() {
        Value deep = Value.newBuilder().setNumberValue(1).build();
        for (int level = 0; level < 60; level++) {
            deep = Value.newBuilder()
                    .setListValue(ListValue.newBuilder().addValues(deep))
                    .build();
        }
        byte[] bytes = deep.toByteArray();
        Codec<Value> values = ProtobufCodec.of(Value.getDefaultInstance());

        assertThatThrownBy(() -> values.decode(ByteBuffer.wrap(bytes))).isInstanceOf(CodecException.class);
    }

    @Test
    void aRequiredFieldThatIsNotThereIsRefusedInBothDirections() {
        Codec<NamePart> parts = ProtobufCodec.of(NamePart.getDefaultInstance());
        NamePart lacking = NamePart.newBuilder().setNamePart("x").buildPartial();

        assertThatThrownBy(() -> parts.encode(lacking))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("lacks a required field");
        assertThatThrownBy(() -> parts.decode(ByteBuffer.wrap(lacking.toByteArray())))
                .isInstanceOf(CodecException.class);
    }
}
