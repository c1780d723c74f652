package io.roomcast.runtime.transport.websocket;

import java.nio.ByteBuffer;

/**
 * Checks UTF-8 piece by piece, as strictly as table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing
 * above U+10FFFF. What is known after a piece fits an {@code int}: how many bytes the character still needs and the range of
 * the next one.
 */
final class Utf8 {

    /** Between two characters; where every text begins and must end. */
    static final int COMPLETE = 0;

    /** Not UTF-8, whatever follows. */
    static final int INVALID = -1;

    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /** Returns the state after {@code buffer[from…to)}. */
    static int check(int before, ByteBuffer buffer, int from, int to) {
        int state = before;
        int at = from;
        while (at < to) {
            if (state == COMPLETE) {
                while (to - at >= Long.BYTES && (buffer.getLong(at) & HIGH_BITS) == 0) {
                    at += Long.BYTES;
                }
                if (at == to) {
                    break;
                }
                byte first = buffer.get(at++);
                if (first < 0) {
                    state = afterFirst(first & 0xFF);
                }
            } else {
                int next = buffer.get(at++) & 0xFF;
                if (next < (state >> 8 & 0xFF) || next > (state >> 16)) {
                    return INVALID;
                }
                int needed = (state & 0xFF) - 1;
                state = needed == 0 ? COMPLETE : needs(needed, 0x80, 0xBF);
            }
            if (state == INVALID) {
                return INVALID;
            }
        }
        return state;
    }

    private static int afterFirst(int first) {
        if (first < 0xC2) {
            return INVALID;
        }
        if (first < 0xE0) {
            return needs(1, 0x80, 0xBF);
        }
        if (first < 0xF0) {
            return needs(2, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
        }
        if (first < 0xF5) {
            return needs(3, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
        }
        return INVALID;
    }

    private static int needs(int bytes, int lowest, int highest) {
        return bytes | lowest << 8 | highest << 16;
    }
}
