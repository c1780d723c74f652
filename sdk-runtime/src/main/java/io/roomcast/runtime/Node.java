package io.roomcast.runtime;

import io.roomcast.NodeStats;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.Roomcast;
import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.cluster.ClusterNode;
import io.roomcast.runtime.cluster.SingleNode;
import io.roomcast.runtime.environment.Environment;
import io.roomcast.runtime.outbound.NodeBudget;
import io.roomcast.runtime.outbound.policy.PolicyLoops;
import io.roomcast.runtime.room.Rooms;
import io.roomcast.runtime.session.SessionRegistry;
import io.roomcast.runtime.session.SessionSettings;
import io.roomcast.runtime.transport.Transport;
import io.roomcast.runtime.wire.WireFormats;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node on any transport, in any environment. {@link NodeBuilder} makes it from an application's settings; tests and
 * simulations make it with a world of their own.
 */
public final class Node implements Roomcast {

    private static final Logger log = LoggerFactory.getLogger(Roomcast.class);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);
    /** How long handlers may take for their last callbacks after the peers were cut. */
    private static final Duration LAST_CALLBACKS = Duration.ofSeconds(2);

    private static final int RECONNECT_AFTER_MILLIS = 1000;

    private final String id;
    private final Environment environment;
    private final Transport transport;
    private final @Nullable Bridge bridge;
    private final Rooms rooms;
    private final SessionRegistry sessions;
    private final NodeBudget budget;
    private final Deadline deadlines;
    private final Runnable release;
    private final AtomicReference<@Nullable CompletableFuture<Void>> stopped = new AtomicReference<>();

    private Node(
            String id,
            Environment environment,
            Transport transport,
            @Nullable Bridge bridge,
            Rooms rooms,
            SessionRegistry sessions,
            NodeBudget budget,
            Deadline deadlines,
            Runnable release) {
        this.id = id;
        this.environment = environment;
        this.transport = transport;
        this.bridge = bridge;
        this.rooms = rooms;
        this.sessions = sessions;
        this.budget = budget;
        this.deadlines = deadlines;
        this.release = release;
    }

    /**
     * Completes a future, in its own time, if it is not complete by then.
     */
    @FunctionalInterface
    public interface Deadline {
        void complete(CompletableFuture<Void> future, Duration after);
    }

    /**
     * Puts a node together and starts it.
     *
     * @param transport not started; the node starts and closes it
     * @param deadlines keeps {@link #stop} from waiting for ever
     * @param release run last when the node stops, to free what the caller made for it
     * @throws io.roomcast.RoomcastException if the bridge or the transport refuses to start; nothing is left behind
     */
    public static Node start(
            NodeSettings settings, Environment environment, Transport transport, Deadline deadlines, Runnable release) {
        String id = environment.ids().nextNodeId();
        NodeBudget budget =
                new NodeBudget(settings.limits().outboundBytesPerNode(), transport.loops(), environment.clock());
        Rooms rooms = new Rooms(settings.kinds(), transport.loops(), budget, environment, settings.limits());
        SessionRegistry sessions = new SessionRegistry(
                new SessionSettings(id, settings.limits(), settings.authenticator(), environment),
                rooms.peers(),
                WireFormats.byPreference(),
                budget,
                new PolicyLoops(transport.loops(), environment.clock(), environment.telemetry()));
        Bridge bridge = settings.bridge();
        Node node = new Node(id, environment, transport, bridge, rooms, sessions, budget, deadlines, release);
        try {
            if (bridge == null) {
                rooms.connect(new Rooms.Neighbours(sessions, new SingleNode()));
            } else {
                ClusterNode cluster = new ClusterNode(
                        id,
                        SessionRegistry.NODE_TAG_LENGTH,
                        bridge,
                        rooms,
                        sessions,
                        environment,
                        transport.loops().get(0));
                sessions.connect(cluster.sessionsElsewhere());
                rooms.connect(new Rooms.Neighbours(sessions, cluster));
                bridge.start(id, cluster);
            }
            transport.start(sessions);
        } catch (RuntimeException refused) {
            node.stop(Duration.ZERO);
            throw refused;
        }
        log.info("node {} started{}", id, node.addresses().isEmpty() ? "" : ", listening on " + node.addresses());
        return node;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return transport.addresses();
    }

    @Override
    public Room room(String name) {
        return rooms.view(name);
    }

    @Override
    public Optional<Peer> peer(String peerId) {
        return sessions.find(peerId).map(session -> session);
    }

    @Override
    public NodeStats stats() {
        var telemetry = environment.telemetry();
        return new NodeStats(
                telemetry.connections(),
                sessions.all().size(),
                telemetry.disconnectedPeers(),
                rooms.count(),
                telemetry.memberships(),
                budget.waitingBytes(),
                budget.keptBytes(),
                telemetry.openRequests(),
                telemetry.connectionsOpened(),
                telemetry.messagesReceived(),
                telemetry.messagesDelivered(),
                telemetry.messagesDropped(),
                telemetry.messagesConflated());
    }

    @Override
    public CompletionStage<Void> stop(Duration deadline) {
        CompletableFuture<Void> fresh = new CompletableFuture<>();
        CompletableFuture<Void> begun = stopped.compareAndExchange(null, fresh);
        if (begun != null) {
            return begun;
        }
        transport.stopAccepting();
        CompletionStage<Void> empty = rooms.stop();
        within(deadline, sessions.dismissAll(RECONNECT_AFTER_MILLIS, "this node is stopping"))
                .thenCompose(gone -> transport.close())
                .thenCompose(cut -> within(LAST_CALLBACKS, empty))
                .whenComplete((done, failure) -> {
                    if (bridge != null) {
                        bridge.close();
                    }
                    rooms.disconnected();
                    release.run();
                    log.info("node {} stopped", id);
                    fresh.complete(null);
                });
        return fresh;
    }

    @Override
    public void close() {
        stop(CLOSE_DEADLINE).toCompletableFuture().join();
    }

    @Override
    public String toString() {
        return "Roomcast[" + id + "]";
    }

    /** Returns a stage that completes when the other does, or when the time is over. */
    private CompletionStage<Void> within(Duration time, CompletionStage<Void> stage) {
        CompletableFuture<Void> either = new CompletableFuture<>();
        stage.whenComplete((done, failure) -> either.complete(null));
        if (time.isZero()) {
            either.complete(null);
        } else if (!either.isDone()) {
            deadlines.complete(either, time);
        }
        return either;
    }
}
