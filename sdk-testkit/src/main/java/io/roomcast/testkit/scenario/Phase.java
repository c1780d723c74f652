package io.roomcast.testkit.scenario;

import java.time.Duration;

/**
 * A part of a run, reported by itself. Phases follow one another; peers that came in one live on in the next.
 *
 * @param name what reports call it
 * @param arrivals who comes in it
 * @param hold how long it goes on after the last arrival
 */
public record Phase(String name, Arrivals arrivals, Duration hold) {

    public Phase {
        Checks.name("name", name);
        Checks.notNegative("hold", hold);
        if (arrivals.duration().plus(hold).isZero()) {
            throw new IllegalArgumentException("phase \"" + name + "\" takes no time; give a spike a hold");
        }
    }

    /** Returns how long it takes. */
    public Duration duration() {
        return arrivals.duration().plus(hold);
    }
}
