package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.Dialect;
import io.roomcast.benchmarks.load.LoadConnection;
import io.roomcast.benchmarks.load.LoadGenerator;
import io.roomcast.benchmarks.load.SignalForm;
import io.roomcast.benchmarks.load.VoidRunException;
import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.process.Snapshot;
import io.roomcast.benchmarks.report.Figure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Many rooms of two. In each, one peer sends the other a burst, a description and then candidates; when it has all of it, the
 * other does the same, and so on. A message of a burst is sent when the one before has arrived, as candidates come one after
 * another: what a server finds to read is one message, from each of many. Clients that coalesce send the candidates of a burst
 * as one message.
 *
 * @param rooms of two
 */
public record Signalling(int rooms, Timing timing) implements Workload {

    private static final int IN_FLIGHT = 64;
    private static final int DESCRIPTION_BYTES = 2500;
    private static final int CANDIDATE_BYTES = 150;
    private static final int CANDIDATES = 12;
    private static final int BURST = 1 + CANDIDATES;

    @Override
    public String name() {
        return "signalling";
    }

    @Override
    public int connections() {
        return 2 * rooms;
    }

    @Override
    public List<Figure> run(MeasuredServer server, Dialect dialect) throws IOException, VoidRunException {
        Run run = new Run(rooms, dialect.signals() == SignalForm.STRUCTURED_TOGETHER);
        try (LoadGenerator clients = new LoadGenerator(server.port(), dialect, run, 1)) {
            clients.connect(connections(), IN_FLIGHT, index -> "relay/" + index / 2);
            Arrivals.await(server, connections());
            WarmUp.run(server, timing.firstWarmUp(), timing.moreWarmUps(), time -> run.exchange(clients, time));
            long heardBefore = run.heard;
            Snapshot before = server.snapshot();
            run.exchange(clients, timing.time());
            Snapshot after = server.snapshot();
            run.verify();
            return Costs.of(server, name(), before, after, run.heard - heardBefore, "signal", "signals");
        }
    }

    private static int sizeOf(long number) {
        return number % BURST == 0 ? DESCRIPTION_BYTES : CANDIDATE_BYTES;
    }

    /** Those that send to one peer, and what they have sent. */
    private static final class Direction {

        private final PayloadCheck check = new PayloadCheck(1, Signalling::sizeOf);

        /** The description of a burst, one of its candidates, or all of them. */
        byte[] next(boolean together) {
            if (!together || check.published() % BURST == 0) {
                return check.nextPayload();
            }
            ByteArrayOutputStream candidates = new ByteArrayOutputStream(CANDIDATES * CANDIDATE_BYTES);
            for (int i = 0; i < CANDIDATES; i++) {
                candidates.writeBytes(check.nextPayload());
            }
            return candidates.toByteArray();
        }
    }

    private static final class Run implements LoadConnection.Listener {

        private final boolean together;
        /** By the index of the connection that hears. */
        private final List<Direction> directions = new ArrayList<>();

        private List<LoadConnection> connections = List.of();
        private boolean ending;
        private int busyRooms;
        private long heard;

        Run(int rooms, boolean together) {
            this.together = together;
            for (int i = 0; i < 2 * rooms; i++) {
                directions.add(new Direction());
            }
        }

        /** Lets all rooms exchange bursts for a time, and those that are under way then come to their end. */
        void exchange(LoadGenerator clients, Duration time) throws IOException, VoidRunException {
            connections = clients.connections();
            ending = false;
            busyRooms = connections.size() / 2;
            long end = System.nanoTime() + time.toNanos();
            for (int i = 0; i < connections.size(); i += 2) {
                sendTo(i);
                if (i % IN_FLIGHT == 0) {
                    clients.runUntil(System.nanoTime());
                }
            }
            while (System.nanoTime() < end) {
                clients.runUntil(end);
            }
            ending = true;
            clients.runUntil("all bursts to end", () -> busyRooms == 0);
        }

        private void sendTo(int receiver) throws IOException {
            LoadConnection sender = connections.get(receiver ^ 1);
            sender.publish(directions.get(receiver).next(together));
            sender.flush();
        }

        @Override
        public void heard(LoadConnection connection, ByteBuffer bytes, int offset, int length)
                throws IOException, VoidRunException {
            int receiver = connection.index();
            PayloadCheck check = directions.get(receiver).check;
            if (length == CANDIDATES * CANDIDATE_BYTES && together) {
                for (int i = 0; i < CANDIDATES; i++) {
                    check.heard(0, bytes, offset + i * CANDIDATE_BYTES, CANDIDATE_BYTES);
                }
                heard += CANDIDATES;
            } else {
                check.heard(0, bytes, offset, length);
                heard++;
            }
            if (check.heard() % BURST != 0) {
                sendTo(receiver);
            } else if (ending) {
                busyRooms--;
            } else {
                sendTo(receiver ^ 1);
            }
        }

        void verify() throws VoidRunException {
            for (Direction direction : directions) {
                direction.check.verify();
            }
        }
    }
}
