package io.roomcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeliveryPolicyTest {

    private static final DeliveryPolicy DROPPING = DeliveryPolicy.dropOldest(3, millis(100));

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                Arguments.of(
                        DeliveryPolicy.append().idleGap(millis(50)).maxDelay(millis(20)),
                        "idleGap is 50 ms, expected at most the maxDelay of 20 ms"),
                Arguments.of(
                        DeliveryPolicy.append().minInterval(millis(5)),
                        "minInterval is 5 ms, expected none: append holds messages by idleGap and maxDelay"),
                Arguments.of(
                        DeliveryPolicy.append().ordering(Ordering.NONE),
                        "ordering is NONE, expected PAIR or ROOM: append keeps the order"),
                Arguments.of(
                        DeliveryPolicy.latest().maxItems(5),
                        "maxItems is 5, expected none: latest holds one value of each key"),
                Arguments.of(
                        DeliveryPolicy.latest().minInterval(millis(500)).maxDelay(millis(100)),
                        "minInterval is 500 ms, expected at most the maxDelay of 100 ms, or no maxDelay"),
                Arguments.of(
                        DROPPING.idleGap(millis(1)),
                        "idleGap is 1 ms, expected none: dropOldest holds messages only while the peer is slow"),
                Arguments.of(
                        DROPPING.maxDelay(millis(7)),
                        "maxDelay is 7 ms, expected none: dropOldest holds messages only while the peer is slow; timeToLive bounds that"),
                Arguments.of(DROPPING.maxItems(2), "maxItems is 2, expected none: dropOldest keeps n messages"),
                Arguments.of(
                        DROPPING.minInterval(millis(9)),
                        "minInterval is 9 ms, expected none: dropOldest sends every message while the peer keeps up"),
                Arguments.of(
                        DROPPING.flushWhen(message -> true),
                        "flushWhen is set, expected none: dropOldest holds messages only while the peer is slow"),
                Arguments.of(
                        DROPPING.ordering(Ordering.ROOM),
                        "ordering is ROOM, expected NONE: dropOldest cannot hold up what follows"));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void aContradictionIsRefusedWhenDeclaredAndNamesTheSetting(DeliveryPolicy policy, String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoomOptions.builder().policy("quote", policy))
                .withMessage("policy of event \"quote\": " + text);
    }

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                out(
                        policy -> policy.idleGap(millis(-1)),
                        "idleGap is PT-0.001S, expected 0 ms to 10000 ms in whole milliseconds"),
                out(
                        policy -> policy.idleGap(Duration.ofNanos(1)),
                        "idleGap is PT0.000000001S, expected 0 ms to 10000 ms in whole milliseconds"),
                out(
                        policy -> policy.maxDelay(millis(10_001)),
                        "maxDelay is PT10.001S, expected 0 ms to 10000 ms in whole milliseconds"),
                out(
                        policy -> policy.minInterval(Duration.ofHours(1)),
                        "minInterval is PT1H, expected 0 ms to 600000 ms in whole milliseconds"),
                out(policy -> policy.maxItems(0), "maxItems is 0, expected 1 to 10000"),
                out(policy -> policy.maxBytes(0), "maxBytes is 0, expected 1 to 16777216"),
                out(policy -> policy.maxKeys(0), "maxKeys is 0, expected 1 to 100000"),
                out(policy -> DeliveryPolicy.dropOldest(0, millis(1)), "n is 0, expected 1 to 10000"),
                out(
                        policy -> DeliveryPolicy.dropOldest(1, Duration.ZERO),
                        "timeToLive is PT0S, expected 1 ms to 600000 ms in whole milliseconds"));
    }

    private static Arguments out(UnaryOperator<DeliveryPolicy> setting, String text) {
        return Arguments.of(setting, text);
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void aValueOutOfRangeIsRefusedByItsSetting(UnaryOperator<DeliveryPolicy> setting, String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setting.apply(DeliveryPolicy.append()))
                .withMessage(text);
    }

    @Test
    void anEventHasOnePolicy() {
        RoomOptions.Builder options = RoomOptions.builder().policy("quote", DeliveryPolicy.latest());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.policy("quote", DeliveryPolicy.append()))
                .withMessage("event \"quote\" has a policy already, expected one");
        assertThatIllegalArgumentException().isThrownBy(() -> options.policy("", DeliveryPolicy.append()));
        assertThat(options.build().policies()).containsOnlyKeys("quote");
    }

    @Test
    void settingsAreKeptAndMakeAnotherPolicy() {
        DeliveryPolicy before = DeliveryPolicy.append();
        DeliveryPolicy after = before.idleGap(millis(7))
                .maxDelay(millis(8))
                .maxItems(9)
                .maxBytes(10)
                .maxKeys(11);
        assertThat(after.idleGap()).isEqualTo(millis(7));
        assertThat(after.maxDelay()).isEqualTo(millis(8));
        assertThat(after.maxItems()).isEqualTo(9);
        assertThat(after.maxBytes()).isEqualTo(10);
        assertThat(after.maxKeys()).isEqualTo(11);
        assertThat(before.maxItems()).isEqualTo(32);
    }

    @Test
    void theDefaultsFitEachOther() {
        assertThat(DeliveryPolicy.append().idleGap()).isEqualTo(millis(5));
        assertThat(DeliveryPolicy.append().maxDelay()).isEqualTo(millis(25));
        assertThat(DeliveryPolicy.append().idleGap(millis(80)).maxDelay()).isEqualTo(millis(80));
        assertThat(DeliveryPolicy.append().maxDelay(millis(2)).idleGap()).isEqualTo(millis(2));
        assertThat(DeliveryPolicy.merge((a, b) -> a).idleGap()).isEqualTo(millis(100));
        assertThat(DROPPING.maxItems()).isEqualTo(3);
        RoomOptions.builder()
                .policy("a", DeliveryPolicy.append())
                .policy("b", DeliveryPolicy.latest().minInterval(millis(100)))
                .policy("c", DROPPING.maxBytes(1000))
                .policy("d", DeliveryPolicy.merge((a, b) -> b).minInterval(millis(50)))
                .policy("e", DeliveryPolicy.latest().ordering(Ordering.ROOM).idleGap(millis(5)))
                .policy("f", Coalescing.iceCandidates());
    }

    @Test
    void typedValuesAreMergedThroughTheirCodec() {
        var merger = DeliveryPolicy.merge(Codecs.utf8(), (older, newer) -> older + newer)
                .merger()
                .orElseThrow();
        assertThat(merger.apply("ä".getBytes(StandardCharsets.UTF_8), "b".getBytes(StandardCharsets.UTF_8)))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("äb");
    }

    // ---- ICE

    private static final String LINE =
            "candidate:3649768038 1 udp 2113937151 a3dcc5cb.local 38868 typ host generation 0 ufrag +MkX network-cost 999";

    private static boolean held(String payload) {
        return !Coalescing.iceCandidates().flushes(Message.of("signal", payload));
    }

    private static String key(String payload) {
        return Coalescing.iceCandidates().keyOf(Message.of("signal", payload));
    }

    @Test
    void onlyWhatIsPlainlyACandidateIsHeld() {
        assertThat(held(LINE)).isTrue();
        assertThat(held("{\"candidate\":{\"candidate\":\"" + LINE + "\",\"sdpMid\":\"0\"}}"))
                .isTrue();
        assertThat(held("{\"candidate\":null}")).isFalse();
        assertThat(held("{\"candidate\":{\"candidate\":\"\",\"sdpMid\":\"0\"}}"))
                .isFalse();
        assertThat(held("{\"type\":\"offer\",\"sdp\":\"v=0\\r\\na=" + LINE + "\\r\\n\"}"))
                .isFalse();
        assertThat(held("{\"sdp\":\"v\\u003d0\\r\\na\\u003d" + LINE + "\"}")).isFalse();
        assertThat(held("v=0\r\na=" + LINE + "\r\n")).isFalse();
        assertThat(held("hello")).isFalse();
        assertThat(held("")).isFalse();
    }

    @Test
    void candidatesOfOneGenerationGoTogether() {
        assertThat(key(LINE)).isEqualTo("+MkX");
        assertThat(key("{\"candidate\":\"" + LINE + "\", \"usernameFragment\" : \"abcd\"}"))
                .isEqualTo("abcd");
        assertThat(key("{\"candidate\":\"candidate:1 1 udp 2 1.2.3.4 5 typ host\",\"usernameFragment\":null}"))
                .isEmpty();
    }

    @Test
    void candidatesAreNotHeldLongerThanUsersCanBear() {
        DeliveryPolicy ice = Coalescing.iceCandidates();
        assertThat(ice.ordering()).isEqualTo(Ordering.PAIR);
        assertThat(ice.idleGap(millis(50)).maxDelay(millis(50)).maxDelay()).isEqualTo(millis(50));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ice.maxDelay(millis(201)))
                .withMessage("maxDelay is PT0.201S, expected 0 ms to 200 ms in whole milliseconds");
    }
}
