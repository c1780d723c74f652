package io.roomcast.runtime.session;

import io.roomcast.Identity;
import io.roomcast.LeaveReason;
import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.runtime.environment.RateLimit;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.outbound.LoopFlush;
import io.roomcast.runtime.outbound.NodeBudget;
import io.roomcast.runtime.outbound.policy.PolicyLoops;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.ConnectionAcceptor;
import io.roomcast.runtime.transport.ConnectionListener;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.wire.WireFormat;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The peers of a node, by id. Takes new connections from the transport. Safe to use from any thread. */
public final class SessionRegistry implements ConnectionAcceptor {

    /** The first characters of a node's id begin the ids of its peers, so that any node can tell where a peer is. */
    public static final int NODE_TAG_LENGTH = 4;

    private static final int DISMISSED_RECONNECT_MILLIS = 1000;

    /** Headroom of the byte budget over the largest message: headers, a room's name, an event, ids. */
    private static final int ENVELOPE_BYTES = 1024;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final SessionSettings settings;
    private final RoomGate rooms;
    private final List<WireFormat> formats;
    private final NodeBudget budget;
    private final PolicyLoops policyLoops;
    private final RateLimit messageRate;
    private final RateLimit errorRate;
    private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();
    private final DisconnectedSessions disconnected;
    private final CompletableFuture<Void> dismissed = new CompletableFuture<>();
    private final AtomicInteger lastRequestId = new AtomicInteger();
    private volatile boolean stopping;
    private volatile Elsewhere elsewhere = Elsewhere.NOWHERE;

    public SessionRegistry(
            SessionSettings settings,
            RoomGate rooms,
            List<WireFormat> formats,
            NodeBudget budget,
            PolicyLoops policyLoops) {
        this.settings = settings;
        this.rooms = rooms;
        this.formats = List.copyOf(formats);
        this.budget = budget;
        this.policyLoops = policyLoops;
        this.messageRate = new RateLimit(settings.limits().maxMessagesPerSecond(), SECOND);
        this.errorRate = new RateLimit(settings.limits().maxErrorsPerMinute(), 60 * SECOND);
        this.disconnected = new DisconnectedSessions(settings.limits().maxDisconnectedPeers());
    }

    @Override
    public ConnectionListener accept(Connection connection, Handshake handshake) {
        settings.environment().telemetry().connectionOpened();
        return new Link(
                this,
                settings,
                connection,
                handshake,
                format(handshake.subprotocol()),
                budget.flushOf(connection.loop()));
    }

    private WireFormat format(String subprotocol) {
        for (WireFormat known : formats) {
            if (known.subprotocol().equals(subprotocol)) {
                return known;
            }
        }
        throw new IllegalStateException(
                "subprotocol is " + subprotocol + ", expected one that the transport was given");
    }

    /** Returns a peer of this node. */
    public Optional<Session> find(String peerId) {
        return Optional.ofNullable(sessions.get(peerId));
    }

    /** Returns the peers of this node, weakly consistent. */
    public Collection<Session> all() {
        return sessions.values();
    }

    /**
     * Refuses a message that no peer's budget could hold.
     *
     * @throws IllegalArgumentException if it is too large
     */
    public void checkSize(Message message) {
        int most = settings.limits().outboundBytesPerPeer() - ENVELOPE_BYTES;
        if (message.size() > most) {
            throw new IllegalArgumentException("message " + message.event() + " has " + message.size()
                    + " bytes, expected at most " + most + " (outboundBytesPerPeer less " + ENVELOPE_BYTES + ")");
        }
    }

