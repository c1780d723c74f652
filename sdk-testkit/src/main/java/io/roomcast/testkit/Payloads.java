package io.roomcast.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Payloads as people read them. */
final class Payloads {

    private static final int MOST_CHARS = 120;
    private static final int MOST_BYTES = 24;

    private Payloads() {}

    /** Returns text in quotes, other bytes in hex; both cut short. */
    static String shown(byte[] payload) {
        try {
            return quoted(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString());
        } catch (CharacterCodingException notText) {
            String hex = HexFormat.of().formatHex(Arrays.copyOf(payload, Math.min(MOST_BYTES, payload.length)));
            return payload.length + " bytes " + hex + (payload.length > MOST_BYTES ? "…" : "");
        }
    }

    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().limit(MOST_CHARS).forEach(c -> {
            if (c == '\n') {
                quoted.append("\\n");
            } else if (c == '"') {
                quoted.append("\\\"");
            } else if (c < ' ' || c == 0x7F) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return text.length() > MOST_CHARS
                ? quoted + "…\" (" + text.length() + " characters)"
                : quoted.append('"').toString();
    }
}
