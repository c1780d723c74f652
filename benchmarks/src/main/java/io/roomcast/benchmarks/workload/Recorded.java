package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.load.Dialect;
import io.roomcast.benchmarks.load.LoadConnection;
import io.roomcast.benchmarks.load.LoadGenerator;
import io.roomcast.benchmarks.load.SignalForm;
import io.roomcast.benchmarks.load.VoidRunException;
import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.process.Snapshot;
import io.roomcast.benchmarks.report.Figure;
import io.roomcast.benchmarks.signals.Plan;
import io.roomcast.benchmarks.signals.Trace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Recorded signalling sessions of browsers, played in their own time by many pairs at once. Each pair plays one session after
 * another, beginning with another one than its neighbours. What clients do before they send, such as putting candidates
 * together, is done beforehand with the recorded times: the messages leave when those of real clients would.
 *
 * @param pairs each in a room of its own
 * @param traces the directory of the recordings
 * @param longest sessions that take longer are left out
 * @param sessionsEach how many each pair plays at most; all of them if there are no more
 * @param mostLag of the generator
 */
public record Recorded(int pairs, Path traces, Duration longest, int sessionsEach, Duration mostLag)
        implements Workload {

    private static final int IN_FLIGHT = 64;
    /** The pairs begin within this time. */
    private static final Duration SPREAD = Duration.ofSeconds(1);

    /** How many messages a generator that is late sends at most until it looks at what has come. */
    private static final int SENT_AT_A_TIME = 16;

    private static final Duration PAUSE = Duration.ofMillis(50);
    /** Sessions for warming up are not longer. */
    private static final Duration WARM_UP_LONGEST = Duration.ofMillis(600);

    @Override
    public String name() {
        return "recorded";
    }

    @Override
    public int connections() {
        return 2 * pairs;
    }

    @Override
    public void check() {
        try {
            plans(SignalForm.JSON_EACH, longest);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the recorded sessions cannot be read: " + e + "; --traces says where they are", e);
        }
    }

    @Override
    public List<Figure> run(MeasuredServer server, Dialect dialect) throws IOException, VoidRunException {
        List<Plan> plans = plans(dialect.signals(), longest);
        List<Plan> warmUp =
                plans(dialect.signals(), longest.compareTo(WARM_UP_LONGEST) < 0 ? longest : WARM_UP_LONGEST);
        Run run = new Run();
        try (LoadGenerator clients = new LoadGenerator(server.port(), dialect, run, 1)) {
            clients.connect(connections(), IN_FLIGHT, index -> "relay/" + index / 2);
            Arrivals.await(server, connections());
            run.play(clients, warmUp, Math.min(sessionsEach, warmUp.size()));
            Snapshot before = server.snapshot();
            run.play(clients, plans, Math.min(sessionsEach, plans.size()));
            Snapshot after = server.snapshot();
            new OfferedLoad(1, mostLag).verify(run.lag);
            List<Figure> figures = Costs.of(server, name(), before, after, run.sessions, "session", "sessions");
            double sessions = run.sessions;
            figures.add(new Figure(name(), "messages_per_session", run.sent / sessions));
            figures.add(new Figure(name(), "candidate_bytes_per_session", run.candidateBytes / sessions));
            figures.add(new Figure(
                    name(), "candidate_bytes_to_naive_json", (double) run.candidateBytes / run.naiveCandidateBytes));
            figures.add(new Figure(name(), "generator_lag_p99_ms", run.lag.millisAt(99)));
            return figures;
        }
    }

    private List<Plan> plans(SignalForm form, Duration most) throws IOException {
        List<Plan> plans = Trace.readAll(traces).stream()
                .filter(trace -> trace.length().compareTo(most) <= 0)
                .map(trace -> Plan.of(trace, form))
                .toList();
        if (plans.isEmpty()) {
            throw new IOException("no recorded session in " + traces + " is shorter than " + most);
        }
        return plans;
    }

    private static final class Run implements LoadConnection.Listener {

        private final List<Pair> pairs = new ArrayList<>();
        private Latencies lag = new Latencies();
        private long sessions;
        private long sent;
        private long heard;
        private long candidateBytes;
        private long naiveCandidateBytes;

        void play(LoadGenerator clients, List<Plan> plans, int sessionsEach) throws IOException, VoidRunException {
            lag = new Latencies();
            sent = 0;
            heard = 0;
            candidateBytes = 0;
            naiveCandidateBytes = 0;
            pairs.clear();
            int count = clients.connections().size() / 2;
            sessions = (long) count * sessionsEach;
            long start = System.nanoTime();
            PriorityQueue<Pair> timeline = new PriorityQueue<>(Comparator.comparingLong(Pair::dueNanos));
            for (int i = 0; i < count; i++) {
                Pair pair = new Pair(
                        clients.connections().get(2 * i),
                        clients.connections().get(2 * i + 1),
                        rotated(plans, i, sessionsEach),
                        start + SPREAD.toNanos() * i / count);
                pairs.add(pair);
                timeline.add(pair);
            }
            for (Pair next = timeline.poll(); next != null; next = timeline.poll()) {
                while (System.nanoTime() < next.dueNanos()) {
                    clients.runUntil(next.dueNanos());
                }
                lag.record(System.nanoTime() - next.dueNanos());
                send(next);
                if (next.advance()) {
                    timeline.add(next);
                }
                if (sent % SENT_AT_A_TIME == 0) {
                    clients.runUntil(System.nanoTime());
                }
            }
            clients.runUntil("the last signals", () -> heard == sent);
        }

        private static List<Plan> rotated(List<Plan> plans, int by, int count) {
            List<Plan> rotated = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                rotated.add(plans.get((by + i) % plans.size()));
            }
            return rotated;
        }

        private void send(Pair pair) throws IOException {
            Plan.Message message = pair.message();
            LoadConnection sender = message.fromFirst() ? pair.first : pair.second;
            LoadConnection receiver = message.fromFirst() ? pair.second : pair.first;
            long before = sender.bytesSent();
            sender.tell(receiver, message.payload());
            if (message.candidates()) {
                candidateBytes += sender.bytesSent() - before;
            }
            if (pair.atStart()) {
                naiveCandidateBytes += pair.plan().naiveCandidateBytes();
            }
            sender.flush();
            sent++;
        }

        @Override
        public void heard(LoadConnection connection, ByteBuffer bytes, int offset, int length) throws VoidRunException {
            byte[] expected = pairs.get(connection.index() / 2).expected(connection.index() % 2 == 1);
            if (!ByteBuffer.wrap(expected).equals(bytes.slice(offset, length))) {
                throw new VoidRunException("connection " + connection.index() + " got a signal of " + length
                        + " bytes, expected another one, of " + expected.length);
            }
            heard++;
        }
    }

    /** Two clients, and how far they are in what they play. */
    private static final class Pair {

        private final LoadConnection first;
        private final LoadConnection second;
        private final List<Plan> plans;
        private final Heard byFirst;
        private final Heard bySecond;
        private long startNanos;
        private int plan;
        private int message;

        Pair(LoadConnection first, LoadConnection second, List<Plan> plans, long startNanos) {
            this.first = first;
            this.second = second;
            this.plans = plans;
            this.startNanos = startNanos;
            this.byFirst = new Heard(plans, false);
            this.bySecond = new Heard(plans, true);
        }

        Plan plan() {
            return plans.get(plan);
        }

        Plan.Message message() {
            return plan().messages().get(message);
        }

        boolean atStart() {
            return message == 0;
        }

        long dueNanos() {
            return startNanos + message().at().toNanos();
        }

        /** Goes to the next message; returns whether there is one. */
        boolean advance() {
            message++;
            if (message == plan().messages().size()) {
                startNanos += plan().length().plus(PAUSE).toNanos();
                plan++;
                message = 0;
            }
            return plan < plans.size();
        }

        byte[] expected(boolean second) throws VoidRunException {
            return (second ? bySecond : byFirst).next();
        }
    }

    /** What one peer of a pair should hear next. */
    private static final class Heard {

        private final List<Plan> plans;
        private final boolean fromFirst;
        private int plan;
        private int message;

        Heard(List<Plan> plans, boolean fromFirst) {
            this.plans = plans;
            this.fromFirst = fromFirst;
        }

        byte[] next() throws VoidRunException {
            while (plan < plans.size()) {
                List<Plan.Message> messages = plans.get(plan).messages();
                while (message < messages.size()) {
                    Plan.Message next = messages.get(message++);
                    if (next.fromFirst() == fromFirst) {
                        return next.payload();
                    }
                }
                plan++;
                message = 0;
            }
            throw new VoidRunException("a signal came after the last one");
        }
    }
}
