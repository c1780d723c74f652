package io.roomcast.runtime.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.runtime.environment.RateLimit;
import io.roomcast.runtime.transport.MessageType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {

    private static final int CONTROL_FRAMES_PER_SECOND = 20;
    private static final ConnectionLimits LIMITS = new ConnectionLimits(
            70_000, 8, new RateLimit(CONTROL_FRAMES_PER_SECOND, TimeUnit.SECONDS.toNanos(1)), 1000, 1000);
    private static final int KEY = 0x37FA213D;

    private final ManualClock clock = new ManualClock();

    /** The mask is 00000000, so that what follows can be read. */
    @ParameterizedTest
    @CsvSource({
        "an unmasked text frame,                     8100, 1002",
        "an unmasked ping,                           8900, 1002",
        "RSV1,                                       c180, 1002",
        "RSV2,                                       a180, 1002",
        "RSV3,                                       9180, 1002",
        "opcode 3,                                   8380, 1002",
        "opcode 7,                                   8780, 1002",
        "opcode 11,                                  8b80, 1002",
        "opcode 15,                                  8f80, 1002",
        "a fragmented ping,                          0980, 1002",
        "a ping of 126 bytes,                        89fe, 1002",
        "a ping with a 64-bit length,                89ff, 1002",
        "a continuation of nothing,                  8080, 1002",
        "a text inside a text,                       018000000000 8180, 1002",
        "a binary inside a text,                     018000000000 8280, 1002",
        "a continuation after the end,               818000000000 8080, 1002",
        "125 in 16 bits,                             82fe007d00000000, 1002",
        "65535 in 64 bits,                           82ff000000000000ffff00000000, 1002",
        "the highest bit of a length,                82ff800000000000000100000000, 1002",
        "all bits of a length,                       82ffffffffffffffffff00000000, 1002",
        "one byte over the limit,                    82ff000000000001117100000000, 1009",
        "far over the limit,                         82ff7fffffffffffffff00000000, 1009",
        "a close of one byte,                        888100000000 03, 1002",
        "close code 999,                             888200000000 03e7, 1002",
        "close code 1004,                            888200000000 03ec, 1002",
        "close code 1005,                            888200000000 03ed, 1002",
        "close code 1006,                            888200000000 03ee, 1002",
        "close code 1015,                            888200000000 03f7, 1002",
        "close code 2999,                            888200000000 0bb7, 1002",
        "close code 5000,                            888200000000 1388, 1002",
        "close code 65535,                           888200000000 ffff, 1002",
        "a close reason that is not UTF-8,           888300000000 03e8ff, 1007",
        "a close reason with half a character,       888300000000 03e8c3, 1007",
        "text that is not UTF-8,                     818200000000 c328, 1007",
        "text with half a character,                 818100000000 c3, 1007",
        "text with a surrogate,                      818300000000 eda080, 1007",
        "text over U+10FFFF,                         818400000000 f4908080, 1007",
        "an overlong slash,                          818200000000 c0af, 1007",
        "half a character at the end of fragments,   018100000000 c3 808000000000, 1007",
        "a bad character early in a long fragment,   01fe010000000000 ff, 1007",
    })
    void whatTheRfcForbidsIsRefused(String what, String hex, int code) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThat(readWhole(bytes)).as(what).endsWith("error " + code);
        assertThat(readBytewise(bytes)).as(what + ", byte by byte").endsWith("error " + code);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4000, 4999})
    void closeCodesThatMayBeSentArrive(int code) {
        byte[] payload = ByteBuffer.allocate(5)
                .putShort((short) code)
                .put("bye".getBytes(StandardCharsets.UTF_8))
                .array();
        assertThat(readWhole(frame(true, Opcode.CLOSE, payload))).containsExactly("close " + code + " bye");
    }

    @Test
    void aCloseWithoutACodeIs1005AndNothingIsReadAfterIt() {
        byte[] bytes = join(frame(true, Opcode.CLOSE, new byte[0]), frame(true, Opcode.TEXT, new byte[1]));
        assertThat(readWhole(bytes)).containsExactly("close 1005 ");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 125, 126, 127, 65_535, 65_536, 70_000})
    void aMessageOfAnySizeUpToTheLimitArrives(int size) {
        byte[] payload = new byte[size];
        new Random(size).nextBytes(payload);
        List<String> expected = List.of("binary " + NaiveReader.hex(payload));
        byte[] bytes = frame(true, Opcode.BINARY, payload);
        assertThat(readWhole(bytes)).isEqualTo(expected);
        assertThat(readBytewise(bytes)).isEqualTo(expected);
    }

    @Test
    void theLimitCountsAllFragmentsTogetherAndIsEnforcedFromTheHeader() {
        byte[] first = frame(false, Opcode.BINARY, new byte[50_000]);
        byte[] second = Arrays.copyOf(frame(true, Opcode.CONTINUATION, new byte[20_001]), 8);
        assertThat(readWhole(join(first, second))).containsExactly("error 1009");
        assertThat(readWhole(join(first, frame(true, Opcode.CONTINUATION, new byte[20_000]))))
                .hasSize(1);
    }

    @Test
    void moreFragmentsThanAllowedAreRefused() {
        byte[] bytes = frame(false, Opcode.TEXT, new byte[0]);
        for (int i = 1; i < LIMITS.maxFragments(); i++) {
            bytes = join(bytes, frame(false, Opcode.CONTINUATION, new byte[0]));
        }
        assertThat(readWhole(bytes)).isEmpty();
        assertThat(readWhole(join(bytes, frame(true, Opcode.CONTINUATION, new byte[0]))))
                .containsExactly("error 1009");
    }

    @Test
    void moreControlFramesThanAllowedAreRefused() {
        byte[] ping = frame(true, Opcode.PING, new byte[0]);
        byte[] bytes = ping;
        for (int i = 1; i < 2 * CONTROL_FRAMES_PER_SECOND; i++) {
            bytes = join(bytes, ping);
        }
        assertThat(readWhole(bytes)).hasSize(40).doesNotContain("error 4003");
        assertThat(readWhole(join(bytes, frame(true, Opcode.PONG, new byte[0]))))
                .hasSize(41)
                .endsWith("error 4003");
    }

    @Test
    void aMessageInOnePieceIsHandedOnWhereItLies() throws FrameException {
        ByteBuffer in = ByteBuffer.allocateDirect(100);
        in.put(frame(true, Opcode.BINARY, new byte[] {1, 2, 3})).flip();
        FrameReader.ofClient(LIMITS, clock).read(in, new Silent() {
            @Override
            public boolean onMessage(MessageType type, ByteBuffer payload) {
                assertThat(payload).isSameAs(in);
                assertThat(payload.remaining()).isEqualTo(3);
                return true;
            }
        });
    }

    @Test
    void whatAHandlerDoesToTheBufferDoesNotMatter() throws FrameException {
        byte[] one = frame(true, Opcode.BINARY, new byte[300]);
        ByteBuffer in = ByteBuffer.wrap(join(one, join(one, one)));
        int[] messages = {0};
        FrameReader.ofClient(LIMITS, clock).read(in, new Silent() {
            @Override
            public boolean onMessage(MessageType type, ByteBuffer payload) {
                assertThat(payload.remaining()).isEqualTo(300);
                messages[0]++;
                payload.clear().order(ByteOrder.LITTLE_ENDIAN).limit(0);
                return true;
            }
        });
        assertThat(messages[0]).isEqualTo(3);
        assertThat(in.hasRemaining()).isFalse();
    }

    @Test
    void aHandlerEndsTheReading() throws FrameException {
        byte[] one = frame(true, Opcode.BINARY, new byte[3]);
        ByteBuffer in = ByteBuffer.wrap(join(one, one));
        int[] messages = {0};
        boolean goOn = FrameReader.ofClient(LIMITS, clock).read(in, new Silent() {
            @Override
            public boolean onMessage(MessageType type, ByteBuffer payload) {
                messages[0]++;
                return false;
            }
        });
        assertThat(goOn).isFalse();
        assertThat(messages[0]).isEqualTo(1);
        assertThat(in.remaining()).isEqualTo(one.length);
    }

    @Test
    void aClientReadsWhatAServerWritesAndRefusesMasks() throws FrameException {
        ByteBuffer bytes = ByteBuffer.allocate(100);
        FrameWriter.putHeader(bytes, true, Opcode.TEXT, 2);
        bytes.put("hi".getBytes(StandardCharsets.UTF_8)).flip();
        Recorder recorder = new Recorder();
        FrameReader.ofServer(LIMITS, clock).read(bytes, recorder);
        assertThat(recorder.events).containsExactly("text 6869");
        assertThat(read(FrameReader.ofServer(LIMITS, clock), frame(true, Opcode.TEXT, new byte[0]), 1000))
                .containsExactly("error 1002");
    }

    /** Random streams of frames, most of them valid, cut at random; held against a reader that knows no state. */
    @Test
    void anyStreamIsReadAsTheNaiveReaderDoes() {
        long seed = new Random().nextLong();
        System.out.println("anyStreamIsReadAsTheNaiveReaderDoes: seed " + seed);
        Random random = new Random(seed);
        ConnectionLimits limits = new ConnectionLimits(
                5000, Integer.MAX_VALUE, new RateLimit(1_000_000, TimeUnit.SECONDS.toNanos(1)), 1000, 1000);
        for (int round = 0; round < 20_000; round++) {
            byte[] stream = randomStream(random);
            List<String> expected = NaiveReader.read(stream, limits.maxMessageBytes());
            FrameReader reader = FrameReader.ofClient(limits, clock);
            assertThat(read(reader, stream, 1 + random.nextInt(random.nextBoolean() ? 20 : 3000)))
                    .as("round " + round + ": " + NaiveReader.hex(stream))
                    .isEqualTo(expected);
        }
    }

    private byte[] randomStream(Random random) {
        byte[] stream = new byte[0];
        boolean inMessage = false;
        for (int i = random.nextInt(8); i >= 0; i--) {
            byte[] payload = new byte[random.nextInt(random.nextInt(4) == 0 ? 3000 : 140)];
            Arrays.fill(payload, (byte) 'x');
            for (int j = random.nextInt(3); j > 0 && payload.length > 2; j--) {
                System.arraycopy(
                        new byte[] {(byte) 0xE2, (byte) 0x82, (byte) 0xAC},
                        0,
                        payload,
                        random.nextInt(payload.length - 2),
                        3);
            }
            boolean last = random.nextInt(3) > 0;
            int opcode = inMessage ? Opcode.CONTINUATION : 1 + random.nextInt(2);
            if (random.nextInt(4) == 0) {
                opcode = 9 + random.nextInt(2);
                last = true;
                payload = Arrays.copyOf(payload, Math.min(payload.length, 125));
            } else {
                inMessage = !last;
            }
            byte[] frame = frame(last, opcode, payload);
            if (random.nextInt(25) == 0) {
                frame[random.nextInt(Math.min(frame.length, 10))] ^= (byte) (1 << random.nextInt(8));
            }
            stream = join(stream, frame);
        }
        if (random.nextInt(3) == 0) {
            byte[] reason = ByteBuffer.allocate(4)
                    .putShort((short) (990 + random.nextInt(30)))
                    .put("ok".getBytes(StandardCharsets.UTF_8))
                    .array();
            stream = join(stream, frame(true, Opcode.CLOSE, reason));
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(stream, random.nextInt(stream.length)) : stream;
    }

    private List<String> readWhole(byte[] bytes) {
        return read(FrameReader.ofClient(LIMITS, clock), bytes, bytes.length);
    }

    private List<String> readBytewise(byte[] bytes) {
        return read(FrameReader.ofClient(LIMITS, clock), bytes, 1);
    }

    private static List<String> read(FrameReader reader, byte[] bytes, int step) {
        Recorder recorder = new Recorder();
        try {
            for (int at = 0; at < bytes.length; at += step) {
                byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + step));
                if (!reader.read(ByteBuffer.wrap(piece), recorder)) {
                    break;
                }
            }
        } catch (FrameException e) {
            recorder.events.add("error " + e.closeCode());
        }
        return recorder.events;
    }

    static byte[] frame(boolean last, int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        FrameWriter.putMaskedFrame(frame, last, opcode, ByteBuffer.wrap(payload), KEY);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    static byte[] join(byte[] first, byte[] second) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(first);
        joined.writeBytes(second);
        return joined.toByteArray();
    }

    private static class Silent implements FrameHandler {

        @Override
        public boolean onMessage(MessageType type, ByteBuffer payload) {
            return true;
        }

        @Override
        public boolean onPing(ByteBuffer payload) {
            return true;
        }

        @Override
        public boolean onPong(ByteBuffer payload) {
            return true;
        }

        @Override
        public void onClose(int code, String reason) {}
    }
}
