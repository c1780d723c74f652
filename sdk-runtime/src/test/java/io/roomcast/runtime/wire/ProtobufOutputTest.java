package io.roomcast.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.roomcast.Message;
import io.roomcast.runtime.wire.proto.Error;
import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Limits;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Route;
import io.roomcast.runtime.wire.proto.Welcome;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written from its end to its front is what the generated classes write. */
class ProtobufOutputTest {

    private static final int[] NUMBERS = {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, Integer.MIN_VALUE, -1};
    private static final long[] LONGS = {0, 1, 300, 1L << 34, 1L << 62, Long.MIN_VALUE, -1};
    private static final String[] TEXTS = {"", "a", "zürich ☃ 𝄞", "x".repeat(127), "x".repeat(128), "ab".repeat(9_000)
    };

    private final Random random = Seed.random("frames against the generated classes");

    @Test
    void aNestedMessageStandsInItsPlace() {
        for (int i = 0; i < 300; i++) {
            compareANestedMessage();
        }
    }

    private void compareANestedMessage() {
        Welcome expected = Welcome.newBuilder()
                .setPeer(text())
                .setNode(text())
                .setLimits(Limits.newBuilder().setMaxMessageBytes(number()).setMaxRooms(number()))
                .setPingIntervalMs(number())
                .setResumed(random.nextBoolean())
                .setReceived(big())
                .build();
        ProtobufOutput out = new ProtobufOutput(random.nextInt(64))
                .uint64(Welcome.RECEIVED_FIELD_NUMBER, expected.getReceived())
                .bool(Welcome.RESUMED_FIELD_NUMBER, expected.getResumed())
                .uint32(Welcome.PING_INTERVAL_MS_FIELD_NUMBER, expected.getPingIntervalMs());
        int behind = out.size();
        out.uint32(Limits.MAX_ROOMS_FIELD_NUMBER, expected.getLimits().getMaxRooms())
                .uint32(
                        Limits.MAX_MESSAGE_BYTES_FIELD_NUMBER,
                        expected.getLimits().getMaxMessageBytes())
                .message(Welcome.LIMITS_FIELD_NUMBER, behind)
                .string(Welcome.NODE_FIELD_NUMBER, expected.getNode())
                .string(Welcome.PEER_FIELD_NUMBER, expected.getPeer());
        assertThat(out.toBytes()).isEqualTo(expected.toByteArray());
    }

    @Test
    void whatRepeatsKeepsItsOrder() {
        for (int i = 0; i < 50; i++) {
            compareRepeated(i);
        }
    }

    private void compareRepeated(int count) {
        Joined.Builder expected = Joined.newBuilder();
        for (int i = 0; i < count; i++) {
            expected.addRoutes(Route.newBuilder().setRoute(number()).setEvent(text()));
        }
        ProtobufOutput out = new ProtobufOutput(0);
        for (int i = count - 1; i >= 0; i--) {
            Route route = expected.getRoutes(i);
            int behind = out.size();
            out.string(Route.EVENT_FIELD_NUMBER, route.getEvent())
                    .uint32(Route.ROUTE_FIELD_NUMBER, route.getRoute())
                    .message(Joined.ROUTES_FIELD_NUMBER, behind);
        }
        assertThat(out.toBytes()).isEqualTo(expected.build().toByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 5_000, 70_000})
    void aPayloadIsCopiedWhole(int size) {
        byte[] payload = new byte[size];
        random.nextBytes(payload);
        ProtobufOutput out = new ProtobufOutput(10)
                .payload(Reply.PAYLOAD_FIELD_NUMBER, Message.of("e", payload))
                .uint32(Reply.ID_FIELD_NUMBER, 7);
        assertThat(out.toBytes())
                .isEqualTo(Reply.newBuilder()
                        .setId(7)
                        .setPayload(ByteString.copyFrom(payload))
                        .build()
                        .toByteArray());
    }

    @Test
    void nothingButDefaultsIsNothing() {
        ProtobufOutput out = new ProtobufOutput(0)
                .string(Error.TEXT_FIELD_NUMBER, "")
                .bool(Error.TERMINAL_FIELD_NUMBER, false)
                .uint32(Error.CODE_FIELD_NUMBER, 0)
                .payload(Reply.PAYLOAD_FIELD_NUMBER, Message.of("e"))
                .bytes(Joined.SNAPSHOT_FIELD_NUMBER, new byte[0]);
        assertThat(out.toBytes()).isEmpty();
    }

    @Test
    void aLoneSurrogateBecomesAQuestionMark() {
        byte[] bytes = new ProtobufOutput(0).string(1, "a\ud800b").toBytes();
        assertThat(bytes).containsExactly(0x0a, 3, 'a', '?', 'b');
    }

    private int number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private long big() {
        return LONGS[random.nextInt(LONGS.length)];
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }
}
