package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.Dialect;
import io.roomcast.benchmarks.load.VoidRunException;
import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.report.Figure;
import java.io.IOException;
import java.util.List;

/** Something that clients do with a server, and what it costs the server. Can be run any number of times. */
public interface Workload {

    /** Returns its name on the command line. */
    String name();

    /** Returns how many connections it has open at a time at most. */
    int connections();

    /**
     * Asks beforehand whether what it needs, besides connections, is there.
     *
     * @throws IllegalStateException if not; says what is lacking
     */
    default void check() {}

    /**
     * Runs it once, warm-up included, against a server that was just started.
     *
     * @throws VoidRunException if the server did not do its work: then there are no figures
     */
    List<Figure> run(MeasuredServer server, Dialect dialect) throws IOException, VoidRunException;
}
