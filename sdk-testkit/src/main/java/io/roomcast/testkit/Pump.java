package io.roomcast.testkit;

import io.roomcast.runtime.environment.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;

/** What makes a cluster move, and its time. */
interface Pump extends Executor, Clock {

    /** Returns when nothing is left to do. */
    void settle();

    /** Moves the clock; nothing falls due by that alone. */
    void advance(Duration time);

    /** Returns how much time has passed since it was made. */
    Duration elapsed();

    /** Returns what people are told in front of the seed of a failure. */
    String replay();

    /** Frees what it holds. */
    void close();
}
