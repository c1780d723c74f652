package io.roomcast.runtime.room;

import io.roomcast.Acks;
import io.roomcast.ErrorCode;
import io.roomcast.HistoryPosition;
import io.roomcast.LeaveReason;
import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import io.roomcast.Refusal;
import io.roomcast.Room;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.environment.Environment;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.mailbox.Mailbox;
import io.roomcast.runtime.outbound.NodeBudget;
import io.roomcast.runtime.session.Membership;
import io.roomcast.runtime.session.PeerRequest;
import io.roomcast.runtime.session.RoomGate;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.session.SessionRegistry;
import io.roomcast.runtime.session.Transit;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.RecoveryPoint;
import io.roomcast.runtime.wire.RoomKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of a node, by name: what peers and applications ask of them finds its way from here. Safe to use from any thread,
 * except the calls of {@link RoomGate}, which come on the session's loop.
 */
public final class Rooms implements RoomGate {

    private final RoomKinds kinds;
    private final List<EventLoop> loops;
    /** Run the mailboxes of rooms that do not block, by home loop. */
    private final List<Executor> homes;

    private final NodeBudget budget;
    private final Environment environment;
    private final int maxRoomsPerPeer;
    private final int mostRecoveredBytes;
    private final RoomRequests requests;
    private final HistoryReads historyReads;
    private final Late late;
    private final ConcurrentMap<String, LocalRoom> rooms = new ConcurrentHashMap<>();
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
        this.maxRoomsPerPeer = limits.maxRoomsPerPeer();
        this.mostRecoveredBytes = limits.outboundBytesPerPeer() / 2;
        this.requests = new RoomRequests(this, limits);
        this.historyReads = new HistoryReads(this, environment.telemetry());
        this.late = new Late();
    }

    /** Says where peers and other nodes are. Once, before anything else. */
    public void connect(Neighbours neighbours) {
        late.neighbours = neighbours;
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
            return room.deliver(message, addressing, () -> uplink().publish(name, message, addressing))
                    .receipt();
        } catch (RoomcastException notMade) {
            telemetry().broadcastRefused(name);
            return Receipts.failed(notMade);
        }
    }

    Collection<Peer> localPeers(String name) {
        LocalRoom room = rooms.get(name);
        return room == null ? List.of() : room.localPeers();
    }

    // ---- from other nodes

    /** Returns whether broadcasts of other nodes into this room are for somebody here. */
    public boolean isListening(String name) {
        LocalRoom room = rooms.get(name);
        return room != null && room.isListening();
    }

    /**
     * A broadcast of another node. What is missing before it, and itself if it is dropped at a full mailbox, the peers of the room are told.
     *
     * @param direct whether it was sent to this node alone
     * @return false if it is to be ignored: a double, or of a room that nobody here is in
     */
    public boolean arrived(String name, Stamp stamp, boolean direct, Message message, Addressing addressing) {
        LocalRoom room = rooms.get(name);
        return room != null && room.arrived(stamp, direct, message, addressing);
    }

    /** The same for what is no broadcast. */
    public boolean passed(String name, Stamp stamp, boolean direct) {
        LocalRoom room = rooms.get(name);
        return room != null && room.passed(stamp, direct);
    }

    /** A message of the room's handler on another node. Returns false if it was dropped at a full mailbox. */
    public boolean arrivedFromNode(String name, String nodeId, Message message) {
        LocalRoom room = rooms.get(name);
        return room == null || room.nodeMessage(nodeId, message);
    }

    /** A broadcast of another node that the peers of this one answer. Fails when this node is asked too much. */
    public CompletionStage<Acks> asked(String name, Message message, Addressing addressing, int timeoutMillis) {
        return requests.forOtherNode(name, message, addressing, timeoutMillis);
    }

    /** Another node says how far its lane has come. What is missing at its end, the peers of the room are told. */
    public void ended(String name, Stamp stamp, boolean direct) {
        LocalRoom room = rooms.get(name);
        if (room != null) {
            room.ended(stamp, direct);
        }
    }

    /** Broadcasts of another node into any room may be lost. */
    public void gap(String originNode) {
        for (LocalRoom room : rooms.values()) {
            if (room.isListening()) {
                gap(room.name(), originNode, 0);
            }
        }
    }

    /** Broadcasts of another node were lost on the way; the peers of the room are told. */
    public void gap(String name, String originNode, long missed) {
        telemetry().gap(name, originNode, missed);
        LocalRoom room = rooms.get(name);
        if (room != null) {
            room.announceGap(missed);
        }
    }

    /** The next entry of a room's log. */
    public void appended(String name, String epoch, LoggedMessage entry) {
        LocalRoom room = rooms.get(name);
        RoomHistory history = room == null ? null : room.history();
        if (history != null) {
            history.appended(epoch, entry);
        }
    }

    /** Entries of a room's log are lost to this node. */
    public void historyLost(String name, HistoryPosition resumesAfter) {
        LocalRoom room = rooms.get(name);
        RoomHistory history = room == null ? null : room.history();
        if (history != null) {
            history.lost(resumesAfter);
        }
    }

    /** Another node has gone; the handlers of all rooms are told. */
    public void nodeLost(String nodeId) {
        rooms.values().forEach(room -> room.nodeLost(nodeId));
    }

    // ---- from peers

    @Override
    public void joinRequested(Session session, String name, int ref, Message request, @Nullable RecoveryPoint recover) {
        enter(session, name, ref, request, recover, null);
    }

    @Override
    public void historyRequested(
            Session session, int number, @Nullable String name, int ref, String epoch, long after, int limit) {
        RoomMember member = active(session, number, name);
        if (member == null) {
            notInRoom(session, number, name, ref);
            return;
        }
        historyReads.page(member, ref, epoch, after, limit);
    }

    @Override
    public CompletionStage<Optional<Refusal>> join(Session session, String name) {
        CompletableFuture<Optional<Refusal>> outcome = new CompletableFuture<>();
        session.execute(() -> enter(session, name, 0, Message.of("join"), null, outcome));
        return outcome;
    }

    private void enter(
            Session session,
            String name,
            int ref,
            Message request,
            @Nullable RecoveryPoint recover,
            @Nullable CompletableFuture<Optional<Refusal>> outcome) {
        if (outcome != null && session.membership(name) instanceof RoomMember already) {
            already.whenSettled(outcome);
            return;
        }
        Refusal refusal = obstacle(session, name);
        RoomKinds.Named named = refusal == null ? kinds.find(name).orElse(null) : null;
        if (refusal == null && named == null) {
            refusal = new Refusal(ErrorCode.UNKNOWN_ROOM, "no kind of room has a name like this");
        }
        if (refusal != null || named == null) {
            Refusal why = Objects.requireNonNull(refusal);
            if (outcome != null) {
                outcome.complete(Optional.of(why));
            } else {
                session.error(why.code(), why.reason(), ref, tellable(why, name));
            }
            return;
        }
        RoomMember member = new RoomMember(held(named), session, outcome == null, ref, recover);
        if (outcome != null) {
            member.whenSettled(outcome);
        }
        session.add(member);
        member.room().join(member, request);
    }

    private @Nullable Refusal obstacle(Session session, String name) {
        String fault = RoomKinds.faultOf(name);
        if (fault != null) {
            return new Refusal(ErrorCode.BAD_ROOM_NAME, fault);
        }
        if (!session.isOpen()) {
            return new Refusal(ErrorCode.PEER_GONE, "the peer has gone");
        }
        if (stopping) {
            return new Refusal(ErrorCode.NODE_STOPPING, "this node is stopping");
        }
        if (session.membership(name) != null) {
            return new Refusal(ErrorCode.ALREADY_IN_ROOM, "the peer is in this room already, or on its way in");
        }
        if (session.memberships().length >= maxRoomsPerPeer) {
            return new Refusal(
                    ErrorCode.TOO_MANY_ROOMS, "the peer is in " + maxRoomsPerPeer + " rooms, as many as it may be");
        }
        return null;
    }

    @Override
    public void leaveRequested(Session session, int number, @Nullable String name, int ref) {
        RoomMember member = active(session, number, name);
        if (member == null) {
            notInRoom(session, number, name, ref);
            return;
        }
        member.room().detach(member, LeaveReason.LEFT);
        session.offer(session.format().left(member.room().key(), ref, ""), false);
    }

    @Override
    public boolean leave(Session session, String name, String reason) {
        RoomMember member = active(session, 0, name);
        if (member == null) {
            return false;
        }
        member.room().detach(member, LeaveReason.REMOVED);
        session.offer(session.format().left(member.room().key(), 0, reason), false);
        return true;
    }

    @Override
    public void messageArrived(
            Session session, int number, @Nullable String name, String event, @Nullable String to, ByteBuffer payload) {
        RoomMember member = active(session, number, name);
        if (member == null) {
            notInRoom(session, number, name, 0);
            return;
        }
        Message message;
        try {
            message = Message.of(event, payload);
        } catch (IllegalArgumentException badEvent) {
            session.error(ErrorCode.BAD_EVENT_NAME, String.valueOf(badEvent.getMessage()), 0, member.roomName());
            return;
        }
        member.room().message(member, to == null ? message : message.addressedTo(to));
    }

    @Override
    public void requestArrived(
            PeerRequest request, int number, @Nullable String name, String event, ByteBuffer payload) {
        RoomMember member = active(request.peer(), number, name);
        if (member == null) {
            request.refuse(ErrorCode.NOT_IN_ROOM, "the peer is not in " + described(number, name));
            return;
        }
        Message message;
        try {
            message = Message.of(event, payload);
        } catch (IllegalArgumentException badEvent) {
            request.refuse(ErrorCode.BAD_EVENT_NAME, String.valueOf(badEvent.getMessage()));
            return;
        }
        member.room().request(request, message);
    }

    @Override
    public void dataArrived(Session session, int route, ByteBuffer payload) {
        RouteIndex.Route known = routes.find(route);
        if (known != null) {
            for (Membership membership : session.memberships()) {
                if (membership instanceof RoomMember member && member.room() == known.room() && member.isActive()) {
                    member.room().message(member, Message.of(known.event(), payload));
                    return;
                }
            }
        }
        session.error(ErrorCode.NOT_IN_ROOM, "route " + route + " belongs to no room the peer is in", 0, "");
    }

    @Override
    public void closed(Session session, LeaveReason reason) {
        for (Membership membership : session.memberships()) {
            // Those still on their way in find the session closed when they get there.
            if (membership instanceof RoomMember member && member.isActive()) {
                member.room().detach(member, reason);
            } else if (membership instanceof RoomMember member) {
                member.stopRecovering();
            }
        }
    }

    @Override
    public void switchLoop(Session session, EventLoop to, Consumer<Transit> left) {
        List<RoomMember> members = new ArrayList<>();
        for (Membership membership : session.memberships()) {
            if (membership instanceof RoomMember member) {
                members.add(member);
            }
        }
        // Always in the same order, so that two sessions on their way do not wait for each other.
        members.sort(Comparator.comparing(RoomMember::roomName));
        members.forEach(member -> member.room().order().lock());
        try {
            List<Membership> admitted = new ArrayList<>();
            for (RoomMember member : members) {
                if (member.isAdmitted()) {
                    admitted.add(member);
                    member.room().audience().expect(to);
                }
            }
            Transit way = new Transit(admitted);
            to.execute(() -> eachMember(way, member -> member.room().audience().arriving(to, member, way)));
            session.setOut(to, way, () -> left.accept(way));
        } finally {
            members.forEach(member -> member.room().order().unlock());
        }
    }

    @Override
    public void leftLoop(Session session) {
        for (Membership membership : session.memberships()) {
            if (membership instanceof RoomMember member) {
                member.room().audience().remove(member);
            }
        }
    }

    @Override
    public void enteredLoop(Session session, Transit way) {
        EventLoop loop = session.loop();
        eachMember(way, member -> member.room().audience().arrived(loop, member));
    }

    private static void eachMember(Transit way, Consumer<RoomMember> action) {
        for (Membership membership : way.memberships()) {
            if (membership instanceof RoomMember member) {
                action.accept(member);
            }
        }
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

    Optional<Session> session(String peerId) {
        return neighbours().sessions().find(peerId);
    }

    int defineRoute(LocalRoom room, String event) {
        return routes.define(room, event, now());
    }

    void freed(LocalRoom room) {
        rooms.remove(room.name(), room);
        room.audience().definedRoutes().forEach(definition -> routes.free(definition.route(), now()));
        numbers.giveBack(room.key().number(), now());
        completeIfEmpty();
    }

    private LocalRoom held(RoomKinds.Named named) {
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

    private static @Nullable RoomMember active(Session session, int number, @Nullable String name) {
        Membership membership = name != null ? session.membership(name) : session.membership(number);
        return membership instanceof RoomMember member && member.isActive() ? member : null;
    }

    private static void notInRoom(Session session, int number, @Nullable String name, int ref) {
        session.error(
                ErrorCode.NOT_IN_ROOM,
                "the peer is not in " + described(number, name),
                ref,
                name != null && RoomKinds.faultOf(name) == null ? name : "");
    }

    private static String described(int number, @Nullable String name) {
        return name != null ? "that room" : number == 0 ? "any room it named" : "room number " + number;
    }

    /** A name that is too long is not repeated to whoever sent it. */
    private static String tellable(Refusal refusal, String name) {
        return refusal.code() == ErrorCode.BAD_ROOM_NAME ? "" : name;
    }

    private Neighbours neighbours() {
        return late.get();
    }

    private long now() {
        return environment.clock().nanos();
    }
}
