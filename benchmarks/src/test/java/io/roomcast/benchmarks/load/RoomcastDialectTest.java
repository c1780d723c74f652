package io.roomcast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.roomcast.runtime.wire.proto.Batch;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Pong;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Route;
import io.roomcast.runtime.wire.proto.Welcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoomcastDialectTest {

    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);

    private final Dialect.Conversation conversation =
            new RoomcastDialect(SignalForm.STRUCTURED_EACH, true).converse("bench/x");
    private final TestLine line = new TestLine();
    private final List<byte[]> sent = line.sent;
    private final List<String> heard = new ArrayList<>();

    @Test
    void itSaysHelloAndJoinsInOneMessageThenIsInTheRoom() throws Exception {
        conversation.opened(line);
        assertThat(sent).hasSize(1);
        assertThat(sentFrame(0).hasHello()).isTrue();
        Batch batch = Batch.parseFrom(sent.get(0));
        assertThat(batch.getFramesCount()).isEqualTo(2);
        Frame second = Frame.parseFrom(batch.getFrames(1).substring(1));
        assertThat(second.getJoin().getRoom()).isEqualTo("bench/x");

        receive(frame(Frame.newBuilder().setWelcome(Welcome.newBuilder().setPeer("p"))));
        assertThat(sent).hasSize(1);
        assertThat(conversation.joined()).isFalse();

        receive(joined(Joined.newBuilder().setNumber(3)));
        assertThat(conversation.joined()).isTrue();
    }

    @Test
    void itSpellsOutMessagesUntilThereIsARoute() throws Exception {
        receive(joined(Joined.newBuilder().setNumber(3)));
        conversation.publish(PAYLOAD, line);
        assertThat(sentFrame(0).getMessage())
                .isEqualTo(Message.newBuilder()
                        .setRoom(3)
                        .setEvent("bench")
                        .setPayload(ByteString.copyFrom(PAYLOAD))
                        .build());

        receive(frame(Frame.newBuilder()
                .setRoute(Route.newBuilder().setRoute(300).setRoom(3).setEvent("bench"))));
        conversation.publish(PAYLOAD, line);
        assertThat(Batch.parseFrom(sent.get(1)).getFrames(0))
                .isEqualTo(ByteString.copyFrom(new byte[] {(byte) 0xac, 2}).concat(ByteString.copyFrom(PAYLOAD)));
    }

    @Test
    void itHearsRoutedAndSpelledOutMessagesOfOneBatch() throws Exception {
        receive(joined(Joined.newBuilder()
                .setNumber(3)
                .addRoutes(Route.newBuilder().setRoute(1).setRoom(3).setEvent("bench"))));

        ByteString routed = ByteString.copyFrom(new byte[] {1}).concat(ByteString.copyFromUtf8("one"));
        ByteString spelledOut = frame(Frame.newBuilder()
                .setMessage(
                        Message.newBuilder().setRoom(3).setEvent("bench").setPayload(ByteString.copyFromUtf8("two"))));
        receive(routed, spelledOut, ByteString.copyFrom(new byte[] {1}).concat(ByteString.copyFromUtf8("three")));

        assertThat(heard).containsExactly("one", "two", "three");
    }

    @Test
    void itAsksForASessionThatCanBeResumed() throws Exception {
        conversation.opened(line);

        assertThat(sentFrame(0).getHello().getResumable()).isTrue();
    }

    @Test
    void itAcknowledgesWhatIsNumberedASecondAfterTheFirst() throws Exception {
        receive(welcome("token"));
        receive(joined(Joined.newBuilder()
                .setNumber(3)
                .addRoutes(Route.newBuilder().setRoute(1).setRoom(3).setEvent("bench"))));
        receive(frame(Frame.newBuilder().setPong(Pong.getDefaultInstance())));
        receive(ByteString.copyFrom(new byte[] {1, 'x'}), ByteString.copyFrom(new byte[] {1, 'y'}));
        sent.clear();
        line.nanos = TimeUnit.SECONDS.toNanos(1);
        conversation.reminded(line);

        assertThat(sentFrame(0).getAck().getReceived()).isEqualTo(3);
    }

    @Test
    void itAcknowledgesNothingToAServerThatKeepsNothing() throws Exception {
        receive(welcome(""));
        for (int i = 0; i < 200; i++) {
            receive(joined(Joined.newBuilder().setNumber(3)));
        }

        assertThat(sent).isEmpty();
        assertThat(line.reminders).isEmpty();
    }

    @Test
    void whatIsToldNamesItsAddressee() throws Exception {
        Dialect.Conversation other = new RoomcastDialect(SignalForm.STRUCTURED_EACH, true).converse("bench/x");
        other.received(
                ByteBuffer.wrap(Batch.newBuilder()
                        .addFrames(frame(Frame.newBuilder()
                                .setWelcome(Welcome.newBuilder().setPeer("other"))))
                        .build()
                        .toByteArray()),
                line,
                (bytes, offset, length) -> {});
        sent.clear();
        receive(joined(Joined.newBuilder().setNumber(3)));
        conversation.tell(other, PAYLOAD, line);

        assertThat(sentFrame(0).getMessage())
                .isEqualTo(Message.newBuilder()
                        .setRoom(3)
                        .setEvent("signal")
                        .setTo("other")
                        .setPayload(ByteString.copyFrom(PAYLOAD))
                        .build());
    }

    @Test
    void repliesAreHeardInTheOrderOfTheirRequests() throws Exception {
        conversation.ask(PAYLOAD, line);
        conversation.ask(PAYLOAD, line);
        assertThat(sentFrame(1).getRequest().getId()).isEqualTo(2);

        receive(reply(1));
        assertThat(heard).containsExactly("answer");
        assertThatThrownBy(() -> receive(reply(3))).isInstanceOf(VoidRunException.class);
    }

    private static ByteString reply(int id) {
        return frame(Frame.newBuilder()
                .setReply(Reply.newBuilder().setId(id).setPayload(ByteString.copyFromUtf8("answer"))));
    }

    private static ByteString welcome(String token) {
        return frame(
                Frame.newBuilder().setWelcome(Welcome.newBuilder().setPeer("p").setResume(token)));
    }

    @Test
    void anErrorOfTheServerMakesTheRunVoid() {
        assertThatThrownBy(() -> receive(frame(Frame.newBuilder()
                        .setError(io.roomcast.runtime.wire.proto.Error.newBuilder()
                                .setCode(5)
                                .setText("no such room")))))
                .isInstanceOf(VoidRunException.class)
                .hasMessageContaining("no such room");
    }

    private void receive(ByteString... elements) throws Exception {
        byte[] batch =
                Batch.newBuilder().addAllFrames(List.of(elements)).build().toByteArray();
        conversation.received(ByteBuffer.wrap(batch), line, (bytes, offset, length) -> {
            byte[] payload = new byte[length];
            bytes.get(offset, payload);
            heard.add(new String(payload, StandardCharsets.UTF_8));
        });
    }

    private static ByteString joined(Joined.Builder joined) {
        return frame(Frame.newBuilder().setJoined(joined));
    }

    private static ByteString frame(Frame.Builder frame) {
        return ByteString.copyFrom(new byte[] {0}).concat(frame.build().toByteString());
    }

    private Frame sentFrame(int index) throws Exception {
        ByteString element = Batch.parseFrom(sent.get(index)).getFrames(0);
        assertThat(element.byteAt(0)).isZero();
        return Frame.parseFrom(element.substring(1));
    }
}
