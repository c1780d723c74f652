package io.roomcast.runtime.wire;

import java.util.Random;

/** Randomness that can be had again: {@code -Droomcast.seed=…} repeats a run. */
final class Seed {

    private Seed() {}

    static Random random(String test) {
        long seed = Long.getLong("roomcast.seed", System.nanoTime());
        System.out.println(test + ": seed " + seed + " (repeat with -Droomcast.seed=" + seed + ")");
        return new Random(seed);
    }
}
