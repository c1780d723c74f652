package io.roomcast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoomcastJsonDialectTest {

    private final Dialect dialect = new RoomcastJsonDialect(true);
    private final Dialect.Conversation conversation = dialect.converse("relay/1");
    private final TestLine line = new TestLine();
    private final List<String> heard = new ArrayList<>();

    @Test
    void itSaysHelloThenJoinsThenIsInTheRoom() throws Exception {
        conversation.opened(line);
        receive("{\"welcome\":{\"peer\":\"p\",\"limits\":{\"maxRooms\":1},\"resume\":\"t\"}}\n");
        assertThat(conversation.joined()).isFalse();
        receive("{\"joined\":{\"room\":\"relay/1\",\"ref\":1}}\n");

        assertThat(conversation.joined()).isTrue();
        assertThat(sent())
                .containsExactly(
                        "{\"hello\":{\"agent\":\"roomcast-benchmarks\",\"resumable\":true}}",
                        "{\"join\":{\"room\":\"relay/1\",\"ref\":1}}");
    }

    @Test
    void itHearsEveryLineOfAMessageAndAcknowledgesThem() throws Exception {
        receive("{\"welcome\":{\"peer\":\"p\",\"resume\":\"t\"}}\n");
        receive("{\"message\":{\"room\":\"relay/1\",\"event\":\"signal\",\"from\":\"q\",\"text\":\"ä \\\"1\\\"\"}}\n"
                + "{\"message\":{\"room\":\"relay/1\",\"event\":\"signal\",\"from\":\"q\",\"text\":\"2\"}}\n");
        assertThat(heard).containsExactly("ä \"1\"", "2");

        line.nanos = TimeUnit.SECONDS.toNanos(1);
        conversation.reminded(line);
        assertThat(sent()).last().isEqualTo("{\"ack\":{\"received\":2}}");
    }

    @Test
    void whatIsToldNamesItsAddressee() throws Exception {
        Dialect.Conversation other = dialect.converse("relay/1");
        other.received(bytes("{\"welcome\":{\"peer\":\"other\"}}"), new TestLine(), (bytes, offset, length) -> {});
        conversation.tell(other, "{\"a\":1}".getBytes(StandardCharsets.UTF_8), line);

        assertThat(sent())
                .containsExactly(
                        "{\"message\":{\"room\":\"relay/1\",\"event\":\"signal\",\"to\":\"other\",\"text\":\"{\\\"a\\\":1}\"}}");
    }

    @Test
    void anErrorOfTheServerMakesTheRunVoid() {
        assertThatThrownBy(() -> receive("{\"error\":{\"code\":5,\"text\":\"no such room\"}}\n"))
                .isInstanceOf(VoidRunException.class)
                .hasMessageContaining("no such room");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private void receive(String message) throws Exception {
        conversation.received(bytes(message), line, (bytes, offset, length) -> {
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
