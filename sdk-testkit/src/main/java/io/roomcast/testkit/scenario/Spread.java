package io.roomcast.testkit.scenario;

import io.roomcast.testkit.random.Dice;

/** How a number is drawn: a think time in nanoseconds, a size in bytes, how often something is repeated. Immutable. */
public sealed interface Spread {

    /** Draws one. */
    long draw(Dice dice);

    /** Returns the least that can be drawn. */
    long least();

    /** Returns the most that can be drawn. */
    long most();

    /** Always the same. */
    record Constant(long value) implements Spread {

        public Constant {
            positive("value", value, 0);
        }

        @Override
        public long draw(Dice dice) {
            return value;
        }

        @Override
        public long least() {
            return value;
        }

        @Override
        public long most() {
            return value;
        }
    }

    /** Each from {@code least} to {@code most} as often as any other. */
    record Uniform(long least, long most) implements Spread {

        public Uniform {
            positive("least", least, 0);
            if (most < least) {
                throw new IllegalArgumentException("most is " + most + ", expected at least " + least + " (least)");
            }
        }

        @Override
        public long draw(Dice dice) {
            return least + dice.below(most - least + 1);
        }
    }

    /** Whole steps, each number of them as often as any other: times at which many peers act at once. */
    record Stepped(long step, int fewest, int mostSteps) implements Spread {

        public Stepped {
            positive("step", step, 1);
            positive("fewest", fewest, 0);
            positive("mostSteps", mostSteps, fewest);
        }

        @Override
        public long draw(Dice dice) {
            return step * (fewest + dice.below(mostSteps - fewest + 1L));
        }

        @Override
        public long least() {
            return step * fewest;
        }

        @Override
        public long most() {
            return step * mostSteps;
        }
    }

    /** Exponential around a mean, as the times between independent events are, cut at twenty times the mean. */
    record Exponential(long mean, long least, long most) implements Spread {

        private static final int CUT = 20;

        /** Makes one that begins at 0. */
        public Exponential(long mean) {
            this(mean, 0, Math.multiplyExact(positive("mean", mean, 1), CUT));
        }

        public Exponential {
            positive("mean", mean, 1);
            positive("least", least, 0);
            if (most < mean || least > mean) {
                throw new IllegalArgumentException("mean is " + mean + ", expected " + least + " to " + most);
            }
        }

        @Override
        public long draw(Dice dice) {
            return Math.max(least, Math.min(most, (long) (dice.exponential() * mean)));
        }
    }

    /** Log-normal around a median, as think times and sizes measured of people are: many small ones, a few far out. */
    record LogNormal(long median, double sigma, long least, long most) implements Spread {

        public LogNormal {
            positive("median", median, 1);
            if (!(sigma > 0 && sigma <= 4)) {
                throw new IllegalArgumentException("sigma is " + sigma + ", expected more than 0 and at most 4");
            }
            positive("least", least, 0);
            if (most < median || least > median) {
                throw new IllegalArgumentException("median is " + median + ", expected " + least + " to " + most);
            }
        }

        @Override
        public long draw(Dice dice) {
            return Math.max(least, Math.min(most, (long) (median * StrictMath.exp(sigma * dice.normal()))));
        }
    }

    private static long positive(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", expected at least " + least);
        }
        return value;
    }
}
