package io.roomcast.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.protobuf.CodedOutputStream;
import com.sun.management.ThreadMXBean;
import io.roomcast.runtime.wire.Vectors.Vector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Hostile input: nothing but a {@link WireException} comes of it, at a price in proportion to its size. */
class WireFuzzTest {

    private static final int ROUNDS = 40_000;
    private static final int MEGABYTE = 1 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static List<WireFormat> formats() {
        return WireFormats.byPreference();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void brokenInputIsRefusedCheaplyOrRead(WireFormat format) {
        Random random = Seed.random("mutations of " + format.subprotocol());
        List<byte[]> seeds = seeds(format);
        // Loading classes allocates too, and is not what is measured.
        for (Vector vector : Vectors.all()) {
            if (vector.bytes(format) != null) {
                refuses(format, vector.bytes(format));
            }
        }
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] input = mutated(seeds.get(random.nextInt(seeds.size())), seeds, random);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            if (refuses(format, input)) {
                refused++;
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated)
                    .as("bytes allocated for %s", HexFormat.of().formatHex(input))
                    .isLessThan(64 * 1024 + 200L * input.length);
        }
        assertThat(refused).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
    }

    private static boolean refuses(WireFormat format, byte[] input) {
        try {
            format.read(ByteBuffer.wrap(input), new IgnoredFrames());
            return false;
        } catch (WireException expected) {
            assertThat(expected.getMessage().length()).isLessThan(500);
            return true;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError unexpected) {
            throw new AssertionError("input " + HexFormat.of().formatHex(input), unexpected);
        }
    }

    /** Both refuse or both read the same. Where not, it is a bound that only we have, or inside a frame that only servers send. */
    @Test
    void brokenProtobufMeansWhatTheGeneratedClassesSay() {
        WireFormat format = new ProtobufFormat();
        Random random = Seed.random("mutations against the generated classes");
        List<byte[]> seeds = seeds(format);
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] input = mutated(seeds.get(random.nextInt(seeds.size())), seeds, random);
            String hex = HexFormat.of().formatHex(input);
            List<ClientFrame> theirs = generated(input);
            try {
                List<ClientFrame> ours = FrameRecorder.read(format, input);
                if (theirs == null) {
                    assertThat(GeneratedReader.isWellFormedToAServer(input))
                            .as(hex)
                            .isTrue();
                } else {
                    assertThat(ours).as(hex).isEqualTo(theirs);
                    read++;
                }
            } catch (WireException refusal) {
                if (theirs != null) {
                    // "varint is longer": protobuf-java's skipField refuses such an unknown field as we do, its unknown
                    // field set,
                    // read on another path, takes the first ten bytes.
                    assertThat(refusal.getMessage())
                            .as(hex)
                            .matches(
                                    "(?s).*(bad field tag|varint is longer|length is \\d{10,}|groups are nested|route is|room is|hello\\.agent has|hello\\.token has|hello\\.resume has).*");
                }
            }
        }
        assertThat(read).isGreaterThan(ROUNDS / 20);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void aMegabyteOfMaliceTakesLinearTimeAndSpace(String name, WireFormat format, byte[] input) {
        long allocated = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            refuses(format, input);
            return THREADS.getCurrentThreadAllocatedBytes() - before;
        });

        assertThat(allocated / input.length)
                .as("bytes allocated per byte of input")
                .isLessThan(200);
    }

    static Stream<Arguments> hostile() {
        WireFormat protobuf = new ProtobufFormat();
        WireFormat json = new JsonFormat();
        String key = "{\"future\":{";
        StringBuilder keys = new StringBuilder(key);
        for (int i = 0; keys.length() < MEGABYTE; i++) {
            keys.append('"').append(Integer.toString(i, 36)).append("\":0,");
        }
        return Stream.of(
                Arguments.of("pings without content", protobuf, filled("0a03006200")),
                Arguments.of("empty frames", protobuf, filled("0a0100")),
                Arguments.of("empty data", protobuf, filled("0a0101")),
                Arguments.of("unknown fields", protobuf, filled("1000")),
                Arguments.of("groups that open and close", protobuf, filled("1314")),
                Arguments.of("groups that open", protobuf, filled("13")),
                Arguments.of("varints that do not end", protobuf, filled("ff")),
                Arguments.of("one body in many pieces", protobuf, element(filled("6200"))),
                Arguments.of("bodies that replace each other", protobuf, element(filled("1a030a01612a020801"))),
                Arguments.of("one name many times", protobuf, element(delimited(3, filled("0a0161")))),
                Arguments.of("a long name", protobuf, element(delimited(3, delimited(1, filled("c3bc"))))),
                Arguments.of("an opening bracket", json, text("[")),
                Arguments.of("nested objects", json, text("{\"a\":")),
                Arguments.of("empty lines", json, text("\n")),
                Arguments.of("spaces", json, text(" ")),
                Arguments.of("small frames", json, text("{\"a\":0}\n")),
                Arguments.of("wishes for pages", protobuf, filled("0a0500a2010102")),
                Arguments.of("small wishes for pages", json, text("{\"history\":{\"after\":9}}\n")),
                Arguments.of("small pings", json, text("{\"ping\":{}}\n")),
                Arguments.of("many keys", json, (keys + "\"z\":0}}").getBytes(StandardCharsets.UTF_8)),
                Arguments.of(
                        "a long number",
                        json,
                        (key + "\"a\":" + "9".repeat(MEGABYTE)).getBytes(StandardCharsets.UTF_8)),
                Arguments.of("a long key", json, ("{\"" + "k".repeat(MEGABYTE)).getBytes(StandardCharsets.UTF_8)),
                Arguments.of("a long token", json, ("x".repeat(MEGABYTE)).getBytes(StandardCharsets.UTF_8)),
                Arguments.of(
                        "a long text of escapes",
                        json,
                        ("{\"join\":{\"text\":\"" + "\\u00fc".repeat(MEGABYTE / 6) + "\"}}")
                                .getBytes(StandardCharsets.UTF_8)),
                Arguments.of(
                        "a string that does not end",
                        json,
                        ("{\"join\":{\"text\":\"" + "ü".repeat(MEGABYTE / 2)).getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] filled(String hex) {
        return HexFormat.of().parseHex(hex.repeat(2 * MEGABYTE / hex.length()));
    }

    private static byte[] text(String part) {
        return part.repeat(MEGABYTE / part.length()).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] element(byte[] frame) {
        byte[] element = new byte[frame.length + 1];
        System.arraycopy(frame, 0, element, 1, frame.length);
        return delimited(1, element);
    }

    private static byte[] delimited(int field, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeByteArray(field, content);
            out.flush();
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return bytes.toByteArray();
    }

    private static List<byte[]> seeds(WireFormat format) {
        List<byte[]> seeds = new ArrayList<>();
        for (Vector vector : Vectors.all()) {
            byte[] bytes = vector.bytes(format);
            if (vector.error() == null && bytes != null && bytes.length > 0 && bytes.length < 2000) {
                seeds.add(bytes);
            }
        }
        return seeds;
    }

    private static byte[] mutated(byte[] seed, List<byte[]> seeds, Random random) {
        byte[] bytes = seed;
        for (int n = random.nextInt(3); n >= 0; n--) {
            int at = random.nextInt(bytes.length + 1);
            int length = random.nextInt(Math.min(16, bytes.length - at) + 1);
            bytes = switch (random.nextInt(7)) {
                case 0 -> spliced(bytes, at, length, new byte[0]);
                case 1 -> spliced(bytes, at, 0, new byte[] {(byte) random.nextInt(256)});
                case 2 -> spliced(bytes, at, Math.min(1, length), new byte[] {(byte) (1 << random.nextInt(8))});
                case 3 -> spliced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
                case 4 -> spliced(bytes, at, Math.min(1, length), HexFormat.of().parseHex("ffffffff07"));
                case 5 -> spliced(bytes, at, length, seeds.get(random.nextInt(seeds.size())));
                default -> flipped(bytes, random);
            };
        }
        return bytes;
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        byte[] result = bytes.clone();
        if (result.length > 0) {
            result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return result;
    }

    private static byte[] spliced(byte[] bytes, int at, int cut, byte[] put) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        out.writeBytes(put);
        out.write(bytes, at + cut, bytes.length - at - cut);
        return out.toByteArray();
    }

    private static @Nullable List<ClientFrame> generated(byte[] input) {
        try {
            return GeneratedReader.read(input);
        } catch (IOException refused) {
            return null;
        }
    }
}
