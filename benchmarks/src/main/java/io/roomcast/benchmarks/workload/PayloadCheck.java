package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.LoadConnection;
import io.roomcast.benchmarks.load.VoidRunException;
import java.nio.ByteBuffer;

/**
 * Makes the payloads of one publisher and checks that each receiver gets each of them once, in order and unchanged. A payload
 * is its number and noise that follows from the number; per receiver two longs are kept, the number that is due and the sum of
 * all it got.
 */
final class PayloadCheck implements LoadConnection.Listener {

    static final int LEAST_BYTES = 2 * Long.BYTES;

    private final int payloadBytes;
    private final long[] due;
    private final long[] sums;
    private long published;
    private long publishedSum;
    private long heard;

    /**
     * @param receivers how many connections hear, those with the indexes below this
     * @param payloadBytes a multiple of eight, at least sixteen
     */
    PayloadCheck(int receivers, int payloadBytes) {
        if (payloadBytes < LEAST_BYTES || payloadBytes % Long.BYTES != 0) {
            throw new IllegalArgumentException(
                    "payload is " + payloadBytes + " bytes, expected a multiple of 8, at least " + LEAST_BYTES);
        }
        this.payloadBytes = payloadBytes;
        this.due = new long[receivers];
        this.sums = new long[receivers];
    }

    byte[] nextPayload() {
        byte[] payload = new byte[payloadBytes];
        ByteBuffer out = ByteBuffer.wrap(payload).putLong(published);
        for (long i = 0; out.hasRemaining(); i++) {
            out.putLong(noise(published * payloadBytes + i));
        }
        publishedSum += sum(out, 0, payloadBytes);
        published++;
        return payload;
    }

    /** The finaliser of SplitMix64. */
    private static long noise(long seed) {
        long z = (seed ^ seed >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    private static long sum(ByteBuffer bytes, int offset, int length) {
        long sum = 0;
        for (int i = 0; i < length; i += Long.BYTES) {
            // Rotated, so that exchanged words are noticed too.
            sum = Long.rotateLeft(sum, 5) + bytes.getLong(offset + i);
        }
        return sum;
    }

    @Override
    public void heard(LoadConnection connection, ByteBuffer bytes, int offset, int length) throws VoidRunException {
        heard(connection.index(), bytes, offset, length);
    }

    void heard(int receiver, ByteBuffer bytes, int offset, int length) throws VoidRunException {
        if (length != payloadBytes) {
            throw new VoidRunException("receiver " + receiver + " got " + length + " bytes, expected " + payloadBytes);
        }
        long number = bytes.getLong(offset);
        if (number != due[receiver]) {
            throw new VoidRunException(
                    "receiver " + receiver + " got message " + number + ", expected " + due[receiver]);
        }
        due[receiver]++;
        sums[receiver] += sum(bytes, offset, length);
        heard++;
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
