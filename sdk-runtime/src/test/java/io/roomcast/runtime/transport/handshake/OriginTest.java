package io.roomcast.runtime.transport.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {

    private static final Pattern FORM = Pattern.compile(
            "([a-z][a-z0-9+.-]*)://(\\[[0-9a-f:.]+]|[^\\x00-\\x20/?#@:\\[\\]]+)(?::(\\d{1,5}))?",
            Pattern.CASE_INSENSITIVE);
    private static final String[] PIECES = {
        "http",
        "https",
        "ws",
        "A",
        "a+b",
        "1",
        "-",
        ":",
        "/",
        "//",
        "://",
        "[",
        "]",
        "[::1]",
        "[a.]",
        ":80",
        ":443",
        ":123456",
        "host",
        "HOST.example",
        "@",
        "?",
        "#",
        " ",
        "\t",
        "ü",
        ".",
        "",
        "\0"
    };

    @ParameterizedTest
    @CsvSource({
        "http://a.example, http, a.example, 80",
        "HTTPS://A.Example, https, a.example, 443",
        "wss://a:1, wss, a, 1",
        "http://[::1]:8080, http, [::1], 8080",
        "chrome-extension://abc, chrome-extension, abc, -1",
        "http://a:00080, http, a, 80"
    })
    void anOriginHasThreeParts(String text, String scheme, String host, int port) {
        assertThat(Origin.parse(text)).contains(new Origin(scheme, host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "http:",
                "http://",
                "://a",
                "1http://a",
                "http://a/",
                "http://a:",
                "http://a:x",
                "http://a:123456",
                "http://a b",
                "http://u@a",
                "http://[]",
                "http://[::1",
                "http://[g]",
                "http://[::1]a",
                "http://:80"
            })
    void anythingElseIsNone(String text) {
        assertThat(Origin.parse(text)).isEmpty();
    }

    @Test
    void whatIsAnOriginIsWhatTheGrammarSays() {
        long seed = Long.getLong("roomcast.seed", System.nanoTime());
        System.out.println("origins: seed " + seed + " (repeat with -Droomcast.seed=" + seed + ")");
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "http://" : "");
            for (int pieces = random.nextInt(6); pieces > 0; pieces--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            assertThat(Origin.parse(text.toString()).isPresent())
                    .as("\"%s\" is an origin", text)
                    .isEqualTo(FORM.matcher(text).matches());
        }
    }
}
