package io.roomcast.runtime.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {

    @Test
    void everyCharacterIsComplete() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                byte[] bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
                assertThat(check(bytes)).isEqualTo(Utf8.COMPLETE);
            }
        }
    }

    @Test
    void everyPairAndTripleOfBytesIsJudgedAsTheJdkDoes() {
        byte[] bytes = new byte[3];
        for (int i = 0; i < 1 << 24; i += 1 + (i & 7)) {
            bytes[0] = (byte) (i >> 16);
            bytes[1] = (byte) (i >> 8);
            bytes[2] = (byte) i;
            if (bytes[0] < 0) {
                assertThat(check(bytes) == Utf8.COMPLETE).isEqualTo(isUtf8(bytes));
            }
        }
    }

    @Test
    void everyStartOfFourBytesIsJudgedAsTheJdkDoes() {
        byte[] bytes = {0, 0, (byte) 0x80, (byte) 0xBF};
        for (int i = 0xF000; i < 0x10000; i++) {
            bytes[0] = (byte) (i >> 8);
            bytes[1] = (byte) i;
            assertThat(check(bytes) == Utf8.COMPLETE).isEqualTo(isUtf8(bytes));
        }
    }

    @Test
    void whereTheTextIsCutDoesNotMatter() {
        long seed = new Random().nextLong();
        System.out.println("whereTheTextIsCutDoesNotMatter: seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = randomText(random).getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            int state = Utf8.COMPLETE;
            for (int at = 0; at < bytes.length && state != Utf8.INVALID; ) {
                int next = Math.min(bytes.length, at + 1 + random.nextInt(12));
                state = Utf8.check(state, buffer, at, next);
                at = next;
            }
            assertThat(state == Utf8.COMPLETE).isEqualTo(isUtf8(bytes));
        }
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            int[] ranges = {0x80, 0x800, 0xD800, 0x110000};
            int codePoint = random.nextInt(ranges[random.nextInt(ranges.length)]);
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                text.appendCodePoint(codePoint);
            }
        }
        return text.toString();
    }

    private static int check(byte[] bytes) {
        return Utf8.check(Utf8.COMPLETE, ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
