package io.roomcast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketIoDialectTest {

    private final Dialect.Conversation conversation = new SocketIoDialect().converse("relay/1");
    private final TestLine line = new TestLine();
    private final List<String> heard = new ArrayList<>();

    @Test
    void theRoomIsInTheQueryOfTheHandshake() {
        assertThat(new SocketIoDialect().path("relay/1"))
                .isEqualTo("/socket.io/?EIO=4&transport=websocket&room=relay/1");
    }

    @Test
    void itConnectsToTheNamespaceWhenTheEngineIsOpen() throws Exception {
        receive("0{\"sid\":\"x\",\"pingInterval\":25000}");
        assertThat(sent()).containsExactly("40");
        assertThat(conversation.joined()).isFalse();

        receive("40{\"sid\":\"y\"}");
        assertThat(conversation.joined()).isTrue();
    }

    @Test
    void aPayloadIsTheArgumentOfAnEvent() throws Exception {
        conversation.publish("abc".getBytes(StandardCharsets.US_ASCII), line);
        assertThat(sent()).containsExactly("42[\"message\",\"abc\"]");

        receive("42[\"message\",\"def\"]");
        assertThat(heard).containsExactly("def");
    }

    @Test
    void answersAreAcknowledgementsInTheOrderOfTheQuestions() throws Exception {
        conversation.ask("abc".getBytes(StandardCharsets.US_ASCII), line);
        conversation.ask("def".getBytes(StandardCharsets.US_ASCII), line);
        assertThat(sent()).containsExactly("420[\"message\",\"abc\"]", "421[\"message\",\"def\"]");

        receive("430[\"abc\"]");
        assertThat(heard).containsExactly("abc");
        assertThatThrownBy(() -> receive("437[\"def\"]"))
                .isInstanceOf(VoidRunException.class)
                .hasMessageContaining("437");
    }

    @Test
    void aPingIsAnswered() throws Exception {
        receive("2");
        assertThat(sent()).containsExactly("3");
    }

    @Test
    void whatIsNotUnderstoodMakesTheRunVoid() {
        for (String packet : List.of("44{\"message\":\"no\"}", "42[\"other\",\"x\"]", "42[\"message\",7]", "41", "")) {
            assertThatThrownBy(() -> receive(packet)).as(packet).isInstanceOf(VoidRunException.class);
        }
    }

    private void receive(String packet) throws Exception {
        conversation.received(
                ByteBuffer.wrap(packet.getBytes(StandardCharsets.UTF_8)), line, (bytes, offset, length) -> {
                    byte[] payload = new byte[length];
                    bytes.get(offset, payload);
                    heard.add(new String(payload, StandardCharsets.UTF_8));
                });
    }

    private List<String> sent() {
        return line.sent.stream()
                .map(message -> new String(message, StandardCharsets.UTF_8))
                .toList();
    }
}
