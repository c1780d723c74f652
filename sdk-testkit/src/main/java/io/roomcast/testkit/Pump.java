package io.roomcast.testkit;

import io.roomcast.runtime.environment.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

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

    /**
     * Waits until something holds, for at most this long, letting the cluster's time pass meanwhile; returns whether it does.
     *
     * @param pass lets a portion of at most this time pass and returns how much it was
     */
    boolean await(BooleanSupplier holds, Duration time, UnaryOperator<Duration> pass);

    /** Frees what it holds. */
    void close();
}
