package io.roomcast.benchmarks.process;

import java.time.Instant;

/** A span of time. */
public record Window(Instant from, Instant to) {

    /** Returns whether it contains an instant. */
    boolean contains(Instant instant) {
        return !instant.isBefore(from) && !instant.isAfter(to);
    }
}
