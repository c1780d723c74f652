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
 */
public record Fanout(int peers, int payloadBytes, List<Integer> bursts, Timing timing) implements Workload {

    private static final int IN_FLIGHT = 64;

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
            clients.connect(peers, IN_FLIGHT, "repeat/fanout");
            Arrivals.await(server, peers);
            Duration warmUp = timing.firstWarmUp();
            for (int burst : bursts) {
                WarmUp.run(server, warmUp, timing.moreWarmUps(), time -> publish(clients, check, burst, time));
                figures.addAll(measure(server, clients, check, burst));
                warmUp = timing.warmUp();
            }
        }
        return figures;
    }

    private List<Figure> measure(MeasuredServer server, LoadGenerator clients, PayloadCheck check, int burst)
            throws IOException, VoidRunException {
        long heardBefore = check.heard();
        Snapshot before = server.snapshot();
        publish(clients, check, burst, timing.time());
        Snapshot after = server.snapshot();
        check.verify();
        return Costs.of(
                server, "fanout-" + burst, before, after, check.heard() - heardBefore, "delivery", "deliveries");
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
