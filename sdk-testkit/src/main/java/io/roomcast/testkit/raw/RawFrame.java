package io.roomcast.testkit.raw;

import java.nio.charset.StandardCharsets;

/**
 * A frame of RFC 6455 as the server sent it.
 *
 * @param last whether it ends its message
 * @param opcode what it is, see section 5.2
 * @param payload not a copy
 */
public record RawFrame(boolean last, int opcode, byte[] payload) {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int NO_STATUS = 1005;

    /** Returns the payload as text. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Returns the code of a close frame. */
    public int closeCode() {
        return payload.length < 2 ? NO_STATUS : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    }

    /** Returns the reason of a close frame. */
    public String closeReason() {
        return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        String kind = switch (opcode) {
            case CONTINUATION -> "continuation";
            case TEXT -> "text";
            case BINARY -> "binary";
            case CLOSE -> "close";
            case PING -> "ping";
            case PONG -> "pong";
            default -> "opcode " + opcode;
        };
        return kind + (last ? "" : " (not the last)") + " "
                + (opcode == CLOSE
                        ? closeCode() + " " + closeReason()
                        : opcode == TEXT ? text().strip() : payload.length + " bytes");
    }
}
