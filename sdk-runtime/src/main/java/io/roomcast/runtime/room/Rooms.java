package io.roomcast.runtime.room;

import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import io.roomcast.Room;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.environment.Environment;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.mailbox.Mailbox;
import io.roomcast.runtime.outbound.NodeBudget;
import io.roomcast.runtime.session.RoomGate;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.session.SessionRegistry;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.RoomKey;
import io.roomcast.runtime.wire.RouteDefinition;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of a node, by name: made when somebody wants in, freed when nobody is. What applications ask of them finds its way from here, what peers
 * ask from {@link PeerGate}, what other nodes tell from {@link NodeGate}. Safe to use from any thread.
 */
public final class Rooms {

    private final RoomKinds kinds;
    private final List<EventLoop> loops;
    /** Run the mailboxes of rooms that do not block, by home loop. */
    private final List<Executor> homes;

    private final NodeBudget budget;
    private final Environment environment;
    private final int mostRecoveredBytes;
    private final RoomRequests requests;
    private final HistoryReads historyReads;
    private final PeerGate peers;
    private final NodeGate nodes = new NodeGate(this);
    private final Admissions admissions = new Admissions(this);
    private final Deliveries deliveries = new Deliveries(this);
    private final Crossings crossings = new Crossings(this);
    private final Late late;
    private final ConcurrentMap<String, LocalRoom> rooms = new ConcurrentHashMap<>();
    /** Of the kinds that have none, by their patterns. */
    private final ConcurrentMap<String, RoomPolicies> noPolicies = new ConcurrentHashMap<>();

    private final NumberPool numbers = new NumberPool();
    private final RouteIndex routes = new RouteIndex();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile boolean stopping;

    /**
     * What is made after the rooms and needs them itself; set once, before the node starts.
     *
     * @param sessions the peers
     * @param uplink the other nodes
     */
    public record Neighbours(SessionRegistry sessions, Uplink uplink) {}

    /** Holds the neighbours until they are there. */
    private static final class Late {
        private @Nullable Neighbours neighbours;

        Neighbours get() {
            if (neighbours == null) {
                throw new IllegalStateException("rooms are used before connect");
            }
            return neighbours;
        }
    }

    public Rooms(RoomKinds kinds, List<EventLoop> loops, NodeBudget budget, Environment environment, Limits limits) {
        this.kinds = kinds;
        this.loops = List.copyOf(loops);
        this.homes = this.loops.stream()
                .<Executor>map(home -> new LoopExecutor(this.loops, home))
                .toList();
        this.budget = budget;
        this.environment = environment;
        this.peers = new PeerGate(this, limits.maxRoomsPerPeer());
        this.mostRecoveredBytes = limits.outboundBytesPerPeer() / 2;
        this.requests = new RoomRequests(this, limits);
        this.historyReads = new HistoryReads(this, environment.telemetry());
        this.late = new Late();
    }

    /** Says where peers and other nodes are. Once, before anything else. */
    public void connect(Neighbours neighbours) {
        late.neighbours = neighbours;
    }

    /** Returns where peers ask. */
    public RoomGate peers() {
        return peers;
    }

    /** Returns where other nodes tell. */
    public NodeGate nodes() {
        return nodes;
    }

    // ---- for the application

    /**
     * Returns a room by name.
     *
     * @throws IllegalArgumentException if there can be no such room
     */
    public Room view(String name) {
        String fault = RoomKinds.faultOf(name);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
        return kinds.find(name)
                .map(named -> new RoomView(this, named))
                .orElseThrow(() -> new IllegalArgumentException("room \"" + name + "\" matches no declared pattern"));
    }

    /** No other node will answer any more. Last of all. */
    public void disconnected() {
        Neighbours known = late.neighbours;
        if (known != null) {
            known.uplink().disconnected();
        }
    }

    /** Returns how many rooms this node holds. */
    public int count() {
        return rooms.size();
    }

    /** Takes no joins from now on. Completes when the last room has been freed. */
    public CompletionStage<Void> stop() {
        stopping = true;
        completeIfEmpty();
        return stopped;
    }

    private void completeIfEmpty() {
        if (stopping && rooms.isEmpty()) {
            stopped.complete(null);
        }
    }

    /** Returns how long broadcasts may wait for others in rooms of a kind. */
    int flushWindowMillis(RoomKinds.Kind kind) {
        return kinds.flushWindowMillis(kind);
    }

    RoomRequests requests() {
        return requests;
    }

