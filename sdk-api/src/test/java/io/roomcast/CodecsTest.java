package io.roomcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class CodecsTest {

    @Test
    void bytesAndTextComeBackAsTheyWere() {
        assertThat(Message.of("e", Codecs.utf8(), "grüß").decode(Codecs.utf8())).isEqualTo("grüß");
        assertThat(Message.of("e", Codecs.bytes(), new byte[] {0, -1}).decode(Codecs.bytes()))
                .containsExactly(0, -1);
        assertThat(Message.of("e").decode(Codecs.utf8())).isEmpty();
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        Message malformed = Message.of("e", new byte[] {'a', (byte) 0xc3});
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> malformed.decode(Codecs.utf8()))
                .withMessage("payload of 2 bytes is not UTF-8");
    }
}
