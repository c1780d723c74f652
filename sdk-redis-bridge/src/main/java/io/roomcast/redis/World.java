package io.roomcast.redis;

/** What the bridge needs from outside: time, dice, threads. Handed in, so that tests can choose all three. */
interface World {

    /** Returns a time that never goes back, in nanoseconds. */
    long nanos();

    /** Returns a number of at least 0 and below 1. */
    double dice();

    /** Returns bytes that nobody can guess. */
    byte[] secret(int length);

    /** Returns a thread that is not started yet. */
    Thread thread(String name, Runnable task);
}
