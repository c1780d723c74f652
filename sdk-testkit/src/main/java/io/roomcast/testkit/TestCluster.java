package io.roomcast.testkit;

import io.roomcast.Authenticator;
import io.roomcast.Limits;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.Roomcast;
import io.roomcast.RoomcastListener;
import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.Node;
import io.roomcast.runtime.NodeSettings;
import io.roomcast.runtime.bridge.LocalHub;
import io.roomcast.runtime.environment.Environment;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.room.RoomKinds;
import io.roomcast.runtime.transport.memory.MemorySettings;
import io.roomcast.runtime.transport.memory.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * A cluster in one thread.
 *
 * <pre>{@code
 * try (TestCluster cluster = TestCluster.builder().nodes(2).room("chat/{topic}", new ChatRoom()).start()) {
 *   TestPeer ann = cluster.peer(1);
 *   TestPeer bob = cluster.peer(2);
 *   ann.join("chat/jazz");
 *   bob.join("chat/jazz");
 *   ann.say("chat/jazz", "said", "hello");
 *   assertThat(bob.messages("chat/jazz")).extracting(Received::text).containsExactly("hello");
 * }
 * }</pre>
 *
 * <p>Every node runs the production runtime; transport and bridge are the in-memory ones, which are products too. Nothing runs
 * by itself: a call of a peer pumps the cluster until it rests, so a test needs no waiting and no callback outlives it. Calls
 * that end in {@code Later} do not pump; {@link #settle()} does. Time stands still except in {@link #advance}.
 *
 * <p>Confined to one thread: the test's. With {@link Builder#threads} the nodes run on threads of their own.
 */
public final class TestCluster implements AutoCloseable {

    private static final int LOOPS_PER_NODE = 2;

    /** Timers fire up to this much late, as they do on sockets. */
    private static final Duration TICK = Duration.ofMillis(100);

    private final long seed;
    private final Pump pump;
    private final List<Node> nodes = new ArrayList<>();
    private final List<MemoryTransport> transports = new ArrayList<>();

    private TestCluster(Builder builder) {
        this.seed = builder.seed;
        this.pump = builder.threads == 0 ? new Simulation(builder.seed) : new RealThreads(builder.threads);
        SeededIds ids = new SeededIds(builder.seed + 1);
        LocalHub hub = LocalHub.on(pump);
        for (int number = 1; number <= builder.nodes; number++) {
            int node = number;
            RoomKinds kinds = new RoomKinds();
            builder.rooms.forEach(declare -> declare.on(kinds, node));
            MemoryTransport transport =
                    new MemoryTransport(LOOPS_PER_NODE, pump, pump, MemorySettings.of(builder.limits));
            transports.add(transport);
            nodes.add(Node.start(
                    new NodeSettings(kinds, builder.limits, builder.authenticator, builder.bridges.apply(hub.bridge())),
                    new Environment(pump, ids, pump, new Telemetry(builder.listeners)),
                    transport,
                    (future, after) -> {},
                    () -> {}));
        }
        pump.settle();
    }

    /** Returns a builder: two nodes, no rooms, a seed that is printed. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the seed, to run the same interleaving again. */
    public long seed() {
        return seed;
    }

    /** Returns a node. @param number from 1 */
    public Roomcast node(int number) {
        return nodes.get(number - 1);
    }

    /** Connects a peer to a node and says hello. @param node from 1 */
    public TestPeer peer(int node) {
        TestPeer peer = connect(node);
        peer.hello("");
        return peer;
    }

    /** Connects a peer to a node that can come back to its session, and says hello. @param node from 1 */
    public TestPeer resumablePeer(int node) {
        TestPeer peer = connect(node);
        peer.helloResumable("");
        return peer;
    }

    /** Connects a client to a node that has not said hello yet. @param node from 1 */
    public TestPeer connect(int node) {
        return new TestPeer(this, transports.get(node - 1));
    }

    MemoryTransport transport(int node) {
        return transports.get(node - 1);
    }

    /** Lets everything happen that can happen now. */
    public void settle() {
        pump.settle();
    }

    /** Lets at most so many single steps happen, and so leaves things half done. */
    public void steps(int most) {
        if (!(pump instanceof Simulation simulation)) {
            throw new IllegalStateException("real threads cannot be stepped");
        }
        for (int i = 0; i < most && simulation.step(); i++) {}
    }

    /** Lets time pass, in small portions, and everything happen that falls due. */
    public void advance(Duration time) {
        settle();
        Duration left = time;
        while (!left.isZero()) {
            Duration portion = Collections.min(List.of(left, TICK, untilNextSoon()));
            pump.advance(portion);
            transports.forEach(MemoryTransport::fireTimers);
            settle();
            left = left.minus(portion);
        }
    }

    /** Returns how long until a timer that is not late is due; at least a nanosecond, so that time goes on. */
    private Duration untilNextSoon() {
        long next = transports.stream()
                .mapToLong(MemoryTransport::nextSoonNanos)
                .min()
                .orElse(Long.MAX_VALUE);
        return Duration.ofNanos(Math.max(1, next - pump.nanos()));
    }

    /** Stops the nodes one after another. */
    @Override
    public void close() {
        for (Node node : nodes) {
            var stopped = node.stop(Duration.ofSeconds(5));
            for (int i = 0; i < 100 && !stopped.toCompletableFuture().isDone(); i++) {
                advance(TICK);
            }
            if (!stopped.toCompletableFuture().isDone()) {
                throw new AssertionError("node " + node.id() + " did not stop; seed " + seed + ", " + node.stats());
            }
        }
        pump.close();
    }

    /** Builds a cluster. Not safe for concurrent use. */
    public static final class Builder {

        private int nodes = 2;
        private long seed = new Random().nextLong();
        private int threads;
        private Limits limits = Limits.defaults();
        private Authenticator authenticator = NodeSettings.EVERYBODY;
        private UnaryOperator<Bridge> bridges = bridge -> bridge;
        private final List<RoomcastListener> listeners = new ArrayList<>();
        private final List<Declaration> rooms = new ArrayList<>();

        private interface Declaration {
            void on(RoomKinds kinds, int node);
        }

        private Builder() {}

        /** Sets how many nodes there are. Default 2. */
        public Builder nodes(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("nodes is " + count + ", expected at least 1");
            }
            nodes = count;
            return this;
        }

        /** Sets the seed. Default: another one in every run; {@link TestCluster#seed()} tells which. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Runs the cluster on real threads that race, instead of in one thread. Default 0: one thread, interleaved by the seed. */
        public Builder threads(int count) {
            threads = count;
            return this;
        }

        /** Declares a kind of room, with one handler for all nodes. */
        public Builder room(String pattern, RoomHandler handler) {
            return room(pattern, RoomOptions.defaults(), node -> handler);
        }

        /** Declares a kind of room. @param handlers makes the handler of a node, numbered from 1 */
        public Builder room(String pattern, RoomOptions options, IntFunction<RoomHandler> handlers) {
            rooms.add((kinds, node) -> kinds.declare(pattern, handlers.apply(node), options));
            return this;
        }

        /** Sets the limits of every node. */
        public Builder limits(Consumer<Limits.Builder> settings) {
            Limits.Builder builder = Limits.builder();
            settings.accept(builder);
            limits = builder.build();
            return this;
        }

        /** Decides who may connect. Default: everybody. */
        public Builder authenticator(Authenticator decides) {
            authenticator = decides;
            return this;
        }

        /** Puts something between each node and its bridge, such as one that loses envelopes. Called for each node in turn. */
        public Builder bridges(UnaryOperator<Bridge> wrapper) {
            bridges = wrapper;
            return this;
        }

        /** Observes every node. */
        public Builder listener(RoomcastListener listener) {
            listeners.add(listener);
            return this;
        }

        /** Starts the nodes. */
        public TestCluster start() {
            return new TestCluster(this);
        }
    }
}
