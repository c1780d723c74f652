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

    /** Frees what it holds. */
    void close();
}
