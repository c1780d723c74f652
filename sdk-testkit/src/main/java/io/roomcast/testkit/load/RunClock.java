package io.roomcast.testkit.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * When a run begins. Immutable.
 *
 * @param originNanos on {@link System#nanoTime}
 * @param startedMillis the same instant, in milliseconds since 1970
 * @param shared whether all processes of the run, and the servers that stamp what they send, read this clock: those of one machine do
 */
public record RunClock(long originNanos, long startedMillis, boolean shared) {

    private static final long MILLI = 1_000_000;
    static final long SOON_MILLIS = 200;

    /** A run of this process alone that begins now. */
    public static RunClock now() {
        return new RunClock(System.nanoTime(), System.currentTimeMillis(), true);
    }

    /** A run of this process alone that begins in a moment, when all that it needs has been made: who is to come first would be late otherwise. */
    static RunClock soon() {
        return new RunClock(System.nanoTime() + SOON_MILLIS * MILLI, System.currentTimeMillis() + SOON_MILLIS, true);
    }

    /** A run that begins at an instant of the wall clock, for processes of several machines: their clocks lie as far apart as their wall clocks do. */
    public static RunClock at(long startMillis, boolean shared) {
        long ahead = startMillis - System.currentTimeMillis();
        return new RunClock(System.nanoTime() + ahead * MILLI, startMillis, shared);
    }

    /** Returns what tells whether two processes read the same monotonic clock: the boot that they run under, empty where the system does not tell. */
    public static String boot() {
        Path file = Path.of("/proc/sys/kernel/random/boot_id");
        try {
            return Files.isReadable(file) ? Files.readAllLines(file).get(0).trim() : "";
        } catch (IOException e) {
            return "";
        }
    }
}
