package io.roomcast.testkit.virtual;

import io.roomcast.Limits;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.runtime.transport.memory.MemorySettings;
import io.roomcast.testkit.drive.Driver;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.oracle.Trace;
import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Finding;
import io.roomcast.testkit.result.Measurements;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.serve.CountingRoom;
import io.roomcast.testkit.serve.RelayRoom;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Runs scenarios in virtual time, on one thread, with real nodes on the in-memory transport and bridge: an hour takes seconds, and the same seed gives the
 * same run, with the same signature, on every JVM. Each delivery is checked against a model of who must, may and must not get it.
 *
 * <pre>{@code
 * RunResult result = VirtualDriver.nodes(5).build().run(Order.of(chat, seed), Progress.NONE);
 * }</pre>
 *
 * <p>Where no rooms are declared, those of the scenario are, with a {@link RelayRoom} each. When something is found, the same seed runs once more with an eye on the
 * peers that it was found of, and each finding gets its story.
 *
 * <p>Holds nothing between runs. Safe to use from several threads, each with a run of its own.
 */
public final class VirtualDriver implements Driver {

    /** Stories of so many peers are told. */
    private static final int STORIES = 3;

    private final Builder settings;

    private VirtualDriver(Builder builder) {
        this.settings = builder;
    }

    /** Begins one. @param count how many nodes */
    public static Builder nodes(int count) {
        return new Builder(count);
    }

    @Override
    public RunResult run(Order order, Progress progress) {
        check(order);
        long began = System.nanoTime();
        long cpuBefore = cpuNanos();
        VirtualRun run = go(order, Trace.NOBODY, progress);
        Checked checked = run.checked();
        if (checked.found() > 0 && settings.stories) {
            checked = withStories(order, run, checked);
        }
        Measurements measurements = run.state().tally.measurements();
        List<String> reasons = reasons(measurements, checked);
        return new RunResult(
                order.scenario().name(),
                "virtual",
                order.seed(),
                "Order.parse(scenario, \"" + order.text() + "\") on " + settings.nodes + " nodes",
                measurements.total(Count.CONNECTS) == 0
                        ? Verdict.VOID
                        : reasons.isEmpty() ? Verdict.PASSED : Verdict.FAILED,
                reasons,
                Duration.ofNanos(run.state().world.nanos()),
                Duration.ofNanos(System.nanoTime() - began),
                Duration.ofNanos(cpuNanos() - cpuBefore),
                settings.nodes,
                order.scenario().phases(),
                order.faults().faults(),
                measurements,
                run.timeline().samples(),
                checked,
                run.signature(),
                environment());
    }

    private VirtualRun go(Order order, Trace trace, Progress progress) {
        List<ClusterSettings.Rooms> rooms = settings.rooms.isEmpty() ? relays(order) : settings.rooms;
        // The handlers of a run are its own: two runs that share one would not be alike.
        ClusterSettings cluster = new ClusterSettings(
                settings.nodes, settings.loops, settings.limits, settings.networkBytes, settings.fidelity, rooms);
        VirtualRun run = new VirtualRun(order, cluster, settings.counting, trace, progress);
        if (trace instanceof Stories stories) {
            stories.clock(run.state().world::nanos);
        }
        run.go();
        return run;
    }

    private List<ClusterSettings.Rooms> relays(Order order) {
        Set<String> patterns = order.scenario().program().rooms().stream()
                .map(RoomChoice::pattern)
                .map(pattern -> pattern.replace("{}", "{key}"))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        IntFunction<RoomHandler> handlers = node -> settings.counting
                ? new CountingRoom(order.scenario().relay())
                : new RelayRoom(order.scenario().relay());
        return patterns.stream()
                .map(pattern -> new ClusterSettings.Rooms(pattern, settings.options, handlers))
                .toList();
    }

    private Checked withStories(Order order, VirtualRun first, Checked checked) {
        Set<Integer> peers = checked.findings().stream()
                .map(Finding::peer)
                .filter(peer -> peer >= 0)
                .distinct()
                .limit(STORIES)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (peers.isEmpty()) {
            return checked;
        }
        Stories stories = new Stories(peers);
        VirtualRun second = go(order, stories, Progress.NONE);
        List<Finding> told = new ArrayList<>();
        for (Finding finding : checked.findings()) {
            // A story is told once.
            told.add(peers.remove(finding.peer()) ? finding.with(stories.of(finding.peer())) : finding);
        }
        if (second.signature() != first.signature()) {
            told.add(new Finding(
                    "not-repeatable",
                    0,
                    -1,
                    "",
                    "the same seed gave another signature in a second run: a handler depends on something else than what it is given",
                    List.of()));
        }
        return new Checked(
                checked.broadcasts(), checked.owed(), checked.permitted(), checked.arrived(), told, checked.found());
    }