    /**
     * Refuses how long to wait for an answer.
     *
     * @return the milliseconds
     * @throws IllegalArgumentException if it is less than one or more than the node allows
     */
    public int checkTimeout(Duration timeout) {
        Duration most = settings.limits().maxRequestTimeout();
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(most) > 0) {
            throw new IllegalArgumentException("timeout is " + timeout + ", expected PT0.001S to " + most);
        }
        return (int) timeout.toMillis();
    }

    /** Returns an id for requests to peers. It comes again after 2³² others: no request is open that long. */
    public int nextRequestId() {
        int id;
        do {
            id = lastRequestId.incrementAndGet();
        } while (id == 0);
        return id;
    }

    /** Tells every peer to go elsewhere and closes it. Completes when the last one has gone. */
    public CompletionStage<Void> dismissAll(int reconnectAfterMillis, String reason) {
        stopping = true;
        for (Session session : sessions.values()) {
            session.dismiss(reconnectAfterMillis, reason);
        }
        completeIfEmpty();
        return dismissed;
    }

    private void completeIfEmpty() {
        if (stopping && sessions.isEmpty()) {
            dismissed.complete(null);
        }
    }

    /** Returns whether its peers are sent away. From any thread. */
    boolean isStopping() {
        return stopping;
    }

    /** @param resumable whether the client can go on with it over another connection */
    Session open(Link link, Identity identity, boolean resumable) {
        String id = settings.nodeId().substring(0, NODE_TAG_LENGTH)
                + settings.environment().ids().nextPeerId().substring(NODE_TAG_LENGTH);
        Session session = new Session(id, identity, this, link, resumable ? new Resumption(nextSecret()) : null);
        sessions.put(id, session);
        if (stopping) {
            session.dismiss(DISMISSED_RECONNECT_MILLIS, "this node is stopping");
        }
        return session;
    }

    // ---- from node to node

    /** Says where other sessions are. Once, before the node starts. */
    public void connect(Elsewhere others) {
        elsewhere = others;
    }

    Elsewhere elsewhere() {
        return elsewhere;
    }

    /**
     * Somebody on another node wants to go on with a session of this one. Completes on the session's loop, where the session then
     * is, without a connection and without a time limit.
     *
     * @param done told null, or why not
     */
    public void claim(Claim claim, BiConsumer<@Nullable Session, @Nullable String> done) {
        Session session = find(claim.peerId()).orElse(null);
        if (session == null) {
            done.accept(null, Session.NOT_HERE);
        } else {
            session.execute(() -> claim(session, claim, done));
        }
    }

    private void claim(Session session, Claim claim, BiConsumer<@Nullable Session, @Nullable String> done) {
        if (session.isLeaving()) {
            session.execute(() -> claim(session, claim, done));
        } else if (session.isDeparting()) {
            // An earlier attempt takes it to another node. This one is told which when it is there.
            session.loop().schedule(Session.SETTLE_MILLIS, () -> claim(session, claim, done));
        } else {
            String fault = session.claim(claim);
            if (fault == null) {
                session.departing(true);
                session.acknowledgedByClaim(claim);
            }
            done.accept(fault == null ? session : null, fault);
        }
    }

    /** The session that was claimed is not fetched after all: it stays for its window. On its loop. */
    public void notFetched(Session session) {
        session.departing(false);
        if (session.isOpen() && !session.isConnected()) {
            session.giveUpLater();
        }
    }

    /** The session goes to another node. On its loop. It must be out of its rooms. */
    public Departure depart(Session session) {
        Departure departure = session.depart();
        disconnected.remove(session);
        telemetry().peerMovedOut(session.id());
        sessions.remove(session.id(), session);
        completeIfEmpty();
        return departure;
    }

    Session expect(Claim claim, Link link) {
        return new Session(claim.peerId(), claim.identity(), this, link);
    }

    void register(Session session) {
        sessions.put(session.id(), session);
    }

    void doesNotCome(Session session) {
        sessions.remove(session.id(), session);
    }

    /** A session has come from another node; it has no connection yet. */
    void came(Session session) {
        telemetry().peerMovedIn(session.id());
        disconnected.add(session);
    }

    /** A session's connection broke. */
    void lost(Session session) {
        if (stopping) {
            closed(session);
        } else {
            parked(session);
        }
    }

    /** A session is without its connection, and is kept. */
    void parked(Session session) {
        session.park();
        telemetry().peerDisconnected(session.id());
        disconnected.add(session);
        if (stopping) {
            // It was not there yet, or not seen, when all were dismissed.
            session.giveUp("this node is stopping");
        }
    }

    /** A session that was kept has a connection again. */
    void resumed(Session session, long framesSentAgain) {
        disconnected.remove(session);
        telemetry().peerResumed(session.id(), framesSentAgain);
        if (stopping) {
            session.dismiss(DISMISSED_RECONNECT_MILLIS, "this node is stopping");
        }
    }

    /** A session that was kept is not kept any more. */
    void givenUp(Session session, String reason) {
        disconnected.remove(session);
        telemetry().peerGivenUp(session.id(), reason);
        closed(session);
    }

    void closed(Session session) {
        session.ended(stopping ? LeaveReason.NODE_STOPPING : LeaveReason.DISCONNECTED);
        sessions.remove(session.id(), session);
        completeIfEmpty();
    }

    LoopFlush flushOf(EventLoop loop) {
        return budget.flushOf(loop);
    }

    String nodeId() {
        return settings.nodeId();
    }

    String nextSecret() {
        return settings.environment().ids().nextSecret();
    }

    /** What a client may send. */
    RateLimit messageRate() {
        return messageRate;
    }

    /** What a client may do wrong. */
    RateLimit errorRate() {
        return errorRate;
    }

    long now() {
        return settings.environment().clock().nanos();
    }

    PolicyLoops policyLoops() {
        return policyLoops;
    }

    RoomGate rooms() {
        return rooms;
    }

    Telemetry telemetry() {
        return settings.environment().telemetry();
    }

    Limits limits() {
        return settings.limits();
    }

    String tooSlowReason() {
        return "more than " + settings.limits().outboundBytesPerPeer() + " bytes wait for this peer";
    }
}
