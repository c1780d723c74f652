package io.roomcast.runtime.wire;

import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
final class Utf8 {

    private Utf8() {}

    static boolean isValid(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes).isValidUtf8();
    }

    /** Returns the text of {@code buffer[from…to)}, or null if those bytes are not UTF-8. The buffer's position stays. */
    static @Nullable String decode(ByteBuffer buffer, int from, int to) {
        int length = to - from;
        byte[] bytes;
        int offset;
        if (buffer.hasArray()) {
            bytes = buffer.array();
            offset = buffer.arrayOffset() + from;
        } else {
            bytes = new byte[length];
            buffer.get(from, bytes);
            offset = 0;
        }
        if (isAscii(bytes, offset, length)) {
            return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        }
        return UnsafeByteOperations.unsafeWrap(bytes, offset, length).isValidUtf8()
                ? new String(bytes, offset, length, StandardCharsets.UTF_8)
                : null;
    }

    /** Returns the index of the first surrogate that stands alone, −1 if the text has none and so can be encoded. */
    static int loneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    private static boolean isAscii(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }
}
