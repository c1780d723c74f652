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

    /** Returns the seed and the faults as {@link #parse} reads them. */
    public String text() {
        return faults.isEmpty() ? Long.toString(seed) : seed + " " + faults.text();
    }

    /**
     * Orders a run again from the text of an earlier order.
     *
     * @throws IllegalArgumentException if it is no such text
     */
    public static Order parse(Scenario scenario, String text) {
        String[] parts = text.strip().split(" ", 2);
        if (!parts[0].matches("-?[0-9]{1,19}")) {
            throw new IllegalArgumentException("\"" + text + "\" begins with no seed");
        }
        return new Order(
                scenario, Long.parseLong(parts[0]), parts.length == 1 ? FaultPlan.NONE : FaultPlan.parse(parts[1]));
    }
}
