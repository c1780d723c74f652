package io.roomcast.testkit.load;

import static java.util.Objects.requireNonNull;

import io.roomcast.testkit.drive.Driver;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.scenario.Subprotocol;
import io.roomcast.testkit.socket.MachineLimits;
import io.roomcast.testkit.socket.Target;
import io.roomcast.testkit.socket.Trust;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs scenarios against Roomcast servers that are there already. Their rooms' handlers must do what the scenario takes for granted: give a message to
 * the one peer it is addressed to, and otherwise to all that {@link io.roomcast.testkit.scenario.Relay} says.
 *
 * <p>{@link #run} uses the caller's thread for all clients; one driver runs one scenario at a time. {@link #stop} is for any thread.
 */
public final class RemoteDriver implements Driver {

    private final List<Target> targets;
    private final LoadSettings settings;
    private final GaugeSource gauges;
    private volatile @Nullable LoadRun current;
    private volatile boolean stopped;
    private WarmUp warmUp = WarmUp.NONE;

    /**
     * @param targets where servers of one cluster are; peers are dealt out evenly
     * @param gauges tells more of the servers than their clients see
     */
    public RemoteDriver(List<Target> targets, LoadSettings settings, GaugeSource gauges) {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("there is no target, expected at least one");
        }
        this.targets = List.copyOf(targets);
        this.settings = settings;
        this.gauges = gauges;
    }

    @Override
    public RunResult run(Order order, Progress progress) {
        return measure(order, progress).result();
    }

    /** Runs a scenario and returns all that was measured. */
    public LoadResult measure(Order order, Progress progress) {
        check(order);
        warmUp(order, progress);
        return measure(order, progress, RunClock.soon());
    }

    private LoadResult measure(Order order, Progress progress, RunClock clock) {
        long begun = System.nanoTime();
        long cpu = OwnProcess.cpuNanos();
        LoadPart part = share(order, progress, clock);
        return Judgement.of(
                order,
                mode(targets),
                0,
                settings,
                List.of(part),
                Duration.ofNanos(System.nanoTime() - begun),
                Duration.ofNanos(OwnProcess.cpuNanos() - cpu));
    }

    /**
     * Warms up for a run, for as long as the settings say: once, however many runs there are. What is wrong with the servers stands in the reports of the runs. {@link #measure} does so by
     * itself.
     */
    public void warmUp(Order order, Progress progress) {
        if (settings.warmUp().isZero() || !warmUp.lasted().isZero()) {
            return;
        }
        Playing playing = Playing.warmUp(order.scenario().expectedPeers(), settings.warmUp());
        warmUp = begin(order, RunClock.soon(), playing, progress).warmUp();
    }

    /** Runs this process's share of a scenario that several processes run together; {@link #together} adds the shares up. */
    public LoadPart share(Order order, Progress progress, RunClock clock) {
        return begin(order, clock, Playing.AS_IT_IS, progress).run().after(warmUp);
    }

    private LoadRun begin(Order order, RunClock clock, Playing playing, Progress progress) {
        LoadRun run =
                new LoadRun(order, settings, clock, targets, false, playing, new OwnProcess().and(gauges), progress);
        current = run;
        if (stopped) {
            run.stop();
        }
        return run;
    }

    /**
     * Adds up the shares of several processes and judges them together.
     *
     * @param targets of all of them
     * @param took how long somebody waited for it
     */
    public static LoadResult together(
            Order order, List<Target> targets, LoadSettings settings, List<LoadPart> parts, Duration took) {
        return Judgement.of(order, mode(targets), 0, settings, parts, took, Duration.ZERO);
    }

    /** Says what a report is to say of where it ran. */
    private static String mode(List<Target> targets) {
        boolean blind = targets.stream().anyMatch(target -> {
            Trust trust = target.trust();
            return trust != null && !trust.checksCertificates();
        });
        return blind ? "remote-insecure" : "remote";
    }

    /** Ends the run that is on its way, which is void then. From any thread. */
    public void stop() {
        stopped = true;
        LoadRun run = current;
        if (run != null) {
            run.stop();
        }
    }

    /**
     * Says what stands in the way of a run.
     *
     * @throws IllegalArgumentException if something does, with what to change
     */
    public void check(Order order) {
        if (!order.faults().isEmpty()) {
            throw new IllegalArgumentException(
                    "there are faults in the plan, and servers elsewhere are not in this driver's hands; expected none");
        }
        if (settings.processes() > 1 && order.scenario().program().uses(Opcode.BARRIER)) {
            throw new IllegalArgumentException("the scenario has a barrier and there are " + settings.processes()
                    + " processes, which do not wait for each other; expected one process or no barrier");
        }
        long peers = order.scenario().expectedPeers() / settings.processes() + 1;
        boolean manySources = targets.stream().allMatch(Target::isLoopback);
        List<String> lacking = new ArrayList<>(
                MachineLimits.here().lacking((int) Math.min(Integer.MAX_VALUE, peers), false, manySources));
        lacking.addAll(lackingAtServers(order.scenario().expectedPeers()));
        if (!lacking.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", lacking));
        }
        for (Subprotocol subprotocol : Subprotocol.values()) {
            if (order.scenario().program().uses(Opcode.CONNECT, subprotocol.ordinal())) {
                for (Target target : targets) {
                    Probe.of(target, settings, subprotocol)
                            .check(order.scenario().program().largestPayload());
                }
            }
        }
    }

    /** What servers on this machine lack for their shares of all peers. A server elsewhere is not asked. */
    private List<String> lackingAtServers(long peers) {
        Map<Long, List<Target>> byProcess = new LinkedHashMap<>();
        Map<Long, ServerProcess> processes = new HashMap<>();
        for (Target target : targets) {
            if (target.isLoopback()) {
                ServerProcess.listeningAt(target.address().getPort()).ifPresent(process -> {
                    processes.put(process.pid(), process);
                    byProcess
                            .computeIfAbsent(process.pid(), pid -> new ArrayList<>())
                            .add(target);
                });
            }
        }
        List<String> lacking = new ArrayList<>();
        byProcess.forEach((pid, here) -> {
            long share = (peers * here.size() + targets.size() - 1) / targets.size();
            OptionalLong spare = requireNonNull(processes.get(pid)).spareFiles();
            if (spare.isPresent() && spare.getAsLong() < share) {
                lacking.add(
                        "the server at " + here.get(0).url() + ", process " + pid + ", would have " + share
                                + " connections and can open " + spare.getAsLong()
                                + " files more: raise ulimit -n where it is started, ask for fewer peers, or start more servers");
            }
        });
        return lacking;
    }
}
