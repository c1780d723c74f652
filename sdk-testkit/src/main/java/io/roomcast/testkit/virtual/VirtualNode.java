package io.roomcast.testkit.virtual;

import io.roomcast.Authentication;
import io.roomcast.AuthenticationRequest;
import io.roomcast.Identity;
import io.roomcast.NodeStats;
import io.roomcast.RoomHandler;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.runtime.Node;
import io.roomcast.runtime.NodeSettings;
import io.roomcast.runtime.environment.Environment;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.room.RoomKinds;
import io.roomcast.runtime.transport.memory.MemorySettings;
import io.roomcast.testkit.oracle.WatchedHandler;
import io.roomcast.testkit.oracle.Watcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One place in the cluster and the node that is there now: it can be killed and started again as another. Belongs to the world's thread. */
final class VirtualNode {

    /** How the token of a client begins that wants to resume. */
    static final String RESUMES = "resumes ";

    private static final int NO_EVENT = 63;
    private static final int IN_HISTORY = 64;

    private final int number;
    private final VirtualCluster cluster;
    private int starts;
    private @Nullable Life life;
    /** Of the lives that ended in order. */
    private final List<NodeStats> past = new ArrayList<>();

    /** Of the lives that did not, as they were then. */
    private final List<NodeStats> killed = new ArrayList<>();

    /** From a start to its end. */
    private static final class Life {
        private final NodeWorld world;
        private final VirtualTransport transport;
        private final NodeBridge bridge;
        private final Node node;
        private final List<RoomHandler> handlers;
        private boolean accepting = true;
        /** Route number to room number and event: room + 1 in the upper bits, 0 = not defined. */
        private long[] routes = new long[64];

        Life(NodeWorld world, VirtualTransport transport, NodeBridge bridge, Node node, List<RoomHandler> handlers) {
            this.world = world;
            this.transport = transport;
            this.bridge = bridge;
            this.node = node;
            this.handlers = handlers;
        }
    }

    VirtualNode(int number, VirtualCluster cluster) {
        this.number = number;
        this.cluster = cluster;
    }

    int number() {
        return number;
    }

    /** Starts a node here. */
    void start(Bridge hub, @Nullable Function<BridgeListener, Ear> ears) {
        NodeWorld world = new NodeWorld(cluster.world());
        Watcher watcher = new LivingWatcher(world, cluster.watcher());
        RoomKinds kinds = new RoomKinds();
        List<RoomHandler> handlers = new ArrayList<>();
        cluster.rooms().forEach(room -> {
            RoomHandler handler = room.handlers().apply(number);
            handlers.add(handler);
            kinds.declare(room.pattern(), WatchedHandler.of(handler, watcher, number, room.options()), room.options());
        });
        VirtualTransport transport = new VirtualTransport(
                cluster.loops(),
                world,
                world,
                new MemorySettings(cluster.limits(), cluster.networkBytes()),
                cluster.networkDice(),
                cluster.violated());
        NodeBridge bridge = new NodeBridge(number, hub, ears, cluster.historyTap(), cluster::carried);
        cluster.ids().announceNode(number, ++starts);
        Node node = Node.start(
                new NodeSettings(kinds, cluster.limits(), this::authenticate, bridge),
                new Environment(world, cluster.ids(), world, new Telemetry(List.of())),
                transport,
                this::completeLater,
                () -> {});
        life = new Life(world, transport, bridge, node, handlers);
    }

    /**
     * Lets everybody in and says whose session is opened next: the token of a client is its number. Not for one that wants to resume: if it gets a new session,
     * then not at once.
     */
    private CompletableFuture<Authentication> authenticate(AuthenticationRequest request) {
        if (!request.token().startsWith(RESUMES)) {
            cluster.ids().announcePeer(Integer.parseInt(request.token()));
        }
        return CompletableFuture.completedFuture(Authentication.accept(Identity.anonymous()));
    }

