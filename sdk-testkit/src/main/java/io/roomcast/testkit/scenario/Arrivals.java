package io.roomcast.testkit.scenario;

import io.roomcast.testkit.random.Dice;
import java.time.Duration;

/**
 * When peers come. Immutable; {@link #open} begins to count, once for each run. Open arrivals do not wait for anybody: a server that is slow does not make
 * them fewer.
 */
public sealed interface Arrivals {

    /** Said by {@link Instants#next} when nobody comes any more. */
    long NEVER = -1;

    /** Begins to count. What it returns belongs to one thread; the dice are those of the run. */
    Instants open(Dice dice);

    /** Returns how long peers come. */
    Duration duration();

    /** Returns how many peers come, where that is fixed; roughly how many where it is chance. */
    long expectedPeers();

    /** Returns whether a peer that is done is followed by another until {@link #duration} is over. */
    default boolean closed() {
        return false;
    }

    /** The instants at which peers come. */
    interface Instants {

        /** Returns the next one, in nanoseconds since the arrivals began, never before the last; {@link #NEVER} at the end. */
        long next();
    }

    /** So many more at a time: {@code steps(100, ofSeconds(15), 2000)} = 100 more every 15 s up to 2000. Those of a step come evenly within its first second. */
    static Arrivals steps(int more, Duration every, int upTo) {
        return new Steps(more, every, upTo);
    }

    /** Evenly, so many a second. */
    static Arrivals constant(double perSecond, Duration time) {
        return new Ramp(perSecond, perSecond, time);
    }

    /** Evenly more and more, or fewer and fewer. */
    static Arrivals ramp(double fromPerSecond, double toPerSecond, Duration time) {
        return new Ramp(fromPerSecond, toPerSecond, time);
    }

    /** By chance, on average so many a second: what many people who do not know of each other do. */
    static Arrivals poisson(double perSecond, Duration time) {
        return new Poisson(perSecond, time);
    }

    /** All at once. */
    static Arrivals spike(int peers) {
        return new Spike(peers);
    }

    /** So many at a time: one that is done is followed by another, until the time is over. */
    static Arrivals pool(int peers, Duration time) {
        return new Pool(peers, time);
    }

    /** More at a time. */
    record Steps(int more, Duration every, int upTo) implements Arrivals {

        private static final long WITHIN = 1_000_000_000L;

        public Steps {
            Checks.range("more", more, 1, 1 << 30);
            Checks.range("upTo", upTo, more, 1 << 30);
            Checks.positive("every", every);
            if (every.toNanos() < WITHIN) {
                throw new IllegalArgumentException("every is " + every + ", expected at least a second");
            }
        }

        @Override
        public Instants open(Dice dice) {
            int[] came = {0};
            return () -> {
                int number = came[0];
                if (number == upTo) {
                    return NEVER;
                }
                came[0]++;
                return number / more * every.toNanos() + number % more * WITHIN / more;
            };
        }

        @Override
        public Duration duration() {
            return every.multipliedBy((upTo + more - 1L) / more);
        }

        @Override
        public long expectedPeers() {
            return upTo;
        }
    }

    /** From one rate to another. */
    record Ramp(double fromPerSecond, double toPerSecond, Duration duration) implements Arrivals {

        public Ramp {
            Checks.rate("toPerSecond", toPerSecond);
            if (fromPerSecond != 0) {
                Checks.rate("fromPerSecond", fromPerSecond);
            }
            Checks.positive("duration", duration);
        }

        @Override
        public Instants open(Dice dice) {
            double seconds = duration.toNanos() / 1e9;
            double slope = (toPerSecond - fromPerSecond) / seconds;
            long[] came = {0};
            long peers = expectedPeers();
            return () -> {
                if (came[0] == peers) {
                    return NEVER;
                }
                // The instant at which the area under the rate reaches the number of those before it.
                double area = came[0]++;
                double at = slope == 0
                        ? area / fromPerSecond
                        : (StrictMath.sqrt(fromPerSecond * fromPerSecond + 2 * slope * area) - fromPerSecond) / slope;
                return Math.min(duration.toNanos(), (long) (at * 1e9));
            };
        }

        @Override
        public long expectedPeers() {
            return Math.max(1, Math.round((fromPerSecond + toPerSecond) / 2 * duration.toNanos() / 1e9));
        }
    }

    /** By chance. */
    record Poisson(double perSecond, Duration duration) implements Arrivals {

        public Poisson {
            Checks.rate("perSecond", perSecond);
            Checks.positive("duration", duration);
        }

        @Override
        public Instants open(Dice dice) {
            double[] at = {0};
            long end = duration.toNanos();
            return () -> {
                at[0] += dice.exponential() / perSecond * 1e9;
                return at[0] < end ? (long) at[0] : NEVER;
            };
        }

        @Override
        public long expectedPeers() {
            return Math.max(1, Math.round(perSecond * duration.toNanos() / 1e9));
        }
    }

    /** At once. */
    record Spike(int peers) implements Arrivals {

        public Spike {
            Checks.range("peers", peers, 1, 1 << 30);
        }

        @Override
        public Instants open(Dice dice) {
            int[] came = {0};
            return () -> came[0]++ < peers ? 0 : NEVER;
        }

        @Override
        public Duration duration() {
            return Duration.ZERO;
        }

        @Override
        public long expectedPeers() {
            return peers;
        }
    }

    /** A number that stays. */
    record Pool(int peers, Duration duration) implements Arrivals {

        public Pool {
            Checks.range("peers", peers, 1, 1 << 30);
            Checks.positive("duration", duration);
        }

        @Override
        public Instants open(Dice dice) {
            return new Spike(peers).open(dice);
        }

        @Override
        public long expectedPeers() {
            return peers;
        }

        @Override
        public boolean closed() {
            return true;
        }
    }
}
