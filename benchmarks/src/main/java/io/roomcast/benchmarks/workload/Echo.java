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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Requests and their replies at a fixed offered rate, spread over the connections in turn; times from the instant for which a request was
 * planned to the arrival of its reply. A reply that takes longer than a second is counted as a timeout, and its time counts like
 * any other; one that never comes makes the run void.
 *
 * @param peers that ask
 * @param payloadBytes of a request and of its reply
 * @param perSecond requests, all peers together
 * @param mostLag of the generator
 */
public record Echo(int peers, int payloadBytes, int perSecond, Duration mostLag, Timing timing) implements Workload {

    private static final int IN_FLIGHT = 64;
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public int connections() {
        return peers;
    }

    @Override
    public List<Figure> run(MeasuredServer server, Dialect dialect) throws IOException, VoidRunException {
        Run run = new Run(peers, payloadBytes);
        OfferedLoad load = new OfferedLoad(perSecond, mostLag);
        try (LoadGenerator clients = new LoadGenerator(server.port(), dialect, run, 1)) {
            clients.connect(peers, IN_FLIGHT, "echo/all");
            Arrivals.await(server, peers);
            WarmUp.run(server, timing.firstWarmUp(), timing.moreWarmUps(), time -> run.ask(clients, load, time));
            Snapshot before = server.snapshot();
            Latencies lag = run.ask(clients, load, timing.time());
            Snapshot after = server.snapshot();
            run.verify();
            load.verify(lag);
            List<Figure> figures = Costs.of(server, name(), before, after, run.latencies.count(), "reply", "replies");
            figures.add(new Figure(name(), "p50_ms", run.latencies.millisAt(50)));
            figures.add(new Figure(name(), "p99_ms", run.latencies.millisAt(99)));
            figures.add(new Figure(name(), "most_ms", run.latencies.millisAt(100)));
            figures.add(new Figure(name(), "timeouts", run.timeouts));
            figures.add(new Figure(name(), "generator_lag_p99_ms", lag.millisAt(99)));
            return figures;
        }
    }

    /** One peer's requests. */
    private static final class Asker {

        private final PayloadCheck check;
        /** When those were planned that have no reply yet, the oldest first: replies come in order. */
        private final Queue<Long> planned = new ArrayDeque<>();

        Asker(int payloadBytes) {
            this.check = new PayloadCheck(1, payloadBytes);
        }
    }

    private static final class Run implements LoadConnection.Listener {

        private final List<Asker> askers = new ArrayList<>();
        private Latencies latencies = new Latencies();
        private long timeouts;
        private long open;

        Run(int peers, int payloadBytes) {
            for (int i = 0; i < peers; i++) {
                askers.add(new Asker(payloadBytes));
            }
        }

        /** Asks for a time and waits for the last replies; forgets the times of before. */
        Latencies ask(LoadGenerator clients, OfferedLoad load, Duration time) throws IOException, VoidRunException {
            latencies = new Latencies();
            timeouts = 0;
            Latencies lag = load.run(clients, time, (number, planned) -> {
                int index = (int) (number % askers.size());
                Asker asker = askers.get(index);
                LoadConnection connection = clients.connections().get(index);
                connection.ask(asker.check.nextPayload());
                asker.planned.add(planned);
                open++;
                connection.flush();
            });
            clients.runUntil("the last replies", () -> open == 0);
            return lag;
        }

        @Override
        public void heard(LoadConnection connection, ByteBuffer bytes, int offset, int length) throws VoidRunException {
            Asker asker = askers.get(connection.index());
            asker.check.heard(0, bytes, offset, length);
            Long planned = asker.planned.poll();
            if (planned == null) {
                throw new VoidRunException("connection " + connection.index() + " got a reply to nothing");
            }
            long nanos = System.nanoTime() - planned;
            latencies.record(nanos);
            if (nanos > TIMEOUT_NANOS) {
                timeouts++;
            }
            open--;
        }

        void verify() throws VoidRunException {
            for (Asker asker : askers) {
                asker.check.verify();
            }
        }
    }
}
