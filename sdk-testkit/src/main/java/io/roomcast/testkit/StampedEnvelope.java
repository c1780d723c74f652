package io.roomcast.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * An envelope for tests of bridges, which says where it comes from and which of its sender's it is. A bridge looks at no envelope, so
 * any bytes will do; from these a test sees what was lost, doubled, mixed up or changed on the way.
 *
 * @param origin who made it
 * @param number counted by its maker, for each room
 * @param size how many bytes it has
 */
public record StampedEnvelope(String origin, long number, int size) {

    private static final int MAGIC = 0x5EA1_BEEF;
    private static final int FIXED = Integer.BYTES + Long.BYTES + Integer.BYTES;

    /** Returns the smallest one. */
    public static byte[] bytes(String origin, long number) {
        return bytes(origin, number, 0);
    }

    /** Returns one of this size, or of the smallest that is possible. */
    public static byte[] bytes(String origin, long number, int size) {
        byte[] name = origin.getBytes(StandardCharsets.UTF_8);
        byte[] envelope = new byte[Math.max(size, FIXED + name.length)];
        ByteBuffer.wrap(envelope)
                .putInt(MAGIC)
                .putLong(number)
                .putInt(name.length)
                .put(name);
        for (int i = FIXED + name.length; i < envelope.length; i++) {
            envelope[i] = filler(number, i);
        }
        return envelope;
    }

    /** Reads an envelope; empty if it is none of these, or not byte for byte. */
    public static Optional<StampedEnvelope> read(byte[] envelope) {
        ByteBuffer in = ByteBuffer.wrap(envelope);
        if (envelope.length < FIXED || in.getInt() != MAGIC) {
            return Optional.empty();
        }
        long number = in.getLong();
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            return Optional.empty();
        }
        String origin = new String(envelope, FIXED, length, StandardCharsets.UTF_8);
        return Arrays.equals(envelope, bytes(origin, number, envelope.length))
                ? Optional.of(new StampedEnvelope(origin, number, envelope.length))
                : Optional.empty();
    }

    private static byte filler(long number, int index) {
        return (byte) (number * 31 + index * 7L);
    }

    @Override
    public String toString() {
        return origin + " #" + number + " (" + size + " bytes)";
    }
}
