package io.roomcast.testkit.drive;

import io.roomcast.testkit.fault.FaultPlan;
import io.roomcast.testkit.scenario.Scenario;

/**
 * What to run.
 *
 * @param seed decides whatever is chance
 * @param faults what goes wrong on the servers' side
 */
public record Order(Scenario scenario, long seed, FaultPlan faults) {

    /** A run in which nothing goes wrong. */
    public static Order of(Scenario scenario, long seed) {
        return new Order(scenario, seed, FaultPlan.NONE);
    }

    /** Returns the same with faults. */
    public Order with(FaultPlan plan) {
        return new Order(scenario, seed, plan);
    }
}
