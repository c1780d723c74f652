package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.VoidRunException;
import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.process.Snapshot;
import java.io.IOException;
import java.time.Duration;

/** Loads a server for a time, and for as much longer as its compilers are still busy, up to a bound. */
final class WarmUp {

    private static final Duration MORE = Duration.ofMillis(500);
    /** The part of the time for which a compiler may be busy in a server that counts as warm. */
    private static final double QUIET = 0.02;

    private WarmUp() {}

    /** What it is loaded with. */
    @FunctionalInterface
    interface Load {

        /** Goes on for a time; leaves nothing on its way. */
        void run(Duration time) throws IOException, VoidRunException;
    }

    static void run(MeasuredServer server, Duration least, int more, Load load) throws IOException, VoidRunException {
        load.run(least);
        Snapshot before = server.snapshot();
        for (int i = 0; i < more; i++) {
            load.run(MORE);
            Snapshot after = server.snapshot();
            double compiling = (after.compilingMillis() - before.compilingMillis()) / 1e3;
            if (compiling < QUIET * after.secondsSince(before)) {
                return;
            }
            before = after;
        }
    }
}
