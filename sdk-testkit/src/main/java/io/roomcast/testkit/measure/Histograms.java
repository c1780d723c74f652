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

/** Histograms to three digits that grow with what is in them. */
final class Histograms {

    /** Times beyond it count as this much. */
    static final long MOST = TimeUnit.HOURS.toNanos(1);

    private static final int DIGITS = 3;

    private Histograms() {}

    static Histogram create() {
        Histogram histogram = new Histogram(DIGITS);
        histogram.setAutoResize(true);
        return histogram;
    }

    /** Returns one that takes no more memory than what is in it needs, and more time. */
    static PackedHistogram packed() {
        PackedHistogram histogram = new PackedHistogram(DIGITS);
        histogram.setAutoResize(true);
        return histogram;
    }

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
