package io.roomcast.load.preset;

import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Spread;
import io.roomcast.testkit.scenario.Subprotocol;
import io.roomcast.testkit.scenario.Think;
import java.time.Duration;

/**
 * How much of a preset: how many peers, how they come, how long, how busy. Immutable.
 *
 * @param peers how many there are when all have come
 * @param rampUp in which time they come
 * @param steady how long all of them are there
 * @param pace how busy each is: 2 = twice as busy as the preset says
 * @param manner how they come
 * @param subprotocol what they speak
 */
public record Shape(int peers, Duration rampUp, Duration steady, double pace, Manner manner, Subprotocol subprotocol) {

    /** How peers come. */
    public enum Manner {
        /** One after another, evenly. */
        EVEN,
        /** By chance, on average evenly: about as many as asked for. */
        POISSON,
        /** More and more a second. */
        RAMP,
        /** In ten steps. */
        STEPS,
        /** All at once. */
        SPIKE
    }

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final int STEPS = 10;
    private static final int LONGEST = 3;
    /** No preset's peers pause for longer, on average. */
    private static final Duration MOST_PAUSE = Duration.ofSeconds(10);

    private static final Duration TO_FINISH = Duration.ofSeconds(60);

    /** Checks. */
    public Shape {
        if (peers < 2 || peers > 100_000_000) {
            throw new IllegalArgumentException("peers is " + peers + ", expected 2 to 100,000,000");
        }
        if (rampUp.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "ramp-up is " + rampUp + ", expected at least 100 ms; SPIKE lets all come at once");
        }
        if (steady.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("the steady time is " + steady + ", expected at least 100 ms");
        }
        if (!(pace > 0 && pace <= 10_000)) {
            throw new IllegalArgumentException("pace is " + pace + ", expected more than 0 and at most 10,000");
        }
    }

    /** Returns the same with another number of peers. */
    public Shape withPeers(int count) {
        return new Shape(count, rampUp, steady, pace, manner, subprotocol);
    }

    /** Returns how long each peer stays: until all have been there for the steady time. */
    Spread stay() {
        return Think.constant(rampUp.plus(steady));
    }

    /**
     * Returns how long a peer waits between two things, as people do who do not know of each other. Nobody waits three times as long as most, nor longer than all are to stay, or the
     * run would wait for him.
     */
    Spread every(Duration mean) {
        long nanos = paced(mean).toNanos();
        return new Spread.Exponential(
                nanos,
                0,
                Math.max(nanos, Math.min(LONGEST * nanos, rampUp.plus(steady).toNanos())));
    }

    Duration paced(Duration time) {
        return Duration.ofNanos(Math.max(1, (long) (time.toNanos() / pace)));
    }

    /** Lets peers come: all but one while the number grows, the last when it is steady. */
    Scenario.Builder of(String name, Behaviour behaviour) {
        int first = peers - 1;
        double seconds = rampUp.toNanos() / 1e9;
        Arrivals growth = switch (manner) {
            case EVEN -> Arrivals.constant(first / seconds, rampUp);
            case POISSON -> Arrivals.poisson(first / seconds, rampUp);
            case RAMP -> Arrivals.ramp(0, 2 * first / seconds, rampUp);
            case STEPS -> steps(first);
            case SPIKE -> Arrivals.spike(first);
        };
        Duration rest = rampUp.minus(growth.duration());
        return Scenario.named(subprotocol == Subprotocol.JSON ? name + " in JSON" : name)
                .behaviour(behaviour)
                .phase("growth", growth, rest.isNegative() ? Duration.ZERO : rest)
                .phase("steady", Arrivals.spike(1), steady)
                .patience(
                        rampUp.plus(Duration.ofNanos(every(MOST_PAUSE).most())).plus(TO_FINISH));
    }

    private Arrivals steps(int first) {
        int steps = (int) Math.max(1, Math.min(STEPS, rampUp.toSeconds()));
        int more = Math.max(1, (first + steps - 1) / steps);
        return Arrivals.steps(more, rampUp.dividedBy(steps), Math.max(more, first));
    }
}
