package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.LoadConnection;
import io.roomcast.benchmarks.load.VoidRunException;
import java.nio.ByteBuffer;
import java.util.function.LongToIntFunction;

/**
 * Makes the payloads of one publisher and checks that each receiver gets each of them once, in order and unchanged. A payload
 * is its number and noise that follows from the number, in letters that every protocol can carry as they are. Per receiver two longs
 * are kept, the number that is due and the sum of all it got.
 */
final class PayloadCheck implements LoadConnection.Listener {

    static final int LEAST_BYTES = 2 * Long.BYTES;

    private static final int BITS_PER_LETTER = 5;
    private static final int LETTER_MASK = (1 << BITS_PER_LETTER) - 1;
    /** In each byte the character 0, the first of 32 that JSON does not escape. */
    private static final long ZEROS = 0x3030303030303030L;

    private final LongToIntFunction sizes;
    private final long[] due;
    private final long[] sums;
    private long published;
    private long publishedSum;
    private long heard;

    /**
     * @param receivers how many connections hear, those with the indexes below this
     * @param payloadBytes of each payload, at least sixteen
     */
    PayloadCheck(int receivers, int payloadBytes) {
        this(receivers, number -> payloadBytes);
    }

    /**
     * @param receivers how many connections hear, those with the indexes below this
     * @param sizes gives each payload its size in bytes, by its number; at least sixteen
     */
    PayloadCheck(int receivers, LongToIntFunction sizes) {
        this.sizes = sizes;
        this.due = new long[receivers];
        this.sums = new long[receivers];
    }

    byte[] nextPayload() {
        int size = sizes.applyAsInt(published);
        if (size < LEAST_BYTES) {
            throw new IllegalArgumentException("payload is " + size + " bytes, expected at least " + LEAST_BYTES);
        }
        byte[] payload = new byte[size];
        ByteBuffer out = ByteBuffer.wrap(payload).putLong(letters(published));
        long seed = published * size;
        while (out.remaining() >= Long.BYTES) {
            out.putLong(letters(noise(seed++)));
        }
        for (long last = letters(noise(seed)); out.hasRemaining(); last >>>= Byte.SIZE) {
            out.put((byte) last);
        }
        publishedSum += sum(out, 0, size);
        published++;
        return payload;
    }

    /** Writes the lowest forty bits as eight letters. */
    private static long letters(long bits) {
        long letters = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            letters |= ((bits >>> (BITS_PER_LETTER * i)) & LETTER_MASK) << (Byte.SIZE * i);
        }
        return letters + ZEROS;
    }

    private static long number(long letters) {
        long bits = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            bits |= (((letters - ZEROS) >>> (Byte.SIZE * i)) & LETTER_MASK) << (BITS_PER_LETTER * i);
        }
        return bits;
    }

    /** The finaliser of SplitMix64. */
    private static long noise(long seed) {
        long z = (seed ^ seed >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    private static long sum(ByteBuffer bytes, int offset, int length) {
        long sum = 0;
        for (int i = 0; i <= length - Long.BYTES; i += Long.BYTES) {
            // Rotated, so that exchanged words are noticed too.
            sum = Long.rotateLeft(sum, 5) + bytes.getLong(offset + i);
        }
        // Once more what has been summed, where the length is no multiple of a word.
        return length % Long.BYTES == 0 ? sum : Long.rotateLeft(sum, 5) + bytes.getLong(offset + length - Long.BYTES);
    }

    @Override
    public void heard(LoadConnection connection, ByteBuffer bytes, int offset, int length) throws VoidRunException {
        heard(connection.index(), bytes, offset, length);
    }

    /** Returns the number of what was heard. */
    long heard(int receiver, ByteBuffer bytes, int offset, int length) throws VoidRunException {
        long expected = due[receiver];
        if (length < LEAST_BYTES) {
            throw new VoidRunException(
                    "receiver " + receiver + " got " + length + " bytes, expected message " + expected);
        }
        if (bytes.getLong(offset) != letters(expected)) {
            throw new VoidRunException("receiver " + receiver + " got message " + number(bytes.getLong(offset))
                    + ", expected " + expected);
        }
        if (length != sizes.applyAsInt(expected)) {
            throw new VoidRunException("receiver " + receiver + " got " + length + " bytes, expected "
                    + sizes.applyAsInt(expected) + " of message " + expected);
        }
        due[receiver]++;
        sums[receiver] += sum(bytes, offset, length);
        heard++;
        return expected;
    }

    /** Returns how many payloads were made. */
    long published() {
        return published;
    }

    /** Returns how many payloads have arrived, over all receivers. */
    long heard() {
        return heard;
    }

    /** Returns whether as many have arrived as all receivers together should get. */
    boolean complete() {
        return heard == published * due.length;
    }

    /** Compares what each receiver got with what was published. */
    void verify() throws VoidRunException {
        for (int receiver = 0; receiver < due.length; receiver++) {
            if (due[receiver] != published || sums[receiver] != publishedSum) {
                throw new VoidRunException(
                        "receiver " + receiver + " got " + due[receiver] + " messages with the checksum "
                                + Long.toHexString(sums[receiver]) + ", expected " + published + " with "
                                + Long.toHexString(publishedSum));
            }
        }
    }
}
