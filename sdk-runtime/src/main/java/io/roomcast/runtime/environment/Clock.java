package io.roomcast.runtime.environment;

/** A source of time. Safe to use from any thread. */
public interface Clock {

    /** Returns nanoseconds since some fixed moment; never goes back. */
    long nanos();
}
