package io.roomcast.testkit.measure;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.PackedHistogram;

/** Histograms of one shape, so that they add up: microseconds up to an hour, or whole numbers, to three digits. */
final class Histograms {

    static final long MOST = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 3;

    private Histograms() {}

    static Histogram create() {
        return new Histogram(1, MOST, DIGITS);
    }

    /** Returns one that takes no more memory than what is in it needs, and more time. */
    static PackedHistogram packed() {
        return new PackedHistogram(1, MOST, DIGITS);
    }

    /** Records a value; one out of range counts as the nearest that is in it. */
    static void record(Histogram histogram, long value) {
        histogram.recordValue(Math.max(0, Math.min(MOST, value)));
    }

    static String encode(AbstractHistogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer, Deflater.BEST_SPEED);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }

    /** Reads what {@link #encode} wrote, or any tool that writes HdrHistogram's compressed form. */
    static Histogram decode(String text) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), MOST);
        } catch (DataFormatException | RuntimeException e) {
            throw new IllegalArgumentException("the histogram cannot be read: " + e.getMessage(), e);
        }
    }
}
