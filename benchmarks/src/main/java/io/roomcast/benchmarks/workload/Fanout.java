package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.Dialect;
import io.roomcast.benchmarks.load.LoadConnection;
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
 * One room; the first peer publishes bursts of messages that all peers get, itself included. The next burst begins when
 * everybody has the last one: a closed loop, so nothing piles up and nothing is batched that a burst has not put together.
 *
 * @param peers in the room
 * @param payloadBytes of a message
 * @param bursts messages at a time; each number is measured by itself
 * @param firstWarmUp before the first measurement
 * @param warmUp before each of the others
 * @param time of each measurement
 */
public record Fanout(
        int peers, int payloadBytes, List<Integer> bursts, Duration firstWarmUp, Duration warmUp, Duration time)
        implements Workload {

    private static final int IN_FLIGHT = 64;
    private static final int MORE_WARM_UPS = 8;
    private static final Duration MORE_WARM_UP = Duration.ofMillis(500);
    /** The part of the time for which a compiler may be busy in a server that counts as warm. */
    private static final double QUIET = 0.02;

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public int connections() {
        return peers;
    }

    @Override
    public List<Figure> run(MeasuredServer server, Dialect dialect) throws IOException, VoidRunException {
        PayloadCheck check = new PayloadCheck(peers, payloadBytes);
        List<Figure> figures = new ArrayList<>();
        try (LoadGenerator clients = new LoadGenerator(server.port(), dialect, check, 1)) {
            clients.connect(peers, IN_FLIGHT, "fanout");
            boolean first = true;
            for (int burst : bursts) {
                warmUp(server, clients, check, burst, first ? firstWarmUp : warmUp);
                figures.addAll(measure(server, clients, check, burst));
                first = false;
            }
        }
        return figures;
    }

    /** Warms up for a time, and for as much longer as the compilers are still busy, up to a bound. */
    private static void warmUp(
            MeasuredServer server, LoadGenerator clients, PayloadCheck check, int burst, Duration least)
            throws IOException, VoidRunException {
        publish(clients, check, burst, least);
        Snapshot before = server.snapshot();
        for (int i = 0; i < MORE_WARM_UPS; i++) {
            publish(clients, check, burst, MORE_WARM_UP);
            Snapshot after = server.snapshot();
            double compiling = (after.compilingMillis() - before.compilingMillis()) / 1e3;
            if (compiling < QUIET * after.secondsSince(before)) {
                return;
            }
            before = after;
        }
    }

    private List<Figure> measure(MeasuredServer server, LoadGenerator clients, PayloadCheck check, int burst)
            throws IOException, VoidRunException {
        long heardBefore = check.heard();
        Snapshot before = server.snapshot();
        publish(clients, check, burst, time);
        Snapshot after = server.snapshot();
        check.verify();
        double deliveries = check.heard() - heardBefore;
        String workload = "fanout-" + burst;
        List<Figure> figures = new ArrayList<>(List.of(
                new Figure(workload, "cpu_us_per_delivery", after.cpuMicrosSince(before) / deliveries),
                new Figure(workload, "deliveries_per_s", deliveries / after.secondsSince(before))));
        if (before.allocatedBytes() >= 0) {
            figures.add(new Figure(
                    workload,
                    "alloc_bytes_per_delivery",
                    (after.allocatedBytes() - before.allocatedBytes()) / deliveries));
        }
        return figures;
    }

    private static void publish(LoadGenerator clients, PayloadCheck check, int burst, Duration time)
            throws IOException, VoidRunException {
        LoadConnection publisher = clients.connections().get(0);
        long end = System.nanoTime() + time.toNanos();
        do {
            for (int i = 0; i < burst; i++) {
                publisher.publish(check.nextPayload());
            }
            publisher.flush();
            clients.runUntil("everybody to get a burst of " + burst, check::complete);
        } while (System.nanoTime() < end);
    }
}
