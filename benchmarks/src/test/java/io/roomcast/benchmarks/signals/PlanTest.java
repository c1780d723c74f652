package io.roomcast.benchmarks.signals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.roomcast.benchmarks.load.SignalForm;
import io.roomcast.runtime.wire.proto.CandidatePlace;
import io.roomcast.runtime.wire.proto.IceCandidate;
import io.roomcast.runtime.wire.proto.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final Path TRACES =
            Path.of(System.getProperty("basedir", "."), "../sdk-js-client/src/test/data/webrtc");
    private static List<Trace> traces = List.of();

    @BeforeAll
    static void read() throws Exception {
        traces = Trace.readAll(TRACES);
    }

    @Test
    void everyRecordedSessionIsRead() {
        assertThat(traces).hasSize(29);
        assertThat(traces.stream().flatMap(trace -> trace.events().stream()).filter(event -> !event.candidate()))
                .as("descriptions")
                .hasSize(74);
        assertThat(traces.stream().mapToInt(trace -> trace.events().size()).sum())
                .as("signals, as docs/delivery-policies.md counts them")
                .isEqualTo(621);
    }

    @Test
    void eachSignalByItselfIsOneMessageAtItsTime() {
        for (Trace trace : traces) {
            for (SignalForm form : List.of(SignalForm.JSON_EACH, SignalForm.STRUCTURED_EACH)) {
                assertThat(Plan.of(trace, form).messages())
                        .extracting(Plan.Message::at)
                        .as(trace.name() + " " + form)
                        .containsExactlyElementsOf(trace.events().stream()
                                .map(Trace.Event::at)
                                .sorted()
                                .toList());
            }
        }
    }

    @Test
    void theStructuredFormGivesEverySignalBackByteForByteAndInOrder() throws Exception {
        for (Trace trace : traces) {
            for (SignalForm form : List.of(SignalForm.STRUCTURED_EACH, SignalForm.STRUCTURED_TOGETHER)) {
                for (boolean fromFirst : new boolean[] {true, false}) {
                    assertThat(decoded(Plan.of(trace, form), fromFirst))
                            .as(trace.name() + " " + form)
                            .containsExactlyElementsOf(recorded(trace, fromFirst));
                }
            }
        }
    }

    @Test
    void candidatesArePutTogetherButNotForLong() {
        int together = 0;
        int each = 0;
        for (Trace trace : traces) {
            Plan plan = Plan.of(trace, SignalForm.STRUCTURED_TOGETHER);
            together += plan.messages().size();
            each += trace.events().size();
            assertThat(plan.messages()).isSortedAccordingTo(Comparator.comparing(Plan.Message::at));
            assertThat(plan.length()).isBetween(trace.length(), trace.length().plus(Duration.ofMillis(25)));
        }
        // What the browser client makes of the same recordings: 621 signals, 74 of them descriptions, in about half as
        // many messages.
        assertThat((double) together / each).isBetween(0.4, 0.6);
    }

    @Test
    void aDescriptionIsNeverHeldAndNothingOvertakesIt() throws Exception {
        Trace trace = trace(
                candidate(0, true, "udp 1"),
                description(2, true),
                candidate(3, true, "udp 2"),
                candidate(4, false, "udp 3"));

        assertThat(Plan.of(trace, SignalForm.STRUCTURED_TOGETHER).messages())
                .extracting(message -> message.at().toMillis() + " " + message.fromFirst() + " " + message.candidates())
                .containsExactly("2 true true", "2 true false", "8 true true", "9 false true");
    }

    @Test
    void candidatesLeaveAfterTwentyFiveMillisecondsWhateverFollows() throws Exception {
        List<Trace.Event> events = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            events.add(candidate(4 * i, true, "udp " + i));
        }

        assertThat(Plan.of(new Trace("x", events), SignalForm.STRUCTURED_TOGETHER)
                        .messages())
                .extracting(message -> message.at().toMillis())
                .containsExactly(25L, 41L);
    }

    @Test
    void naiveBytesAreThoseOfTheCandidatesOnly() throws Exception {
        Trace trace = trace(description(0, true), candidate(1, true, "udp 1"));
        String json = trace.events().get(1).payload().toString();

        assertThat(Plan.of(trace, SignalForm.JSON_EACH).naiveCandidateBytes()).isEqualTo(json.length() + 2 + 4);
    }

    private static Trace trace(Trace.Event... events) {
        return new Trace("x", List.of(events));
    }

    private static Trace.Event candidate(long millis, boolean fromFirst, String line) throws Exception {
        return event(millis, fromFirst, "{\"candidate\":{\"candidate\":\"" + line + "\",\"sdpMid\":\"0\"}}");
    }

    private static Trace.Event description(long millis, boolean fromFirst) throws Exception {
        return event(millis, fromFirst, "{\"type\":\"offer\",\"sdp\":\"v=0\"}");
    }

    private static Trace.Event event(long millis, boolean fromFirst, String payload) throws Exception {
        return new Trace.Event(Duration.ofMillis(millis), fromFirst, new ObjectMapper().readTree(payload));
    }

    private static List<String> recorded(Trace trace, boolean fromFirst) {
        return trace.events().stream()
                .filter(event -> event.fromFirst() == fromFirst)
                .map(event -> event.candidate()
                        ? candidate(event.payload().get("candidate"))
                        : event.payload().get("type").asText()
                                + event.payload().get("sdp").asText())
                .toList();
    }

    private static String candidate(JsonNode candidate) {
        return candidate.isNull()
                ? "end"
                : candidate.get("candidate").asText() + "|"
                        + candidate.path("sdpMid").asText("") + "|"
                        + candidate.path("sdpMLineIndex").asText("") + "|"
                        + candidate.path("usernameFragment").asText("");
    }

    private static List<String> decoded(Plan plan, boolean fromFirst) throws Exception {
        List<String> signals = new ArrayList<>();
        for (Plan.Message message : plan.messages()) {
            if (message.fromFirst() != fromFirst) {
                continue;
            }
            Signal signal = Signal.parseFrom(message.payload());
            if (signal.hasDescription()) {
                signals.add(signal.getDescription().getType()
                        + signal.getDescription().getSdp());
            }
            for (IceCandidate parts : signal.getCandidatesList()) {
                CandidatePlace place = signal.getPlaces(parts.getPlace());
                signals.add(CandidateLine.join(parts, place.getUsernameFragment()) + "|" + place.getSdpMid() + "|"
                        + (place.hasSdpMLineIndex() ? place.getSdpMLineIndex() : "") + "|"
                        + place.getUsernameFragment());
            }
            if (signal.getEnd()) {
                signals.add("end");
            }
        }
        return signals;
    }
}