    private void completeLater(CompletableFuture<Void> future, Duration after) {
        cluster.agenda().at(cluster.world().nanos() + after.toNanos(), () -> future.complete(null));
    }

    /** Returns whether clients can connect. */
    boolean isAccepting() {
        return life != null && life.accepting;
    }

    boolean isUp() {
        return life != null;
    }

    VirtualTransport transport() {
        return living().transport;
    }

    /** Returns what can be done to what it hears; null when it is down, or nothing can be done. */
    @Nullable
    Ear ear() {
        return life == null ? null : life.bridge.ear();
    }

    /** Returns how the ids of the node that is here now begin; empty when it is down. */
    String tag() {
        return life == null ? "" : Ear.tag(life.node.id());
    }

    void skew(int perMille) {
        if (life != null) {
            life.world.skew(perMille);
        }
    }

    /** Takes the node away, as a power cut does. What other nodes notice of it they notice now. */
    void kill() {
        Life ended = life;
        if (ended == null) {
            return;
        }
        life = null;
        killed.add(ended.node.stats());
        ended.bridge.silence();
        ended.world.kill();
        ended.bridge.close();
    }

    /** Stops the node in order; calls back when it has. */
    void stop(Duration deadline, Runnable then) {
        Life stopping = living();
        boolean first = stopping.accepting;
        stopping.accepting = false;
        stopping.node.stop(deadline).whenComplete((done, failure) -> {
            if (!stopping.world.isAlive()) {
                return;
            }
            if (first) {
                past.add(stopping.node.stats());
            }
            if (life == stopping) {
                life = null;
            }
            then.run();
        });
    }

    /** Returns what the nodes that were here have counted, those that were killed left out. */
    List<NodeStats> stats() {
        List<NodeStats> all = new ArrayList<>(past);
        if (life != null) {
            all.add(life.node.stats());
        }
        return all;
    }

    /** Returns what the nodes that were killed here had counted by then. */
    List<NodeStats> statsOfKilled() {
        return killed;
    }

    /** Returns the handlers of the node that is here now, in the order of the declarations. */
    List<RoomHandler> handlers() {
        return life == null ? List.of() : life.handlers;
    }

    void fireTimers(boolean all) {
        Life living = life;
        if (living != null && (all || living.transport.nextSoonNanos() <= living.world.nanos())) {
            living.transport.fireTimers();
        }
    }

    /** Returns in how many nanoseconds the node has something to do at an instant, roughly; MAX_VALUE if nothing. */
    long untilSoon() {
        Life living = life;
        if (living == null) {
            return Long.MAX_VALUE;
        }
        long soon = living.transport.nextSoonNanos();
        return soon == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(1, soon - living.world.nanos());
    }

    // ---- routes, which are the same for all clients of a node

    /** A client was told what a route stands for. @param event its place in the program, or -1 */
    void defineRoute(int route, int room, int event, boolean history) {
        Life living = living();
        if (route >= living.routes.length) {
            living.routes =
                    Arrays.copyOf(living.routes, Math.max(route + 1, living.routes.length + living.routes.length / 8));
        }
        living.routes[route] = (room + 1L) << 8 | (history ? IN_HISTORY : 0) | (event < 0 ? NO_EVENT : event);
    }

    /** Returns the room of a route, -1 if it was never told. */
    int roomOfRoute(int route) {
        long[] routes = living().routes;
        return route < routes.length ? (int) (routes[route] >>> 8) - 1 : -1;
    }

    /** Returns whether what comes on a route is in its room's history. */
    boolean isRouteOfHistory(int route) {
        return (living().routes[route] & IN_HISTORY) != 0;
    }

    /** Returns the place in the program of the event of a route, -1 if it has none. */
    int eventOfRoute(int route) {
        int event = (int) living().routes[route] & NO_EVENT;
        return event == NO_EVENT ? -1 : event;
    }

    private Life living() {
        Life living = life;
        if (living == null) {
            throw new IllegalStateException("node " + number + " is down");
        }
        return living;
    }
}