    private static List<String> reasons(Measurements measurements, Checked checked) {
        List<String> reasons = new ArrayList<>();
        if (measurements.total(Count.CONNECTS) == 0) {
            reasons.add("no peer connected: the run says nothing");
        }
        if (checked.found() > 0) {
            reasons.add(checked.found() + " findings");
        }
        because(reasons, measurements, Count.PEERS_UNFINISHED, "peers were not done when the patience was over");
        because(reasons, measurements, Count.EXPECTATIONS_MISSED, "expectations were not met in time");
        because(reasons, measurements, Count.BARRIERS_MISSED, "peers waited at a barrier in vain");
        return reasons;
    }

    private static void because(List<String> reasons, Measurements measurements, Count count, String what) {
        long times = measurements.total(count);
        if (times > 0) {
            reasons.add(times + " " + what);
        }
    }

    private void check(Order order) {
        order.faults().check(settings.nodes);
        Program program = order.scenario().program();
        long most = program.largestPayload();
        int taken = settings.limits.maxMessageBytes() - 1024;
        if (most > taken) {
            throw new IllegalArgumentException("payloads of up to " + most + " bytes, and the nodes take " + taken
                    + " and a header; make them smaller, or raise limits().maxMessageBytes");
        }
        if (program.events().size() > 31) {
            throw new IllegalArgumentException(
                    "the scenario has " + program.events().size() + " events, expected at most 31 in virtual time");
        }
        boolean history = settings.rooms.isEmpty()
                ? settings.options.history().isPresent()
                : settings.rooms.stream()
                        .anyMatch(room -> room.options().history().isPresent());
        if (program.uses(Opcode.HISTORY) && !history) {
            throw new IllegalArgumentException(
                    "the scenario reads histories, and no room has one; declare them with RoomOptions.history(size, age)");
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        environment.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        environment.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        environment.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        environment.put("heap", Runtime.getRuntime().maxMemory() / (1024 * 1024) + " MiB");
        return environment;
    }

    /** Collects what the nodes are. Not safe for concurrent use. */
    public static final class Builder {

        private final int nodes;
        private int loops = 2;
        private Limits limits = Limits.defaults();
        private int networkBytes = MemorySettings.DEFAULT_NETWORK_BYTES;
        private RoomOptions options = RoomOptions.defaults();
        private boolean counting;
        private Fidelity fidelity = Fidelity.MESSAGES;
        private boolean stories = true;
        private final List<ClusterSettings.Rooms> rooms = new ArrayList<>();

        private Builder(int nodes) {
            if (nodes < 1 || nodes > 1000) {
                throw new IllegalArgumentException("nodes is " + nodes + ", expected 1 to 1000");
            }
            this.nodes = nodes;
        }

        /** Sets how many event loops each node has. Default 2. */
        public Builder loops(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("loops is " + count + ", expected at least 1");
            }
            loops = count;
            return this;
        }

        /** Sets the limits of every node. */
        public Builder limits(Consumer<Limits.Builder> setting) {
            Limits.Builder builder = Limits.builder();
            setting.accept(builder);
            limits = builder.build();
            return this;
        }

        /** Sets how much of what a node sends to one client the network takes before the client reads. Default: 256 KiB. */
        public Builder networkBytes(int bytes) {
            networkBytes = bytes;
            return this;
        }

        /** Sets the options of the rooms that are declared where {@link #room} declares none. */
        public Builder options(RoomOptions ofAll) {
            options = ofAll;
            return this;
        }

        /**
         * Lets the handlers of the rooms that are declared where {@link #room} declares none count what their nodes deliver and tell newcomers, and checks at the end that each
         * peer's snapshot and what it got since fit together. For scenarios that relay to {@link io.roomcast.testkit.scenario.Relay#EVERYBODY} and send nothing to single peers.
         */
        public Builder countingRooms() {
            counting = true;
            return this;
        }

        /** Sets what lies between clients and nodes. Default: whole messages. */
        public Builder fidelity(Fidelity level) {
            fidelity = level;
            return this;
        }

        /** Leaves out the second run that tells the stories of findings. */
        public Builder withoutStories() {
            stories = false;
            return this;
        }

        /** Declares a kind of room, with one handler for all nodes; it is used by every run and must remember nothing of one. */
        public Builder room(String pattern, RoomHandler handler) {
            return room(pattern, RoomOptions.defaults(), node -> handler);
        }

        /** Declares a kind of room. @param handlers makes the handler of a node, numbered from 1, at each of its starts */
        public Builder room(String pattern, RoomOptions roomOptions, IntFunction<RoomHandler> handlers) {
            rooms.add(new ClusterSettings.Rooms(pattern, roomOptions, handlers));
            return this;
        }

        /** Makes the driver. */
        public VirtualDriver build() {
            Builder copy = new Builder(nodes);
            copy.loops = loops;
            copy.limits = limits;
            copy.networkBytes = networkBytes;
            copy.options = options;
            copy.counting = counting;
            copy.fidelity = fidelity;
            copy.stories = stories;
            copy.rooms.addAll(rooms);
            return new VirtualDriver(copy);
        }
    }
}
