package io.roomcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MessageTest {

    @Test
    void anEventNameHasOneToTwoHundredAndFiftyFiveBytes() {
        assertThat(Message.of("e".repeat(255)).event()).hasSize(255);
        assertThat(Message.of("€".repeat(85)).event()).hasSize(85);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Message.of(""))
                .withMessage("event has 0 UTF-8 bytes, expected 1 to 255");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Message.of("e".repeat(256)))
                .withMessageContaining("256 UTF-8 bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Message.of("€".repeat(86)))
                .withMessageContaining("258 UTF-8 bytes");
    }

    @Test
    void theBytesAreCopiedOnTheWayIn() {
        byte[] bytes = {1, 2, 3};
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, 2);
        Message ofArray = Message.of("e", bytes);
        Message ofBuffer = Message.of("e", buffer);
        Message ofValue = Message.of("e", Codecs.bytes(), bytes);
        bytes[1] = 9;

        assertThat(ofArray.bytes()).containsExactly(1, 2, 3);
        assertThat(ofBuffer.bytes()).containsExactly(2, 3);
        assertThat(ofValue.bytes()).containsExactly(1, 2, 3);
        assertThat(buffer.position()).isEqualTo(1);
    }

    @Test
    void theBytesCannotBeChangedOnTheWayOut() {
        Message message = Message.of("e", new byte[] {1, 2, 3});
        message.bytes()[0] = 9;
        assertThatThrownBy(() -> message.payload().put(0, (byte) 9)).isInstanceOf(ReadOnlyBufferException.class);
        message.payload().get();

        assertThat(message.payload().remaining()).isEqualTo(3);
        assertThat(message.bytes()).containsExactly(1, 2, 3);
    }

    @Test
    void textIsUtf8AndMalformedBytesAreReplaced() {
        assertThat(Message.of("e", "grüß").bytes()).isEqualTo("grüß".getBytes(StandardCharsets.UTF_8));
        assertThat(Message.of("e", "grüß").text()).isEqualTo("grüß");
        assertThat(Message.of("e", new byte[] {'a', (byte) 0xff}).text()).isEqualTo("a\ufffd");
    }

    @Test
    void aMessageWithoutAPayloadIsEmpty() {
        assertThat(Message.of("e").size()).isZero();
        assertThat(Message.of("e").text()).isEmpty();
    }

    @Test
    void copyToLeavesTheRestOfTheTargetAlone() {
        byte[] target = new byte[5];
        Message.of("e", new byte[] {1, 2, 3}).copyTo(target, 1);
        assertThat(target).containsExactly(0, 1, 2, 3, 0);
    }

    @Test
    void theAddresseeIsPartOfTheMessage() {
        Message plain = Message.of("e", "x");
        assertThat(plain.to()).isEmpty();
        assertThat(plain.addressedTo("p").to()).hasValue("p");
        assertThat(plain.addressedTo("p"))
                .isNotEqualTo(plain)
                .isEqualTo(Message.of("e", "x").addressedTo("p"));
    }

    @Test
    void messagesOfTheSameContentAreEqual() {
        assertThat(Message.of("e", "x"))
                .isEqualTo(Message.of("e", new byte[] {'x'}))
                .hasSameHashCodeAs(Message.of("e", new byte[] {'x'}))
                .isNotEqualTo(Message.of("f", "x"))
                .isNotEqualTo(Message.of("e", "y"));
    }

    @Test
    void thePayloadIsNotInTheText() {
        assertThat(Message.of("say", "secret").addressedTo("p")).hasToString("Message[say, 6 bytes, to p]");
    }
}
