package io.roomcast.testkit.scenario;

import java.time.Duration;

/** How long a peer waits between two things that it does; {@link Spread}s of nanoseconds. */
public final class Think {

    private Think() {}

    /** Always this long. */
    public static Spread constant(Duration time) {
        return new Spread.Constant(time.toNanos());
    }

    /** Between two times, each as likely as any other. */
    public static Spread uniform(Duration least, Duration most) {
        return new Spread.Uniform(least.toNanos(), most.toNanos());
    }

    /** As between independent events; at most twenty times the mean. */
    public static Spread exponential(Duration mean) {
        return new Spread.Exponential(mean.toNanos());
    }

    /**
     * As people are: half of the times below the median, a few far above.
     *
     * @param sigma how far they spread: 0.5 = two thirds between 0.6 and 1.6 medians, 1 = between 0.4 and 2.7
     * @param most where they are cut
     */
    public static Spread logNormal(Duration median, double sigma, Duration most) {
        return new Spread.LogNormal(median.toNanos(), sigma, 0, most.toNanos());
    }
}
