package io.roomcast.testkit.virtual;

import io.roomcast.runtime.transport.MessageType;
import io.roomcast.testkit.random.Dice;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** WebSocket frames as clients write them, RFC 6455 section 5: masked, but for one that should be. */
final class ClientFrames {

    private static final int FIN = 0x80;
    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xa;
    private static final int MASKED = 0x80;
    private static final int MOST_SHORT = 125;
    private static final int MOST_16 = 0xffff;

    private ClientFrames() {}

    static byte[] message(MessageType type, byte[] payload, Dice dice) {
        return frame(FIN | opcode(type), payload, true, dice);
    }

    static byte[] unmasked(MessageType type, byte[] payload, Dice dice) {
        return frame(FIN | opcode(type), payload, false, dice);
    }

    /** Returns a message in frames of one byte each, with a ping behind the first. */
    static byte[] fragmented(MessageType type, byte[] payload, Dice dice) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < payload.length; i++) {
            int opcode = i == 0 ? opcode(type) : CONTINUATION;
            int last = i == payload.length - 1 ? FIN : 0;
            all.writeBytes(frame(last | opcode, new byte[] {payload[i]}, true, dice));
            if (i == 0) {
                all.writeBytes(frame(FIN | PING, new byte[0], true, dice));
            }
        }
        return all.toByteArray();
    }

    static byte[] pong(byte[] payload, Dice dice) {
        return frame(FIN | PONG, payload, true, dice);
    }

    static byte[] close(int code, String reason, Dice dice) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = ByteBuffer.allocate(2 + text.length)
                .putShort((short) code)
                .put(text)
                .array();
        return frame(FIN | CLOSE, payload, true, dice);
    }

    private static int opcode(MessageType type) {
        return type == MessageType.TEXT ? TEXT : BINARY;
    }

    private static byte[] frame(int first, byte[] payload, boolean masked, Dice dice) {
        int extended = payload.length <= MOST_SHORT ? 0 : payload.length <= MOST_16 ? Short.BYTES : Long.BYTES;
        ByteBuffer frame = ByteBuffer.allocate(2 + extended + (masked ? Integer.BYTES : 0) + payload.length);
        int mask = masked ? MASKED : 0;
        frame.put((byte) first);
        if (extended == 0) {
            frame.put((byte) (mask | payload.length));
        } else if (extended == Short.BYTES) {
            frame.put((byte) (mask | MOST_SHORT + 1)).putShort((short) payload.length);
        } else {
            frame.put((byte) (mask | MOST_SHORT + 2)).putLong(payload.length);
        }
        int key = 0;
        if (masked) {
            key = (int) dice.bits();
            frame.putInt(key);
        }
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ key >>> (3 - i % 4) * 8));
        }
        return frame.array();
    }
}
