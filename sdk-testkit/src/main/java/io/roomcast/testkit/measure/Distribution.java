package io.roomcast.testkit.measure;

import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.PackedHistogram;

/**
 * How values are spread: the average, and those that are far from it on both sides. Immutable. Distributions add up, because they keep
 * all values, to three digits.
 */
public final class Distribution {

    /** Beyond the quartiles by three times their distance lies a far outlier (John Tukey, "Exploratory Data Analysis", 1977). */
    private static final int FAR = 3;

    /** Packed: there is one for each measure and second, most of them nearly empty. Nobody changes it after it was made. */
    private final AbstractHistogram histogram;

    private Distribution(AbstractHistogram histogram) {
        this.histogram = histogram;
    }

    /** Returns one of no values. */
    public static Distribution empty() {
        return new Distribution(Histograms.packed());
    }

    /** Copies a histogram. */
    public static Distribution of(AbstractHistogram histogram) {
        PackedHistogram copy = Histograms.packed();
        copy.add(histogram);
        return new Distribution(copy);
    }

    /**
     * Reads what {@link #encoded} returned.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Distribution decoded(String text) {
        return of(Histograms.decode(text));
    }

    /** Returns all values in HdrHistogram's compressed form, in base64. */
    public String encoded() {
        return Histograms.encode(histogram);
    }

    /** Returns the values of both. */
    public Distribution and(Distribution other) {
        Distribution both = of(histogram);
        both.histogram.add(other.histogram);
        return both;
    }

    /** Adds all values to a histogram. */
    public void addTo(AbstractHistogram target) {
        target.add(histogram);
    }

    /** Returns how many values there are. */
    public long count() {
        return histogram.getTotalCount();
    }

    /** Returns the average, 0 if there is no value. */
    public double average() {
        return count() == 0 ? 0 : histogram.getMean();
    }

    /** Returns the lowest value, 0 if there is none. */
    public long lowest() {
        return count() == 0 ? 0 : histogram.getMinValue();
    }

    /** Returns the highest value, 0 if there is none. */
    public long highest() {
        return count() == 0 ? 0 : histogram.getMaxValue();
    }

    /** Returns the value that this many percent of the values do not exceed, 0 if there is none. */
    public long percentile(double percent) {
        return count() == 0 ? 0 : histogram.getValueAtPercentile(percent);
    }

    /** Returns above which value a value is a high outlier: far above the upper quartile. */
    public long highFence() {
        long upper = percentile(75);
        return upper + FAR * Math.max(1, upper - percentile(25));
    }

    /** Returns below which value a value is a low outlier: far below the lower quartile. 0 or less: there can be none. */
    public long lowFence() {
        long lower = percentile(25);
        return lower - FAR * Math.max(1, percentile(75) - lower);
    }

    /** Returns how many values are above {@link #highFence}. */
    public long highOutliers() {
        long fence = highFence();
        return count() == 0 || fence >= highest() ? 0 : count() - histogram.getCountBetweenValues(0, fence);
    }

    /** Returns how many values are below {@link #lowFence}. */
    public long lowOutliers() {
        long fence = lowFence();
        return count() == 0 || fence <= lowest() ? 0 : histogram.getCountBetweenValues(0, fence - 1);
    }
}
