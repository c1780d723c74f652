package io.roomcast.runtime.transport.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.roomcast.runtime.transport.handshake.HandshakeDecision.Accepted;
import io.roomcast.runtime.transport.handshake.HandshakeDecision.Refused;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeRulesTest {

    private static final HandshakeRules RULES = rules(true);

    private final Request request = new Request();

    @Test
    void aGoodHandshakeIsAcceptedWithTheKeyOfTheRfc() {
        assertThat(RULES.decide(request)).isEqualTo(new Accepted("two", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    }

    @Test
    void thePreferenceOfTheNodeDecidesAboutTheSubprotocol() {
        request.set("Sec-WebSocket-Protocol", "three, two", "one");
        assertThat(RULES.decide(request)).extracting("subprotocol").isEqualTo("one");
    }

    /** The header {@code -} is taken away; a value of {@code a|b} means two header lines. */
    @ParameterizedTest(name = "{0}: {1} → {2} {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "Upgrade,               -,                          400, upgrade",
                "Upgrade,               banana,                     400, upgrade",
                "Upgrade,               websocket|websocket,        400, upgrade",
                "Connection,            -,                          400, connection",
                "Connection,            keep-alive,                 400, connection",
                "Host,                  -,                          400, host",
                "Host,                  a.example|a.example,        400, host",
                "Sec-WebSocket-Version, -,                          426, version",
                "Sec-WebSocket-Version, 8,                          426, version",
                "Sec-WebSocket-Version, 013,                        426, version",
                "Sec-WebSocket-Version, 13|13,                      400, duplicate-version",
                "Sec-WebSocket-Key,     -,                          400, key",
                "Sec-WebSocket-Key,     short,                      400, key",
                "Sec-WebSocket-Key,     dGhlIHNhbXBsZSBub25jZQAA,   400, key",
                "Sec-WebSocket-Key,     dGhlIHNhbXBsZSBub25jZ*==,   400, key",
                "Sec-WebSocket-Key,     dGhlIHNhbXBsZSBub25jZQ==|dGhlIHNhbXBsZSBub25jZQ==, 400, key",
                "Origin,                -,                          403, origin-missing",
                "Origin,                null,                       403, origin",
                "Origin,                http://b.example,           403, origin",
                "Origin,                http://a.example:81,        403, origin",
                "Origin,                http://a.example.evil,      403, origin",
                "Origin,                http://evil@a.example,      403, origin",
                "Origin,                http://a.example/,          403, origin",
                "Origin,                nonsense,                   403, origin",
                "Origin,                http://a.example|http://a.example, 400, duplicate-origin",
                "Sec-WebSocket-Protocol, -,                         400, subprotocol",
                "Sec-WebSocket-Protocol, four,                      400, subprotocol",
                "Sec-WebSocket-Protocol, ONE,                       400, subprotocol",
                "Content-Length,        5,                          400, body",
                "Transfer-Encoding,     chunked,                    400, body",
            })
    void whatIsWrongHasItsStatus(String header, String value, int status, String reason) {
        request.set(header, value == null ? new String[0] : value.split("\\|"));
        assertThat(RULES.decide(request)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(status);
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.sentence()).endsWith(".");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "Upgrade,              WebSocket",
        "Connection,           'keep-alive, Upgrade'",
        "Connection,           upgrade",
        "Origin,               http://a.example",
        "Origin,               http://a.example:80",
        "Origin,               HTTP://A.EXAMPLE",
        "Origin,               https://friend.example",
        "Origin,               https://friend.example:443",
        "Origin,               http://localhost:3000",
        "Content-Length,       0",
        "Sec-WebSocket-Extensions, permessage-deflate",
    })
    void whatIsRightIsAccepted(String header, String value) {
        request.set(header, value);
        assertThat(RULES.decide(request)).isInstanceOf(Accepted.class);
    }

    @Test
    void aPageOfTheSameHostBehindAProxyThatEndsTlsIsAccepted() {
        request.set("Origin", "https://a.example");
        assertThat(RULES.decide(request)).isInstanceOf(Accepted.class);
    }

    @Test
    void aPlainPageIsForeignToATlsNode() {
        request.secure = true;
        assertThat(RULES.decide(request)).extracting("reason").isEqualTo("origin");
        request.set("Origin", "https://a.example");
        assertThat(RULES.decide(request)).isInstanceOf(Accepted.class);
    }

    @ParameterizedTest
    @CsvSource({"[::1]:8080, http://[::1]:8080", "my_host:1, http://my_host:1", "A.example:80, http://a.example"})
    void hostsOfAllKindsAreCompared(String host, String origin) {
        request.set("Host", host);
        request.set("Origin", origin);
        assertThat(RULES.decide(request)).isInstanceOf(Accepted.class);
    }

    @Test
    void anyOriginIsAcceptedWhenAllAreAllowed() {
        HandshakeRules rules = new HandshakeRules(List.of("two"), new OriginPolicy(List.of("*"), true));
        request.set("Origin", "null");
        assertThat(rules.decide(request)).isInstanceOf(Accepted.class);
        request.set("Origin");
        assertThat(rules.decide(request)).extracting("status").isEqualTo(403);
    }

    @Test
    void noOriginIsAcceptedWhenNoneIsRequiredButAForeignOneIsNot() {
        request.set("Origin");
        assertThat(rules(false).decide(request)).isInstanceOf(Accepted.class);
        request.set("Origin", "http://evil.example");
        assertThat(rules(false).decide(request)).extracting("status").isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "HEAD", "CONNECT", "get"})
    void otherMethodsAreNotAllowed(String method) {
        request.method = method;
        assertThat(RULES.decide(request)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(405);
            assertThat(refused.headers()).containsEntry("Allow", "GET");
        });
    }

    @Test
    void aRequestThatIsNoHandshakeLearnsWhatThisIs() {
        request.set("Sec-WebSocket-Key");
        request.set("Upgrade", "h2c");
        assertThat(RULES.decide(request)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(426);
            assertThat(refused.reason()).isEqualTo("no-upgrade");
            assertThat(refused.headers()).containsEntry("Upgrade", "websocket");
        });
        request.set("Upgrade");
        assertThat(RULES.decide(request)).extracting("reason").isEqualTo("no-upgrade");
    }

    @Test
    void http10IsRefused() {
        request.protocol = "HTTP/1.0";
        assertThat(RULES.decide(request)).extracting("status", "reason").containsExactly(400, "http-version");
    }

    @Test
    void aWrongVersionLearnsTheRightOne() {
        request.set("Sec-WebSocket-Version", "12");
        assertThat(RULES.decide(request))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.headers()).containsEntry("Sec-WebSocket-Version", "13"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.org", "https://example.org/path", "https://", "https://a b"})
    void anAllowedOriginMustBeOne(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OriginPolicy(List.of(text), true))
                .withMessageStartingWith("origin is \"" + text + "\", expected");
    }

    private static HandshakeRules rules(boolean originRequired) {
        return new HandshakeRules(
                List.of("one", "two"),
                new OriginPolicy(List.of("https://friend.example", "http://localhost:3000"), originRequired));
    }

    private static final class Request implements HandshakeRequest {

        private final Map<String, List<String>> headers = new LinkedHashMap<>();
        private String method = "GET";
        private String protocol = "HTTP/1.1";
        private boolean secure;

        Request() {
            set("Host", "a.example");
            set("Upgrade", "websocket");
            set("Connection", "Upgrade");
            set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
            set("Sec-WebSocket-Version", "13");
            set("Sec-WebSocket-Protocol", "two, three");
            set("Origin", "http://a.example");
        }

        void set(String name, String... values) {
            headers.put(name.toLowerCase(Locale.ROOT), new ArrayList<>(List.of(values)));
        }

        @Override
        public String method() {
            return method;
        }

        @Override
        public String protocol() {
            return protocol;
        }

        @Override
        public boolean isSecure() {
            return secure;
        }

        @Override
        public List<String> header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
        }
    }
}
