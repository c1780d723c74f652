package io.roomcast.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.runtime.environment.SecureIdSource;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTokenTest {

    private final SecureIdSource ids = new SecureIdSource();

    @Test
    void aTokenIsReadAsItWasWritten() {
        ResumeToken token = new ResumeToken(ids.nextNodeId(), ids.nextPeerId(), ids.nextSecret());
        assertThat(ResumeToken.parse(token.text())).isEqualTo(token);
    }

    @Test
    void aTokenFitsIntoAHello() {
        // Ids of other sources have at most 40 characters, and a hello takes 128 bytes.
        ResumeToken longest = new ResumeToken("n".repeat(40), "p".repeat(40), ids.nextSecret());
        assertThat(longest.text().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(128);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a", "a.b", "a.b.", ".b.c", "a..c", "..c", "a.."})
    void whatIsNoneIsNotRead(String text) {
        assertThat(ResumeToken.parse(text)).isNull();
    }

    @Test
    void aSecretIsNotPrinted() {
        String secret = ids.nextSecret();
        assertThat(new ResumeToken("node", "peer", secret)).asString().doesNotContain(secret);
    }
}