    Admissions admissions() {
        return admissions;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    Crossings crossings() {
        return crossings;
    }

    HistoryReads historyReads() {
        return historyReads;
    }

    /** @param messageId null = none; only for a broadcast that goes into a history */
    Receipt broadcast(RoomKinds.Named named, Message message, Addressing addressing, @Nullable String messageId) {
        checkSize(message);
        Retention retention = named.kind().retentionOf(message, addressing);
        if (retention == null) {
            return broadcast(named.name(), message, addressing);
        }
        CompletionStage<Appended> appended = uplink().append(named.name(), retention, messageId, message, addressing);
        appended.whenComplete((done, failure) -> {
            if (failure != null) {
                telemetry().broadcastRefused(named.name());
            }
        });
        return Receipts.ofAppend(appended);
    }

    private Receipt broadcast(String name, Message message, Addressing addressing) {
        LocalRoom room = rooms.get(name);
        if (room == null) {
            return uplink().publish(name, message, addressing).receipt();
        }
        try {
            return deliveries.broadcast(room, message, addressing).receipt();
        } catch (RoomcastException notMade) {
            telemetry().broadcastRefused(name);
            return Receipts.failed(notMade);
        }
    }

    Collection<Peer> localPeers(String name) {
        LocalRoom room = rooms.get(name);
        return room == null ? List.of() : room.members().now();
    }

    // ---- for the rooms

    List<EventLoop> loops() {
        return loops;
    }

    NodeBudget budget() {
        return budget;
    }

    /** Returns the most bytes that a peer gets at once of what it has missed: half of its budget is left for what follows. */
    int mostRecoveredBytes() {
        return mostRecoveredBytes;
    }

    Telemetry telemetry() {
        return environment.telemetry();
    }

    Uplink uplink() {
        return neighbours().uplink();
    }

    SessionRegistry sessions() {
        return neighbours().sessions();
    }

    void checkSize(Message message) {
        sessions().checkSize(message);
    }

    /** Returns the room, kept from being freed; null if there can be none of this name. */
    @Nullable
    LocalRoom hold(String name) {
        RoomKinds.Named named = kinds.find(name).orElse(null);
        return named == null ? null : held(named);
    }

    @Nullable
    LocalRoom find(String name) {
        return rooms.get(name);
    }

    void each(Consumer<LocalRoom> action) {
        rooms.values().forEach(action);
    }

    /** Returns which kind of room this is, empty if there is none of such a name. */
    Optional<RoomKinds.Named> kindOf(String name) {
        return kinds.find(name);
    }

    boolean isStopping() {
        return stopping;
    }

    /** Returns what a route stands for, null for nothing. */
    RouteIndex.@Nullable Route routeOf(int number) {
        return routes.find(number);
    }

    Optional<Session> session(String peerId) {
        return neighbours().sessions().find(peerId);
    }

    /** Returns what the policies of a kind are in a room. */
    RoomPolicies policies(String room, RoomKinds.Kind kind) {
        return kind.options().policies().isEmpty()
                ? noPolicies.computeIfAbsent(
                        kind.pattern().toString(), pattern -> new RoomPolicies("", kind, telemetry()))
                : new RoomPolicies(room, kind, telemetry());
    }

    RouteDefinition defineRoute(LocalRoom room, String event, boolean history) {
        return routes.define(room, event, history, now());
    }

    void freed(LocalRoom room) {
        rooms.remove(room.name(), room);
        room.audience().definedRoutes().forEach(definition -> routes.free(definition.route(), now()));
        numbers.giveBack(room.key().number(), now());
        completeIfEmpty();
    }

    /** Returns the room, made if there is none, and kept from being freed. */
    LocalRoom held(RoomKinds.Named named) {
        while (true) {
            LocalRoom room = rooms.computeIfAbsent(named.name(), name -> create(named));
            if (room.hold()) {
                return room;
            }
            // It was freed a moment ago and is being taken out of the map; help, and make a new one.
            rooms.remove(named.name(), room);
        }
    }

    private LocalRoom create(RoomKinds.Named named) {
        Executor executor = named.kind().options().blocking()
                ? environment.handlers()
                : homes.get(Math.floorMod(named.name().hashCode(), homes.size()));
        return new LocalRoom(
                this,
                new RoomView(this, named),
                new RoomKey(numbers.take(now()), named.name()),
                named.kind(),
                new Mailbox(executor, named.kind().options().mailboxCapacity()));
    }

    private Neighbours neighbours() {
        return late.get();
    }

    private long now() {
        return environment.clock().nanos();
    }
}
