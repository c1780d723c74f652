package io.roomcast.runtime.session;

import static java.util.Objects.requireNonNull;

import io.roomcast.Attributes;
import io.roomcast.CloseCode;
import io.roomcast.ErrorCode;
import io.roomcast.Identity;
import io.roomcast.LeaveReason;
import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Refusal;
import io.roomcast.SendOutcome;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.outbound.BacklogListener;
import io.roomcast.runtime.outbound.LoopFlush;
import io.roomcast.runtime.outbound.Outbound;
import io.roomcast.runtime.outbound.policy.Holdings;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.WireFormat;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One welcomed peer. It outlives its connections: while it has none, what it is sent waits in its {@link Outbound}.
 *
 * <p>The {@link Peer} methods may be called from any thread. The others belong to the peer's loop, which alone changes
 * {@code memberships} and {@code open}; both are volatile because other threads read them.
 *
 * <p><b>Its loop</b> is that of its connection, so it changes when the peer comes back on another. Whoever has something for the peer
 * hands it over with {@link #execute}; {@link Whereabouts} says who touches the rest of the fields meanwhile.
 */
public final class Session implements Peer {

    static final String NOT_HERE = "no such session waits here: its time is over, or its token was used before";

    /** How long is waited before a session in between two states is looked at again. */
    public static final int SETTLE_MILLIS = 20;

    private static final int MAX_CLOSE_REASON_BYTES = 123;
    private static final int MAX_LEAVE_REASON_BYTES = 255;

    private static final AtomicIntegerFieldUpdater<Session> HANDED_OVER =
            AtomicIntegerFieldUpdater.newUpdater(Session.class, "handedOver");
    private static final AtomicReferenceFieldUpdater<Session, @Nullable RequestsToPeer> REQUESTS_TO_PEER =
            AtomicReferenceFieldUpdater.newUpdater(Session.class, RequestsToPeer.class, "requestsToPeer");
    private static final AtomicReferenceFieldUpdater<Session, @Nullable PeerAttributes> ATTRIBUTES =
            AtomicReferenceFieldUpdater.newUpdater(Session.class, PeerAttributes.class, "attributes");

    private final String id;
    private final SessionRegistry registry;
    private final WireFormat format;
    private final Inbox inbox;

    // Most peers never need these three: each is made when it is asked for, and stays. The first on its loop, the
    // others by whoever comes first.
    private @Nullable RequestsOfPeer requestsOfPeer;
    private volatile @Nullable RequestsToPeer requestsToPeer;
    private volatile @Nullable PeerAttributes attributes;

    /** Bytes that were handed to the loop and that the loop has not yet queued. */
    private volatile int handedOver;
    /** Null for a client that cannot resume. On its loop. */
    private final @Nullable Resumption resumption;

    private final Whereabouts whereabouts;

    private volatile Identity identity;
    private volatile InetSocketAddress remoteAddress;
    /** Null while it has no connection. Changed on its loop. */
    private volatile @Nullable Link link;

    private Outbound outbound;
    /** There once a delivery policy had a message for it. On its loop. */
    private @Nullable Holdings holdings;

    private volatile Membership[] memberships = Memberships.NONE;
    private volatile boolean open = true;
    /** Whether another node has claimed it; and whether it is there now. On its loop. */
    private boolean departing;

    private boolean departed;
    /** Completed when the backlog is gone, or the peer. Touched on the loop only. */
    private @Nullable CompletableFuture<Boolean> waitingForDrain;

    Session(String id, Identity identity, SessionRegistry registry, Link link, @Nullable Resumption resumption) {
        this(id, identity, registry, link, Whereabouts.on(link.connection().loop()), resumption, link.outbound());
        this.link = link;
    }

    /** A session that is on its way from another node, to the loop of the connection that claimed it. */
    Session(String id, Identity identity, SessionRegistry registry, Link claimant) {
        this(
                id,
                identity,
                registry,
                claimant,
                Whereabouts.onTheWayTo(claimant.connection().loop()),
                new Resumption(registry.nextSecret()),
                claimant.outbound());
    }

    private Session(
            String id,
            Identity identity,
            SessionRegistry registry,
            Link first,
            Whereabouts whereabouts,
            @Nullable Resumption resumption,
            Outbound outbound) {
        this.id = id;
        this.identity = identity;
        this.registry = registry;
        this.format = first.format();
        this.outbound = outbound;
        this.whereabouts = whereabouts;
        this.remoteAddress = first.connection().remoteAddress();
        this.resumption = resumption;
        this.inbox = new Inbox(this);
    }

    // ---- for applications, from any thread

    @Override
    public String id() {
        return id;
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public Attributes attributes() {
        PeerAttributes known = attributes;
        if (known != null) {
            return known;
        }
        ATTRIBUTES.compareAndSet(this, null, new PeerAttributes());
        return requireNonNull(attributes);
    }

    @Override
    public Set<String> rooms() {
        Set<String> names = new LinkedHashSet<>();
        for (Membership membership : memberships) {
            if (membership.isActive()) {
                names.add(membership.roomName());
            }
        }
        return names;
    }

    @Override
    public SendOutcome send(Message message) {
        registry.checkSize(message);
        if (!open) {
            return SendOutcome.CLOSED;
        }
        Chunk chunk = format.message(null, null, message);
        if (HANDED_OVER.addAndGet(this, chunk.size()) > registry.limits().outboundBytesPerPeer()) {
            HANDED_OVER.addAndGet(this, -chunk.size());
            execute(() -> tooSlow(link));
            return SendOutcome.CLOSED;
        }
        // Through the loop's queue even from the loop itself: broadcasts sent before this message are in that queue.
        execute(() -> {
            HANDED_OVER.addAndGet(this, -chunk.size());
            if (holdings != null) {
                holdings.barrier();
            }
            offer(chunk, false);
        });
        return SendOutcome.QUEUED;
    }

    @Override
    public CompletionStage<Message> request(Message message, Duration timeout) {
        registry.checkSize(message);
        int millis = registry.checkTimeout(timeout);
        return requestsToPeer().request(null, registry.nextRequestId(), message, millis);
    }

    @Override
    public CompletionStage<Boolean> whenWritable() {
        CompletableFuture<Boolean> caughtUp = new CompletableFuture<>();
        execute(() -> {
            if (!open) {
                caughtUp.complete(false);
            } else if (link != null && outbound.isDrained()) {
                caughtUp.complete(true);
            } else {
                if (waitingForDrain == null) {
                    waitingForDrain = new CompletableFuture<>();
                }
                waitingForDrain.thenAccept(caughtUp::complete);
                outbound.tellWhenDrained();
            }
        });
        return caughtUp;
    }

    @Override
    public CompletionStage<Optional<Refusal>> join(String room) {
        return registry.rooms().join(this, room);
    }

    @Override
    public CompletionStage<Boolean> leave(String room, String reason) {
        checkBytes("reason", reason, MAX_LEAVE_REASON_BYTES);
        CompletableFuture<Boolean> left = new CompletableFuture<>();
        execute(() -> left.complete(registry.rooms().leave(this, room, reason)));
        return left;
    }

    @Override
    public void close(int code, String reason) {
        boolean allowed = code == CloseCode.NORMAL
                || (code >= 3000 && code <= 3999)
                || (code >= CloseCode.FIRST_APPLICATION_CODE && code <= 4999);
        if (!allowed) {
            throw new IllegalArgumentException("code is " + code + ", expected 1000, 3000 to 3999 or 4500 to 4999");
        }
        checkBytes("reason", reason, MAX_CLOSE_REASON_BYTES);
        execute(() -> {
            Link current = link;
            if (current != null) {
                current.end(code, reason);
            } else if (open) {
                giveUp("the application closed it");
            }
        });
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isConnected() {
        return open && link != null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    /** By id, so that a set of peers has the same order in every run with the same ids. */
    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "Peer[" + id + "]";
    }

    // ---- for the floors above

    /**
     * Hands a task to the peer's loop. Tasks of one thread are done in the order in which it handed them over, whatever becomes of the
     * peer's connection meanwhile. From any thread.
     */
    public void execute(Runnable task) {
        whereabouts.execute(task);
    }

    /** Does the task now if that overtakes nothing, else hands it over as {@link #execute} does. From any thread. */
    void executeInOrder(Runnable task) {
        whereabouts.executeInOrder(task);
    }

    /** Does the task now if this is the peer's loop and the peer is there, else hands it over. From any thread. */
    public void executeHereOr(Runnable task) {
        whereabouts.executeHereOr(task);
    }

    /** Returns the loop to which tasks for the peer go. From any thread; it stays so while a lock of the rooms keeps it. */
    public EventLoop target() {
        return whereabouts.target();
    }

    /** Returns whether it has set out for another loop and is not there yet. On its loop. */
    boolean isLeaving() {
        return whereabouts.isLeaving();
    }

    /** Returns whether the caller is on the peer's loop, and the peer too. */
    public boolean isHere() {
        return whereabouts.isHere();
    }

    /** Does a task later, on the loop that the peer is on now. On its loop. */
    EventLoop.Timer schedule(long millis, Runnable task) {
        return loop().schedule(millis, task);
    }

    Limits limits() {
        return registry.limits();
    }

    Telemetry telemetry() {
        return registry.telemetry();
    }

    /** Returns the node's time. */
    long now() {
        return registry.now();
    }

    /** Returns the loop that the peer is on. On that loop. */
    public EventLoop loop() {
        return whereabouts.loop();
    }

    /** Returns the subprotocol it speaks. From any thread. */
    public WireFormat format() {
        return format;
    }

    /** Returns its connection's side of things; null while it has no connection. On its loop. */
    @Nullable
    Link link() {
        return link;
    }

    /** Holds what it has asked. On its loop. */
    RequestsOfPeer requestsOfPeer() {
        RequestsOfPeer known = requestsOfPeer;
        if (known == null) {
            known = new RequestsOfPeer(this);
            requestsOfPeer = known;
        }
        return known;
    }

    /** Holds what it has been asked. From any thread. */
    public RequestsToPeer requestsToPeer() {
        RequestsToPeer known = requestsToPeer;
        if (known != null) {
            return known;
        }
        REQUESTS_TO_PEER.compareAndSet(this, null, new RequestsToPeer(this));
        return requireNonNull(requestsToPeer);
    }

    /** It is not in a room any more: what it was asked there will not be answered. On its loop. */
    public void notAskedAnyMore(Membership membership) {
        if (requestsToPeer != null) {
            requestsToPeer.left(membership);
        }
    }

    /** Counts its messages that wait for handlers. */
    public Inbox inbox() {
        return inbox;
    }

    /** Queues encoded bytes that leave for it at the end of this turn. On its loop. */
    public SendOutcome offer(Chunk chunk, boolean droppable) {
        return outbound.offer(chunk, droppable, 0);
    }

    /** Queues encoded bytes that may wait so long for others to leave with them. On its loop. */
    public SendOutcome offer(Chunk chunk, boolean droppable, int withinMillis) {
        return outbound.offer(chunk, droppable, withinMillis);
    }

    /** Returns where delivery policies hold messages back for it. On its loop. */
    public Holdings holdings() {
        Holdings known = holdings;
        if (known == null) {
            known = new Holdings(outbound, registry.policyLoops().of(loop()));
            holdings = known;
            outbound.attach(known);
        }
        return known;
    }

    /** Returns the same, or null if nothing was ever held back for it. On its loop. */
    public @Nullable Holdings heldOrNull() {
        return holdings;
    }

    /** Tells it an error that ends nothing. On its loop. */
    public void error(int code, String text, int ref, String room) {
        complain(code, format.error(code, text, ref, false, room));
    }

    /** Tells it in some frame what it did wrong. On its loop. */
    void complain(int code, Chunk frame) {
        Link current = link;
        if (current != null) {
            current.complain(code, frame);
        } else {
            // It will hear of it when it comes back. It cannot earn more while it is away.
            offer(frame, false);
            registry.telemetry().errorSent(code);
        }
    }

    /** Returns the rooms it is in or on its way into. Changed on its loop only. */
    public Membership[] memberships() {
        return memberships;
    }

    /** Returns its membership of a room, active or not, or null. */
    public @Nullable Membership membership(String room) {
        return Memberships.of(memberships, room);
    }

    /** Returns its active membership of the room with this number, or null. */
    public @Nullable Membership membership(int roomNumber) {
        return Memberships.of(memberships, roomNumber);
    }

    /** Adds a membership. On its loop. */
    public void add(Membership membership) {
        memberships = Memberships.with(memberships, membership);
    }

    /** Removes a membership. On its loop. */
    public void remove(Membership membership) {
        memberships = Memberships.without(memberships, membership);
    }

    /** Sends go-away and closes. From any thread. */
    void dismiss(int reconnectAfterMillis, String reason) {
        execute(() -> {
            Link current = link;
            if (current != null) {
                outbound.releaseHeld();
                outbound.offer(format.goAway(reconnectAfterMillis, reason));
                current.end(CloseCode.GOING_AWAY, reason);
            } else if (open) {
                giveUp(reason);
            }
        });
    }

    /** Nothing waits for the peer any more. On its loop. */
    void drained() {
        settleDrain(true);
    }

    /** The connection is about to be closed for good: nothing more is taken for the peer. On its loop. */
    void shut() {
        open = false;
        if (resumption != null) {
            resumption.stopTimers();
        }
        if (requestsOfPeer != null) {
            requestsOfPeer.closed();
        }
        if (requestsToPeer != null) {
            requestsToPeer.closed();
        }
        settleDrain(false);
    }

    private void settleDrain(boolean caughtUp) {
        CompletableFuture<Boolean> waiting = waitingForDrain;
        if (waiting != null) {
            waitingForDrain = null;
            waiting.complete(caughtUp);
        }
    }

    /** The peer is gone. On its loop. */
    void ended(LeaveReason reason) {
        shut();
        outbound.discard();
        registry.rooms().closed(this, reason);
    }

    private void tooSlow(@Nullable Link current) {
        if (current != null) {
            outbound.discard();
            current.end(CloseCode.TOO_SLOW, registry.tooSlowReason());
        } else if (open) {
            giveUp(registry.tooSlowReason());
        }
    }

    // ---- over several connections, on its loop

    /** Null for a client that cannot resume. */
    @Nullable
    Resumption resumption() {
        return resumption;
    }

    Outbound outbound() {
        return outbound;
    }

    /** A numbered frame of the client is about to be handled. */
    void count() {
        if (resumption != null) {
            resumption.count();
        }
    }

    /** The client says how much it has had. */
    void acknowledged(long number) {
        if (resumption == null) {
            return;
        }
        if (number < 0 || number > outbound.sentFrames()) {
            error(
                    ErrorCode.BAD_ACK,
                    "received is " + Long.toUnsignedString(number) + ", expected at most " + outbound.sentFrames(),
                    0,
                    "");
        } else {
            outbound.acknowledged(number);
        }
    }

    /** A WebSocket message of the client was read; its frames were handled. */
    void messageRead(int bytes) {
        if (resumption == null) {
            return;
        }
        if (resumption.isAckDue(bytes)) {
            acknowledge();
            return;
        }
        if (resumption.isAckWorthItsBytes() && !outbound.hasRider()) {
            outbound.letRide(this::acknowledgement);
        }
        if (resumption.needsAckTimer()) {
            // Peers that were heard at one moment are not all told at one moment.
            int spread = id.hashCode() & Resumption.ACK_SPREAD_MASK;
            resumption.ackLater(schedule(Resumption.ACK_MILLIS - spread, this::acknowledge));
        }
    }

    private Chunk acknowledgement() {
        Resumption known = requireNonNull(resumption);
        known.acknowledged();
        return format.ack(known.received());
    }

    /** The client was heard over its connection, so it knows what it was told in the welcome. */
    void heard() {
        if (resumption != null) {
            resumption.heard();
        }
    }

    /** Tells the client how much of what it said was handled. */
    void acknowledge() {
        if (resumption != null) {
            Chunk acknowledgement = acknowledgement();
            if (link != null) {
                outbound.offerAlong(acknowledgement);
            }
        }
    }

    /** Returns what resumes this session, empty for nothing. */
    String resumeToken() {
        return resumption == null ? "" : new ResumeToken(registry.nodeId(), id, resumption.secret()).text();
    }

    /** The connection broke. The session goes on without one, for a while. */
    void park() {
        Link lost = link;
        if (lost != null) {
            requireNonNull(resumption).silentSince(lost.silentSince());
        }
        link = null;
        outbound.park(whileParked());
        giveUpLater();
    }

    /** It does not stay without a connection for longer than the window. */
    void giveUpLater() {
        requireNonNull(resumption)
                .giveUpLater(schedule(
                        registry.limits().resumeWindow().toMillis(),
                        () -> giveUp("it did not come back within "
                                + registry.limits().resumeWindow())));
    }

    private BacklogListener whileParked() {
        return new ParkedBacklog(this, registry);
    }

    /** The session is without a connection and ends. Does nothing if it has one, or has ended. */
    void giveUp(String reason) {
        if (open && link == null) {
            registry.givenUp(this, reason);
        }
    }

    /**
     * Somebody wants to go on with this session. If that is right, the session leaves its connection, if it still has one, and
     * goes to the new one.
     *
     * @return null if it is, else why not
     */
    @Nullable
    String claim(Claim claim) {
        Resumption known = resumption;
        if (!open || known == null || !known.opensTo(claim.secret())) {
            return NOT_HERE;
        }
        if (!known.isNewest(claim.attempt())) {
            return "the client has come back over a later connection";
        }
        if (!identity.userId().equals(claim.identity().userId())) {
            return "the session belongs to another user";
        }
        if (!format.subprotocol().equals(claim.subprotocol())) {
            return "the session speaks " + format.subprotocol();
        }
        if (claim.received() < 0 || claim.received() > outbound.sentFrames()) {
            return "received is " + Long.toUnsignedString(claim.received()) + ", expected at most "
                    + outbound.sentFrames();
        }
        Link before = link;
        if (before != null) {
            before.replaced();
            registry.parked(this);
        }
        if (!outbound.hasAllAfter(claim.received())) {
            String forgotten = "the frames after " + claim.received() + " are not kept any more";
            giveUp(forgotten);
            return forgotten;
        }
        known.stopTimers();
        known.attempted(claim.attempt());
        return null;
    }

    /** What the one who claimed it has had need not be kept. */
    void acknowledgedByClaim(Claim claim) {
        outbound.acknowledged(claim.received());
    }

    /** The session goes on over this link. On the loop of both. */
    void resume(Link next, Claim claim) {
        Resumption known = requireNonNull(resumption);
        known.stopTimers();
        identity = claim.identity();
        remoteAddress = next.connection().remoteAddress();
        known.renew(claim.secret(), registry.nextSecret());
        outbound.acknowledged(claim.received());
        long again = outbound.sentFrames() - claim.received();
        link = next;
        outbound.bind(next.connection(), next);
        next.mayCatchUpOn(now() - known.silentSince());
        inbox.bind(next);
        registry.resumed(this, again);
    }

    /**
     * Sets out for another loop: what is handed over from now on goes there. On its loop, with the locks of its rooms held.
     *
     * @param left called here, when everything is done that was handed over before
     */
    public void setOut(EventLoop to, Transit way, Runnable left) {
        whereabouts.setOut(to, way, left);
    }

    /** Leaves its loop. The last thing that happens to it there. */
    void leaveLoop(LoopFlush next) {
        outbound.releaseHeld();
        holdings = null;
        outbound = outbound.movedTo(next);
        if (resumption != null) {
            resumption.stopTimers();
        }
        if (requestsOfPeer != null) {
            requestsOfPeer.leaveLoop();
        }
        if (requestsToPeer != null) {
            requestsToPeer.leaveLoop();
        }
        whereabouts.left();
    }

    /** Is on its new loop, still without a connection. */
    void enterLoop() {
        whereabouts.here();
        if (requestsOfPeer != null) {
            requestsOfPeer.enterLoop();
        }
        if (requestsToPeer != null) {
            requestsToPeer.enterLoop();
        }
    }

    // ---- from node to node, on its loop

    /** What is for it waits from now on until it has come. From any thread, before anybody knows of it. */
    void expect(Transit way) {
        whereabouts.expect(way);
    }

    /** Another node has claimed it, or has not fetched it in time. */
    public void departing(boolean claimed) {
        departing = claimed;
    }

    public boolean isDeparting() {
        return departing;
    }

    /** Returns whether it is on another node now: it went there, or never came from there. On the loop that it was on. */
    public boolean hasDeparted() {
        return departed;
    }

    /** Leaves this node. Nobody asks it anything any more, and what it asked cannot be answered where it goes. */
    Departure depart() {
        outbound.releaseHeld();
        if (requestsOfPeer != null) {
            requestsOfPeer.moved();
        }
        if (requestsToPeer != null) {
            requestsToPeer.withdrawAll();
        }
        open = false;
        departing = false;
        departed = true;
        requireNonNull(resumption).stopTimers();
        Departure departure = new Departure(
                outbound.releasedFrames(),
                outbound.numberedFrames(),
                requireNonNull(resumption).received(),
                now() - requireNonNull(resumption).silentSince());
        settleDrain(false);
        outbound.discard();
        return departure;
    }

    /** Does not come after all. What waited for it finds it closed, or follows it to where it stayed. */
    void neverCame() {
        open = false;
        departed = true;
        whereabouts.here();
        outbound =
                Outbound.continuing(format.messageType(), registry.flushOf(target()), 0, 0, List.of(), whileParked());
        outbound.discard();
    }

    /** Has come to this node, still without a connection. */
    void come(Departure from, Claim by) {
        whereabouts.here();
        requireNonNull(resumption).continueFrom(from.received(), now() - from.silentNanos(), by);
        outbound = Outbound.continuing(
                format.messageType(),
                registry.flushOf(target()),
                registry.limits().outboundBytesPerPeer(),
                from.released(),
                from.frames(),
                whileParked());
    }

    /** What waited for it on its new loop has been done. */
    void arrived() {
        whereabouts.arrived();
    }

    private static void checkBytes(String name, String value, int most) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > most) {
            throw new IllegalArgumentException(name + " has " + bytes + " UTF-8 bytes, expected at most " + most);
        }
    }
}
