package io.roomcast.testkit.load;

import io.roomcast.Roomcast;
import io.roomcast.RoomcastBuilder;
import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.bridge.LocalHub;
import io.roomcast.testkit.drive.Driver;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.fault.FaultKind;
import io.roomcast.testkit.measure.Gauge;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.socket.MachineLimits;
import io.roomcast.testkit.socket.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs scenarios against nodes in this JVM, over real sockets on the loopback interface: what a node does with sockets, without a machine for
 * each. The nodes are joined by the in-process bridge and live as long as the run.
 *
 * <p>{@link #run} uses the caller's thread for all clients; the nodes have threads of their own. Of faults it knows {@link FaultKind#DRAIN}.
 */
public final class LoopbackDriver implements Driver {

    private final int count;
    private final LoadSettings settings;
    private final Consumer<RoomcastBuilder> declares;
    private volatile @Nullable LoadRun current;
    private volatile boolean stopped;
    /** What went before the first run: the JVM is warm for the others too. */
    private WarmUp warmUp = WarmUp.NONE;

    /**
     * @param nodes how many
     * @param declares gives each node its rooms, and other settings; where it listens and its bridge are set afterwards
     */
    public LoopbackDriver(int nodes, LoadSettings settings, Consumer<RoomcastBuilder> declares) {
        if (nodes < 1 || nodes > 100) {
            throw new IllegalArgumentException("nodes is " + nodes + ", expected 1 to 100");
        }
        this.count = nodes;
        this.settings = settings;
        this.declares = declares;
    }

    @Override
    public RunResult run(Order order, Progress progress) {
        return measure(order, progress).result();
    }

    /** Runs a scenario and returns all that was measured. */
    public LoadResult measure(Order order, Progress progress) {
        check(order);
        try (Nodes nodes = new Nodes()) {
            if (warmUp.lasted().isZero() && !settings.warmUp().isZero()) {
                Playing playing = Playing.warmUp(order.scenario().expectedPeers(), settings.warmUp());
                warmUp = begin(order, nodes, playing, progress).warmUp();
            }
            long begun = System.nanoTime();
            long cpu = OwnProcess.cpuNanos();
            LoadRun run = begin(order, nodes, Playing.AS_IT_IS, progress);
            order.faults().faults().forEach(fault -> nodes.plan(run, fault));
            LoadPart part = run.run().after(warmUp);
            return Judgement.of(
                    order,
                    "loopback",
                    count,
                    settings,
                    List.of(part),
                    Duration.ofNanos(System.nanoTime() - begun),
                    Duration.ofNanos(OwnProcess.cpuNanos() - cpu));
        }
    }

    private LoadRun begin(Order order, Nodes nodes, Playing playing, Progress progress) {
        LoadRun run = new LoadRun(
                order,
                settings,
                RunClock.soon(),
                nodes.targets(),
                true,
                playing,
                new OwnProcess().and(nodes::read),
                progress);
        current = run;
        if (stopped) {
            run.stop();
        }
        return run;
    }

    /** Ends the run that is on its way, which is void then. From any thread. */
    public void stop() {
        stopped = true;
        LoadRun run = current;
        if (run != null) {
            run.stop();
        }
    }

    private void check(Order order) {
        order.faults().check(count);
        for (Fault fault : order.faults().faults()) {
            if (fault.kind() != FaultKind.DRAIN) {
                throw new IllegalArgumentException("\"" + fault
                        + "\" cannot be had on loopback sockets, expected DRAIN; in virtual time all faults can");
            }
        }
        long peers = Math.min(Integer.MAX_VALUE, order.scenario().expectedPeers());
        List<String> lacking = MachineLimits.here().lacking((int) peers, true, true);
        if (!lacking.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", lacking));
        }
    }

    /** The nodes of a run. A drained one comes back at its port. */
    private final class Nodes implements AutoCloseable {

        private final LocalHub hub = LocalHub.create();
        private final List<Roomcast> nodes = new ArrayList<>();
        private final List<Integer> ports = new ArrayList<>();
        private final ExecutorService drainer = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "roomcast-testkit-drainer");
            thread.setDaemon(true);
            return thread;
        });

        Nodes() {
            for (int i = 0; i < count; i++) {
                Roomcast node = start(0);
                nodes.add(node);
                ports.add(node.addresses().get(0).getPort());
            }
        }

        private Roomcast start(int port) {
            RoomcastBuilder builder = Roomcast.builder();
            declares.accept(builder);
            Bridge bridge = hub.bridge();
            return builder.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .bridge(bridge)
                    .start();
        }

        List<Target> targets() {
            return ports.stream()
                    .map(port -> Target.of("ws://127.0.0.1:" + port))
                    .toList();
        }

        synchronized void read(java.util.function.ObjDoubleConsumer<Gauge> target) {
            target.accept(
                    Gauge.SERVER_QUEUES,
                    nodes.stream()
                            .mapToLong(node -> node.stats().outboundBytes())
                            .sum());
        }

        void plan(LoadRun run, Fault fault) {
            int index = fault.node() - 1;
            run.at(fault.at().toNanos(), () -> {
                run.lenientUntil(
                        fault.until().toNanos() + settings.deliveryTimeout().toNanos());
                drainer.execute(() -> node(index).close());
            });
            run.at(fault.until().toNanos(), () -> drainer.execute(() -> replace(index)));
        }

        private synchronized Roomcast node(int index) {
            return nodes.get(index);
        }

        private void replace(int index) {
            Roomcast fresh = start(ports.get(index));
            synchronized (this) {
                nodes.set(index, fresh);
            }
        }

        @Override
        public void close() {
            drainer.shutdown();
            List<Roomcast> all;
            synchronized (this) {
                all = List.copyOf(nodes);
            }
            all.stream()
                    .map(node -> node.stop(Duration.ofSeconds(1)).toCompletableFuture())
                    .toList()
                    .forEach(stopping -> stopping.join());
        }
    }
}
