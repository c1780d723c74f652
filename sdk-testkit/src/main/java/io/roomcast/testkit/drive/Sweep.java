package io.roomcast.testkit.drive;

import io.roomcast.testkit.fault.FaultPlan;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Scenario;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * Runs a scenario under many seeds, each with its own faults, until one fails; of that the few faults are found that matter. Belongs to one thread.
 */
public final class Sweep {

    private final Driver driver;
    private final Scenario scenario;
    private final LongFunction<FaultPlan> faults;

    /**
     * A seed that failed.
     *
     * @param result of the run with the faults that matter
     * @param faultsBefore how many faults there were before those were taken out that do not matter
     */
    public record Failure(RunResult result, int faultsBefore) {}

    private Sweep(Driver driver, Scenario scenario, LongFunction<FaultPlan> faults) {
        this.driver = driver;
        this.scenario = scenario;
        this.faults = faults;
    }

    /** A sweep in which nothing goes wrong on purpose. */
    public static Sweep of(Driver driver, Scenario scenario) {
        return new Sweep(driver, scenario, seed -> FaultPlan.NONE);
    }

    /** Draws faults for each seed, such as with {@link FaultPlan#random}. */
    public Sweep with(LongFunction<FaultPlan> plans) {
        return new Sweep(driver, scenario, plans);
    }

    /**
     * Runs seed after seed.
     *
     * @param base what the seeds are made of: the same base gives the same seeds
     * @param count how many
     * @return the first that fails or is void; empty if all pass
     */
    public Optional<Failure> run(long base, int count) {
        return run(base, count, seed -> {});
    }

    /** Runs seed after seed. @param before told each seed before it runs */
    public Optional<Failure> run(long base, int count, LongConsumer before) {
        for (int i = 0; i < count; i++) {
            long seed = Dice.mix(base * 1_000_003 + i);
            before.accept(seed);
            Order order = new Order(scenario, seed, faults.apply(seed));
            RunResult result = driver.run(order, Progress.NONE);
            if (result.verdict() != Verdict.PASSED) {
                Order least = new Shrinker(driver).shrink(order);
                RunResult again = least == order ? result : driver.run(least, Progress.NONE);
                return Optional.of(new Failure(again, order.faults().faults().size()));
            }
        }
        return Optional.empty();
    }
}
