package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.Dialect;
import io.roomcast.benchmarks.load.LoadConnection;
import io.roomcast.benchmarks.load.LoadGenerator;
import io.roomcast.benchmarks.load.VoidRunException;
import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.process.Snapshot;
import io.roomcast.benchmarks.report.Figure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A room at a fixed rate of messages, first with all peers reading and then, in the same process, with some of them reading no more.
 * Measured is what the others notice, from the instant for which a message was planned to each arrival, and what the node holds.
 *
 * @param peers in the room
 * @param payloadBytes of a message: large, so that the kernel's buffers of the stalled connections are soon full
 * @param perSecond messages that the first peer publishes
 * @param mostLag of the generator
 * @param timing its time is that of the part with stalled peers; the part before takes a third of it
 */
public record Stalled(int peers, int payloadBytes, int perSecond, Duration mostLag, Timing timing) implements Workload {

    private static final int IN_FLIGHT = 64;
    /** One of so many stalls. */
    private static final int STALLED_PART = 20;

    private static final int LONGER = 3;

    @Override
    public String name() {
        return "stalled";
    }

    @Override
    public int connections() {
        return peers;
    }

    @Override
    public List<Figure> run(MeasuredServer server, Dialect dialect) throws IOException, VoidRunException {
        Run run = new Run();
        OfferedLoad load = new OfferedLoad(perSecond, mostLag);
        int stalled = Math.max(1, peers / STALLED_PART);
        try (LoadGenerator clients = new LoadGenerator(server.port(), dialect, run, 1)) {
            clients.connect(peers, IN_FLIGHT, "repeat/stalled");
            Arrivals.await(server, peers);
            run.receivers(peers, payloadBytes);
            WarmUp.run(server, timing.firstWarmUp(), timing.moreWarmUps(), time -> run.publish(clients, load, time));
            Part without = measure(server, clients, run, load, timing.time().dividedBy(LONGER));
            for (LoadConnection connection : clients.connections().subList(peers - stalled, peers)) {
                connection.stall();
            }
            run.receivers(peers - stalled, payloadBytes);
            Part with = measure(server, clients, run, load, timing.time());
            List<Figure> figures = new ArrayList<>();
            without.addTo(figures, "stalled-none");
            with.addTo(figures, "stalled-some");
            figures.add(new Figure(name(), "p99_some_to_none", with.p99Millis / without.p99Millis));
            figures.add(new Figure(name(), "cpu_some_to_none", with.cpuMicros / without.cpuMicros));
            figures.add(new Figure(name(), "resident_growth_bytes", with.resident - without.resident));
            if (without.held >= 0) {
                figures.add(new Figure(name(), "held_growth_bytes", with.held - without.held));
            }
            return figures;
        }
    }

    /**
     * @param cpuMicros for each delivery
     * @param held bytes alive in the heap and in direct buffers
     */
    private record Part(
            double cpuMicros, double p50Millis, double p99Millis, double lagMillis, double resident, double held) {

        void addTo(List<Figure> figures, String workload) {
            figures.add(new Figure(workload, "cpu_us_per_delivery", cpuMicros));
            figures.add(new Figure(workload, "p50_ms", p50Millis));
            figures.add(new Figure(workload, "p99_ms", p99Millis));
            figures.add(new Figure(workload, "generator_lag_p99_ms", lagMillis));
            figures.add(new Figure(workload, "resident_bytes", resident));
            if (held >= 0) {
                figures.add(new Figure(workload, "held_bytes", held));
            }
        }
    }

    private Part measure(MeasuredServer server, LoadGenerator clients, Run run, OfferedLoad load, Duration time)
            throws IOException, VoidRunException {
        Snapshot before = server.snapshot();
        Latencies lag = run.publish(clients, load, time);
        Snapshot after = server.snapshot();
        server.measured(before, after);
        // What is held then and there, not garbage.
        Snapshot collected = server.snapshotCollected();
        run.check.verify();
        load.verify(lag);
        return new Part(
                after.cpuMicrosSince(before) / run.latencies.count(),
                run.latencies.millisAt(50),
                run.latencies.millisAt(99),
                lag.millisAt(99),
                after.usage().residentBytes(),
                collected.liveHeapBytes() + collected.directBytes());
    }

    private static final class Run implements LoadConnection.Listener {

        private final List<Long> planned = new ArrayList<>();
        private PayloadCheck check = new PayloadCheck(1, PayloadCheck.LEAST_BYTES);
        private Latencies latencies = new Latencies();

        /** Expects from now on that those with an index below this hear everything. */
        void receivers(int count, int payloadBytes) {
            planned.clear();
            check = new PayloadCheck(count, payloadBytes);
        }

        Latencies publish(LoadGenerator clients, OfferedLoad load, Duration time) throws IOException, VoidRunException {
            LoadConnection publisher = clients.connections().get(0);
            latencies = new Latencies();
            Latencies lag = load.run(clients, time, (number, plannedNanos) -> {
                planned.add(plannedNanos);
                publisher.publish(check.nextPayload());
                publisher.flush();
            });
            clients.runUntil("the last deliveries", check::complete);
            return lag;
        }

        @Override
        public void heard(LoadConnection connection, ByteBuffer bytes, int offset, int length) throws VoidRunException {
            long number = check.heard(connection.index(), bytes, offset, length);
            latencies.record(System.nanoTime() - planned.get((int) number));
        }
    }
}
