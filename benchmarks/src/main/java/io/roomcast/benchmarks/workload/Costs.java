package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.process.Snapshot;
import io.roomcast.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.List;

/** What a server spent between two snapshots of a measurement, for each thing that it did. */
final class Costs {

    private Costs() {}

    /**
     * Returns processor time and, where it is known, allocation for each, how many there were in a second, and the memory that the process
     * had at the end.
     *
     * @param thing what is counted, for example {@code delivery}
     * @param things the same in the plural
     */
    static List<Figure> of(
            MeasuredServer server,
            String workload,
            Snapshot before,
            Snapshot after,
            long count,
            String thing,
            String things) {
        server.measured(before, after);
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure(workload, "cpu_us_per_" + thing, after.cpuMicrosSince(before) / count));
        figures.add(new Figure(workload, things + "_per_s", count / after.secondsSince(before)));
        if (before.allocatedBytes() >= 0) {
            figures.add(new Figure(
                    workload,
                    "alloc_bytes_per_" + thing,
                    (after.allocatedBytes() - before.allocatedBytes()) / (double) count));
        }
        figures.add(new Figure(workload, "resident_bytes", after.usage().residentBytes()));
        return figures;
    }
}
