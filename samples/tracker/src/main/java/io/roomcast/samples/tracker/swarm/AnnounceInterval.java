package io.roomcast.samples.tracker.swarm;

import java.time.Duration;

/**
 * How often viewers announce. A small swarm is told about itself every few seconds; in a large one the interval grows with
 * the number of viewers, so that all announces together stay at a rate that a node can bear.
 *
 * @param shortest in a small swarm
 * @param longest however large the swarm is
 * @param announcesPerSecond of the whole swarm, while the interval is below the longest
 */
public record AnnounceInterval(Duration shortest, Duration longest, int announcesPerSecond) {

    /** Silence for this many intervals and a half makes a viewer forgotten: two announces may be lost. */
    private static final int MISSED_INTERVALS = 2;

    /** Returns the interval for a swarm of that size. */
    public Duration of(int viewers) {
        Duration even = Duration.ofMillis(viewers * 1_000L / announcesPerSecond);
        if (even.compareTo(shortest) < 0) {
            return shortest;
        }
        return even.compareTo(longest) > 0 ? longest : even;
    }

    /** Returns how long a viewer is remembered that was told that interval. */
    public static Duration memory(Duration interval) {
        return interval.multipliedBy(MISSED_INTERVALS).plus(interval.dividedBy(2));
    }
}
