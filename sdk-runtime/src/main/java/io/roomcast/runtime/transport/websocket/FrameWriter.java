package io.roomcast.runtime.transport.websocket;

import java.nio.ByteBuffer;

/** Writes frames, RFC 6455 section 5.2. */
public final class FrameWriter {

    /** The longest header of a frame that is not masked. */
    public static final int MAX_HEADER = 10;

    private static final int FIN = 0x80;
    private static final int MASK = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    private FrameWriter() {}

    /** Returns how long the header of an unmasked frame is. */
    public static int headerLength(int payloadLength) {
        return payloadLength < LENGTH_16 ? 2 : payloadLength <= 0xFFFF ? 4 : MAX_HEADER;
    }

    /** Puts the header of an unmasked frame, as a server sends it. */
    public static void putHeader(ByteBuffer target, boolean last, int opcode, int payloadLength) {
        putHeader(target, last, opcode, payloadLength, 0);
    }

    /**
     * Puts a whole masked frame, as a client sends it.
     *
     * @param target in big-endian order, with room for 14 bytes more than the payload
     * @param payload read to its end
     */
    public static void putMaskedFrame(ByteBuffer target, boolean last, int opcode, ByteBuffer payload, int maskingKey) {
        putHeader(target, last, opcode, payload.remaining(), MASK);
        target.putInt(maskingKey);
        int from = target.position();
        target.put(payload);
        Masking.apply(target, from, target.position(), maskingKey);
    }

    private static void putHeader(ByteBuffer target, boolean last, int opcode, int payloadLength, int mask) {
        target.put((byte) (last ? FIN | opcode : opcode));
        if (payloadLength < LENGTH_16) {
            target.put((byte) (mask | payloadLength));
        } else if (payloadLength <= 0xFFFF) {
            target.put((byte) (mask | LENGTH_16)).putShort((short) payloadLength);
        } else {
            target.put((byte) (mask | LENGTH_64)).putLong(payloadLength);
        }
    }
}
