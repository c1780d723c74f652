package io.roomcast.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Message;
import io.roomcast.runtime.transport.Chunk;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for all frames, tried on random ones. */
class WirePropertiesTest {

    static List<WireFormat> formats() {
        return WireFormats.byPreference();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void joinedMessagesOfClientsAreReadAsAllTheirFramesInOrder(WireFormat format) throws Exception {
        Random random = Seed.random("joined messages of " + format.subprotocol());
        SampleMessages samples = new SampleMessages(random);
        for (int round = 0; round < 500; round++) {
            List<ClientFrame> frames = new ArrayList<>();
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            for (int n = random.nextInt(8); n >= 0; n--) {
                ClientFrame frame = samples.frame(format);
                frames.add(frame);
                message.writeBytes(SampleMessages.encode(format, frame));
            }

            assertThat(FrameRecorder.read(format, message.toByteArray())).isEqualTo(frames);
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void joinedChunksOfTheServerAreReadAsAllTheirFramesInOrder(WireFormat format) throws Exception {
        Random random = Seed.random("joined chunks of " + format.subprotocol());
        RoomKey room = new RoomKey(7, "chat/7");
        for (int round = 0; round < 300; round++) {
            List<ClientFrame> expected = new ArrayList<>();
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            for (int n = random.nextInt(8); n >= 0; n--) {
                Message sent = Message.of("say", payload(random));
                String payload = HexFormat.of().formatHex(sent.bytes());
                // Of what a server sends, a reader for servers knows messages; the others count as unknown frames.
                switch (random.nextInt(format.usesRoutes() ? 4 : 3)) {
                    case 0 -> {
                        message.writeBytes(bytes(format.message(room, "somebody", sent)));
                        expected.add(
                                format.usesRoutes()
                                        ? new ClientFrame.Sent(7, null, "say", null, payload)
                                        : new ClientFrame.Sent(0, "chat/7", "say", null, payload));
                    }
                    case 1 -> {
                        message.writeBytes(bytes(format.joined(room, 1, sent.bytes(), List.of())));
                        expected.add(new ClientFrame.Unknown());
                    }
                    case 2 -> {
                        message.writeBytes(bytes(format.error(1, "text", 2, true, "room")));
                        expected.add(new ClientFrame.Unknown());
                    }
                    default -> {
                        message.writeBytes(bytes(format.data(300, sent)));
                        expected.add(new ClientFrame.Data(300, payload));
                    }
                }
            }

            assertThat(FrameRecorder.read(format, message.toByteArray())).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyPayloadComesBackByteForByte(WireFormat format) throws Exception {
        Random random = Seed.random("payloads in " + format.subprotocol());
        for (int round = 0; round < 3000; round++) {
            byte[] payload = payload(random);
            Message message = Message.of("say", payload);

            List<ClientFrame> read = FrameRecorder.read(format, bytes(format.message(null, null, message)));

            assertThat(read)
                    .containsExactly(new ClientFrame.Sent(
                            0, null, "say", null, HexFormat.of().formatHex(payload)));
        }
    }

    /** Every code point there is, and every single byte: what is text goes as text, the rest as base64. */
    @ParameterizedTest
    @MethodSource("formats")
    void everyCharacterAndEveryByteComesBack(WireFormat format) throws Exception {
        for (int block = 0; block <= Character.MAX_CODE_POINT; block += 0x800) {
            StringBuilder text = new StringBuilder();
            for (int codePoint = block; codePoint < block + 0x800; codePoint++) {
                if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                    text.appendCodePoint(codePoint);
                }
            }
            comesBack(format, text.toString().getBytes(StandardCharsets.UTF_8));
        }
        for (int value = 0; value < 256; value++) {
            comesBack(format, new byte[] {(byte) value});
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void loneSurrogatesOfTheApplicationBecomeQuestionMarks(WireFormat format) throws Exception {
        byte[] sent = bytes(format.message(null, null, Message.of("a\ud83db")));

        assertThat(FrameRecorder.read(format, sent)).containsExactly(new ClientFrame.Sent(0, null, "a?b", null, ""));
        assertThat(new String(bytes(format.goAway(0, "\ude80")), StandardCharsets.UTF_8))
                .contains("?");
        assertThat(new String(bytes(format.error(1, "x\ud83d", 0, false, "")), StandardCharsets.UTF_8))
                .contains("x?");
    }

    private static void comesBack(WireFormat format, byte[] payload) throws WireException {
        byte[] sent = bytes(format.message(null, null, Message.of("e", payload)));

        assertThat(FrameRecorder.read(format, sent))
                .containsExactly(
                        new ClientFrame.Sent(0, null, "e", null, HexFormat.of().formatHex(payload)));
    }

    private static byte[] payload(Random random) {
        byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 8 : 3000)];
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) random.nextInt(128);
                }
            }
            default -> {
                bytes = random.ints(bytes.length, 0, Character.MAX_CODE_POINT + 1)
                        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString()
                        .getBytes(StandardCharsets.UTF_8);
                if (bytes.length > 0 && random.nextInt(4) == 0) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) 0x80;
                }
            }
        }
        return bytes;
    }

    private static byte[] bytes(Chunk chunk) {
        java.nio.ByteBuffer target = java.nio.ByteBuffer.allocate(chunk.size());
        chunk.writeTo(target);
        return target.array();
    }
}
