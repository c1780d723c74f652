package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.Dialect;
import io.roomcast.benchmarks.load.LoadGenerator;
import io.roomcast.benchmarks.load.VoidRunException;
import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.process.Snapshot;
import io.roomcast.benchmarks.report.Figure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that are in one room and silent: what one more of them holds. Measured over the heap of the same server after
 * some connections have come and gone, so that its classes and pools are not counted. Clients that acknowledge what they got have
 * done so before.
 *
 * @param visitors how many come and go before
 * @param idle how many
 */
public record Idle(int visitors, int idle) implements Workload {

    private static final int IN_FLIGHT = 64;
    /** Longer than a client takes its time to acknowledge. */
    private static final Duration SETTLE = Duration.ofMillis(1500);

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public int connections() {
        return Math.max(visitors, idle);
    }

    @Override
    public List<Figure> run(MeasuredServer server, Dialect dialect) throws IOException, VoidRunException {
        try (LoadGenerator clients = new LoadGenerator(server.port(), dialect, Idle::unexpected, 1)) {
            clients.connect(visitors, IN_FLIGHT, "repeat/idle");
            clients.disconnectAll();
            Arrivals.await(server, 0);
            Snapshot empty = server.snapshotCollected();
            clients.connect(idle, IN_FLIGHT, "repeat/idle");
            clients.run(SETTLE);
            Arrivals.await(server, idle);
            Snapshot full = server.snapshotCollected();
            List<Figure> figures = new ArrayList<>();
            if (empty.liveHeapBytes() >= 0) {
                figures.add(new Figure(
                        "idle",
                        "heap_bytes_per_connection",
                        (full.liveHeapBytes() - empty.liveHeapBytes()) / (double) idle));
            }
            figures.add(new Figure(
                    "idle",
                    "resident_bytes_per_connection",
                    (full.usage().residentBytes() - empty.usage().residentBytes()) / (double) idle));
            return figures;
        }
    }

    private static void unexpected(Object connection, Object bytes, int offset, int length) throws VoidRunException {
        throw new VoidRunException("a message of " + length + " bytes came, nobody had sent one");
    }
}
