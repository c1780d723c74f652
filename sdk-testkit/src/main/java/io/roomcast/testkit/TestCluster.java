package io.roomcast.testkit;

import io.roomcast.Authenticator;
import io.roomcast.Limits;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.RoomcastListener;
import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.NodeSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A cluster for a test.
 *
 * <pre>{@code
 * try (TestCluster cluster = TestCluster.builder().nodes(2).room("chat/{topic}", new ChatRoom()).start()) {
 *   TestPeer ann = cluster.node(1).peer("ann");
 *   TestPeer bob = cluster.node(2).peer("bob");
 *   ann.join("chat/jazz");
 *   bob.join("chat/jazz");
 *   ann.in("chat/jazz").say("said", "hello");
 *   bob.expect("said", "hello");
 *   ann.expectNothing();
 *   cluster.verify();
 * }
 * }</pre>
 *
 * <p>Every node runs the production runtime; transport and bridge are the in-memory ones, which are products too. Nothing runs
 * by itself: a call of a peer pumps the cluster until it rests, so a test needs no waiting and no callback outlives it. Calls
 * that end in {@code Later} do not pump; {@link #settle()} does. Time stands still except in {@link #advance} and while an
 * expectation waits.
 *
 * <p>That is so in one thread, where the seed decides what runs next. {@link Builder#threads} and {@link Builder#sockets} run the same
 * test on threads that race, and on real sockets.
 *
 * <p>For one thread: the test's. It keeps all that its peers saw: it is for tests of thousands of messages, not of millions.
 */
public final class TestCluster implements AutoCloseable {

    private static final Duration STOPPED = Duration.ofSeconds(10);

    private final long seed;
    private final World world;
    private final Duration patience;
    private final Duration quiet;
    private final boolean strict;
    private final HandlerFailures failures = new HandlerFailures();
    private final List<TestNode> nodes = new ArrayList<>();
    private final Inspection inspection = new Inspection(nodes, failures);
    private final Cast cast = new Cast();

    private TestCluster(Builder builder) {
        this.seed = builder.seed;
        this.patience = builder.patience;
        this.strict = builder.strict;
        this.world = builder.newWorld();
        this.quiet = builder.quiet != null ? builder.quiet : world.quiet();
        builder.world.enter(world);
        for (World.House house : world.start(builder.plan(failures))) {
            nodes.add(new TestNode(this, nodes.size() + 1, house.node(), house.door()));
        }
        builder.observers.forEach(observer -> observer.accept(this));
    }

    /** Returns a builder: two nodes, no rooms, another seed each time. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the seed, to run the same interleaving again. */
    public long seed() {
        return seed;
    }

    /** Returns how many nodes it was started with. */
    public int size() {
        return nodes.size();
    }

    /** Returns a node. @param number from 1 */
    public TestNode node(int number) {
        if (number < 1 || number > nodes.size()) {
            throw new IllegalArgumentException("number is " + number + ", expected 1 to " + nodes.size());
        }
        return nodes.get(number - 1);
    }

    /** Connects a peer with a name of the kit's choice to a node and says hello. @param node from 1 */
    public TestPeer peer(int node) {
        return node(node).peer(cast.freshName());
    }

    /** Connects a peer that can come back to its session, with a name of the kit's choice, and says hello. @param node from 1 */
    public TestPeer resumablePeer(int node) {
        TestPeer peer = connect(node);
        peer.helloResumable("");
        return peer;
    }

    /** Connects a client with a name of the kit's choice to a node that has not said hello yet. @param node from 1 */
    public TestPeer connect(int node) {
        return node(node).connect(cast.freshName());
    }

    /** Returns the peer of this name that connected last. */
    public Optional<TestPeer> peer(String name) {
        return cast.named(name);
    }

    /** Returns all peers in the order in which they connected. */
    public List<TestPeer> peers() {
        return cast.all();
    }

    TestPeer connect(TestNode node, String name) {
        cast.requireFree(name);
        Diary diary = new Diary(name + " (node " + node.number() + ")");
        ClientSession session = new ClientSession(new Chronicle(diary, this::now, cast::nameOf), "seed " + seed);
        session.onWelcome(id -> cast.welcomed(id, name));
        TestPeer peer = new TestPeer(this, node, name, diary, session);
        if (strict) {
            peer.strict();
        }
        cast.enter(peer);
        settle();
        return peer;
    }

    TestPeer peerOf(Diary diary) {
        return cast.of(diary);
    }

    /** Lets everything happen that can happen now. */
    public void settle() {
        world.settle();
    }

    /** Lets at most so many single steps happen, and so leaves things half done. */
    public void steps(int most) {
        world.steps(most);
    }

    /** Lets time pass, in small portions, and everything happen that falls due. */
    public void advance(Duration time) {
        awaitOnClock(() -> false, time);
    }

    /** Returns how much time has passed since the cluster was started, on its own clock. */
    public Duration now() {
        return world.elapsed();
    }

    /** Waits until something holds, for at most this long; returns whether it does. */
    boolean await(BooleanSupplier holds, Duration time) {
        return world.await(holds, time);
    }

    /** Waits until something holds, for at most so much of the cluster's time; returns whether it does. */
    boolean awaitOnClock(BooleanSupplier holds, Duration time) {
        world.settle();
        for (Duration left = time; !holds.getAsBoolean(); ) {
            if (left.isZero()) {
                return false;
            }
            left = left.minus(world.pass(left));
        }
        return true;
    }

    /** Lets happen what can happen now. Where nobody knows when that is over it is over when something holds. */
    void awaitSoon(BooleanSupplier holds) {
        world.awaitSoon(holds, patience);
    }

    Duration patience() {
        return patience;
    }

    Duration quiet() {
        return quiet;
    }

    /** Returns what a peer saw and how to see it again. */
    String story(Diary diary) {
        return diary.story(now()) + "\n" + replay();
    }

    private String replay() {
        return world.replay() + seed;
    }

    static String shown(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    // ---- the end

    /**
     * Expects that a handler, or other code of the application that a node called, threw this; returns it. What was thrown and not
     * expected makes {@link #verify} fail.
     */
    public <T extends Throwable> T expectHandlerFailure(Class<T> type) {
        await(() -> failures.has(type), patience);
        return failures.take(type)
                .orElseThrow(() -> new AssertionError("expected a handler to throw " + type.getName()
                        + ", and none did within " + shown(patience) + ".\n" + replay()));
    }

    /**
     * Lets everything happen that can happen, and fails if something went wrong that no expectation spoke of: a handler threw, or a
     * {@linkplain TestPeer#strict strict} peer saw something that was not expected.
     */
    public void verify() {
        world.settle();
        List<AssertionError> wrong = inspection.thrown();
        wrong.addAll(Inspection.unexpected(peers(), now()));
        fail(wrong);
    }

    /**
     * Ends the connections of these peers and fails if they leave something behind on any node: a peer, a membership, a room, a
     * request, a byte that waits.
     */
    public void dismiss(List<TestPeer> leaving) {
        leaving.stream().filter(TestPeer::isOpen).forEach(TestPeer::close);
        long staying = peers().stream().filter(TestPeer::isOpen).count();
        if (!awaitOnClock(() -> inspection.leftovers(staying).isEmpty(), world.leftovers())) {
            throw new AssertionError("the peers have gone, and this is left behind: "
                    + String.join("; ", inspection.leftovers(staying)) + ".\n" + replay());
        }
    }

    /** Ends the test: {@link #verify}, {@link #dismiss} of all peers, {@link #close}. Closes in any case. */
    public void conclude() {
        try (this) {
            verify();
            dismiss(peers());
            // What the last callbacks threw.
            fail(inspection.thrown());
        }
    }

    private void fail(List<AssertionError> wrong) {
        if (!wrong.isEmpty()) {
            AssertionError failure = new AssertionError(
                    wrong.get(0).getMessage() + "\n" + replay(), wrong.get(0).getCause());
            wrong.stream().skip(1).forEach(failure::addSuppressed);
            throw failure;
        }
    }

    /** Stops the nodes one after another. */
    @Override
    public void close() {
        for (TestNode node : nodes) {
            CompletableFuture<Void> stopped = node.stop(Duration.ofSeconds(5)).toCompletableFuture();
            if (!awaitOnClock(stopped::isDone, STOPPED)) {
                throw new AssertionError("node " + node.id() + " did not stop; seed " + seed + ", " + node.stats());
            }
        }
        world.close();
    }

    /** Builds a cluster. Not safe for concurrent use. */
    public static final class Builder {

        private int nodes = 2;
        private long seed = new Random().nextLong();
        private int threads;
        private Limits limits = Limits.defaults();
        private Authenticator authenticator = NodeSettings.EVERYBODY;
        private UnaryOperator<Bridge> bridges = bridge -> bridge;
        private Duration patience = Duration.ofSeconds(5);
        private @Nullable Duration quiet;
        private boolean sockets;
        private boolean strict;
        private final WorldToCome world = new WorldToCome();
        private final List<Consumer<TestCluster>> observers = new ArrayList<>();
        private final List<RoomcastListener> listeners = new ArrayList<>();
        private final List<ClusterPlan.Kind> rooms = new ArrayList<>();

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

        /**
         * Runs the nodes as they run in production: on Undertow, each on a free port of the loopback address, with threads, sockets and time
         * of their own. Peers speak over sockets. Expectations wait; nothing is repeated by a seed; {@link TestCluster#settle} and
         * {@link TestCluster#steps} mean nothing.
         */
        public Builder sockets() {
            sockets = true;
            return this;
        }

        private World newWorld() {
            if (sockets && threads > 0) {
                throw new IllegalArgumentException(
                        "threads is " + threads + ", expected 0 on sockets, where nodes have their own");
            }
            return sockets
                    ? new SocketWorld()
                    : new MemoryWorld(threads == 0 ? new Simulation(seed) : new RealThreads(threads));
        }

        private ClusterPlan plan(RoomcastListener observer) {
            List<RoomcastListener> all = new ArrayList<>(listeners);
            all.add(observer);
            return new ClusterPlan(nodes, seed, limits, authenticator, bridges, all, List.copyOf(rooms));
        }

        /** Declares a kind of room, with one handler for all nodes. */
        public Builder room(String pattern, RoomHandler handler) {
            return room(pattern, RoomOptions.defaults(), node -> handler);
        }

        /** Declares a kind of room. @param handlers makes the handler of a node, numbered from 1 */
        public Builder room(String pattern, RoomOptions options, IntFunction<RoomHandler> handlers) {
            rooms.add(new ClusterPlan.Kind(pattern, options, handlers));
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

        /**
         * Sets how long an expectation waits. Default 5 s: of the cluster's time in one thread, where it costs nothing, else of the
         * wall clock.
         */
        public Builder patience(Duration time) {
            patience = time;
            return this;
        }

        /**
         * Sets for how much of the cluster's time {@link Expectations#expectNothing()} looks. Default 1 s, and on sockets, where it is
         * waited for, 200 ms.
         */
        public Builder quiet(Duration time) {
            quiet = time;
            return this;
        }

        /** Makes all peers {@linkplain TestPeer#strict strict}. */
        public Builder strict() {
            strict = true;
            return this;
        }

        /**
         * Returns the time of the cluster that is started last, for the application's own code: it begins at the epoch, stands still
         * between the cluster's steps and moves with {@link TestCluster#advance}.
         */
        public Clock clock() {
            return world.clock();
        }

        /**
         * Returns an executor for the application's own asynchronous code, which makes it part of the cluster started last: its tasks are
         * interleaved with everything else, and the cluster does not rest while one waits.
         */
        public Executor executor() {
            return world.executor();
        }

        /** Is told of the cluster as soon as it runs: for those who verify and close what tests start. */
        public Builder onStart(Consumer<TestCluster> observer) {
            observers.add(observer);
            return this;
        }

        /** Starts the nodes. */
        public TestCluster start() {
            return new TestCluster(this);
        }
    }
}
