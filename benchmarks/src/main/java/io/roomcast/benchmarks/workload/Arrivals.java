package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.VoidRunException;
import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.process.Snapshot;
import java.io.IOException;
import java.time.Duration;

/** Waits until a server has noticed who came and who went. */
final class Arrivals {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int POLL_MILLIS = 20;

    private Arrivals() {}

    static void await(MeasuredServer server, int connections) throws IOException, VoidRunException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Snapshot now = server.snapshot(); now.connections() != connections; now = server.snapshot()) {
            if (System.nanoTime() > deadline) {
                throw new VoidRunException("the server counts " + now.connections() + " connections "
                        + PATIENCE.toSeconds() + " s after there were " + connections);
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + connections + " connections", e);
            }
        }
    }
}
