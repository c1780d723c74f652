package io.roomcast.runtime.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * RFC 6455 read slowly: all the bytes at once, one frame after another, no state between calls. What the fast reader is held
 * against.
 */
final class NaiveReader {

    private final int maxMessageBytes;
    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private int messageOpcode = -1;

    private NaiveReader(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    static List<String> read(byte[] bytes, int maxMessageBytes) {
        NaiveReader reader = new NaiveReader(maxMessageBytes);
        reader.readAll(bytes);
        return reader.events;
    }

    private void readAll(byte[] bytes) {
        int at = 0;
        while (bytes.length - at >= 2) {
            int first = bytes[at] & 0xFF;
            int second = bytes[at + 1] & 0xFF;
            int opcode = first & 15;
            boolean last = first >= 128;
            boolean control = opcode >= 8;
            boolean known = List.of(0, 1, 2, 8, 9, 10).contains(opcode);
            if ((first & 0x70) != 0
                    || !known
                    || second < 128
                    || (control && (!last || second % 128 > 125))
                    || (opcode == 0 && messageOpcode < 0)
                    || ((opcode == 1 || opcode == 2) && messageOpcode >= 0)) {
                events.add("error 1002");
                return;
            }
            int extended = second % 128 == 126 ? 2 : second % 128 == 127 ? 8 : 0;
            int header = 2 + extended + 4;
            if (bytes.length - at < header) {
                return;
            }
            BigInteger length = extended == 0
                    ? BigInteger.valueOf(second % 128)
                    : new BigInteger(1, Arrays.copyOfRange(bytes, at + 2, at + 2 + extended));
            if ((extended == 2 && length.intValue() < 126)
                    || (extended == 8 && (length.bitLength() <= 16 || length.bitLength() > 63))) {
                events.add("error 1002");
                return;
            }
            if (!control
                    && length.compareTo(BigInteger.valueOf(maxMessageBytes - (opcode == 0 ? message.size() : 0))) > 0) {
                events.add("error 1009");
                return;
            }
            int size = length.intValue();
            byte[] payload = new byte[Math.min(size, bytes.length - at - header)];
            for (int i = 0; i < payload.length; i++) {
                payload[i] = (byte) (bytes[at + header + i] ^ bytes[at + header - 4 + i % 4]);
            }
            boolean whole = payload.length == size;
            if (control) {
                if (!whole || !control(opcode, payload)) {
                    return;
                }
            } else {
                if (opcode != 0) {
                    message.reset();
                    messageOpcode = opcode;
                }
                message.writeBytes(payload);
                if (messageOpcode == 1 && !isUtf8Start(message.toByteArray(), last && whole)) {
                    events.add("error 1007");
                    return;
                }
                if (!whole) {
                    return;
                }
                if (last) {
                    events.add((messageOpcode == 1 ? "text " : "binary ") + hex(message.toByteArray()));
                    messageOpcode = -1;
                }
            }
            at += header + size;
        }
    }

    private boolean control(int opcode, byte[] payload) {
        if (opcode != 8) {
            events.add((opcode == 9 ? "ping " : "pong ") + hex(payload));
            return true;
        }
        if (payload.length == 0) {
            events.add("close 1005 ");
        } else if (payload.length == 1) {
            events.add("error 1002");
        } else {
            int code = (payload[0] & 0xFF) * 256 + (payload[1] & 0xFF);
            boolean valid = List.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)
                            .contains(code)
                    || (code >= 3000 && code <= 4999);
            byte[] reason = Arrays.copyOfRange(payload, 2, payload.length);
            if (!valid) {
                events.add("error 1002");
            } else if (!isUtf8Start(reason, true)) {
                events.add("error 1007");
            } else {
                events.add("close " + code + " " + new String(reason, StandardCharsets.UTF_8));
            }
        }
        return false;
    }

    /** Returns whether the bytes are UTF-8, or begin as UTF-8 may. */
    private static boolean isUtf8Start(byte[] bytes, boolean whole) {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        if (whole) {
            try {
                decoder.decode(ByteBuffer.wrap(bytes));
                return true;
            } catch (CharacterCodingException e) {
                return false;
            }
        }
        return !decoder.decode(ByteBuffer.wrap(bytes), CharBuffer.allocate(bytes.length + 1), false)
                .isError();
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
