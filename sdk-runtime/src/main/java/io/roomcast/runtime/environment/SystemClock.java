package io.roomcast.runtime.environment;

/** The clock of the machine. */
public final class SystemClock implements Clock {

    /** The one there is. */
    public static final SystemClock INSTANCE = new SystemClock();

    private SystemClock() {}

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
