package io.roomcast.runtime.room;

import io.roomcast.Acks;
import io.roomcast.Admission;
import io.roomcast.BroadcastObserver;
import io.roomcast.ErrorCode;
import io.roomcast.HistoryPosition;
import io.roomcast.JoinRequest;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Refusal;
import io.roomcast.RoomHandler;
import io.roomcast.RoomcastException;
import io.roomcast.runtime.mailbox.Mailbox;
import io.roomcast.runtime.outbound.HandOver;
import io.roomcast.runtime.outbound.policy.Holdings;
import io.roomcast.runtime.session.PeerRequest;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.session.Transit;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.JoinedAt;
import io.roomcast.runtime.wire.RecoveryPoint;
import io.roomcast.runtime.wire.RoomKey;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A room that has, or is about to get, peers on this node.
 *
 * <p><b>Two domains.</b> The <em>mailbox</em> runs the handler's callbacks, one after another: it decides who is in. Each
 * <em>loop</em> holds the members that belong to it and delivers to them ({@link Audience}). What goes from the mailbox (or from any thread that
 * broadcasts) to a loop goes through that loop's task queue, never around it, so everything one thread does to the room
 * reaches every loop in the order in which it was done. That carries the promises:
 * <ul>
 *   <li><i>join</i>: the task that puts a newcomer among the loop's members also queues its {@code joined} reply. It is given to
 *       the loop in the mailbox turn that made the snapshot: what the handler broadcast earlier is before it in the loop's
 *       queue, what it broadcasts later is behind it.
 *   <li><i>order</i>: the broadcasts of one thread, or of one mailbox, arrive in order at each loop, and a loop is one thread.
 *   <li><i>one order</i>: what goes to the loops is handed over with the room's lock, to all of them in one step. So all loops get
 *       the room's broadcasts in the same order, and a session can change its loop between two of them ({@link #inOrder}).
 * </ul>
 *
 * <p><b>Counting.</b> {@code holds} counts joins in progress and members; a room at zero is closed and freed by its mailbox,
 * which sets {@code holds} to {@value #FREED}.
 */
final class LocalRoom {

    private static final int FREED = -1;
    private static final AtomicIntegerFieldUpdater<LocalRoom> HOLDS =
            AtomicIntegerFieldUpdater.newUpdater(LocalRoom.class, "holds");
    private static final Runnable NOTHING = () -> {};
    /** How much later than the node that it came from this one may get a broadcast that a newcomer has had. */
    private static final int STRAGGLERS_MILLIS = 30_000;

    private final Rooms rooms;
    private final RoomView view;
    private final RoomKey key;
    private final RoomHandler handler;
    private final Mailbox mailbox;
    private final Audience audience;
    private final @Nullable RoomHistory history;
    /** Held while something is handed to the loops; for a few microseconds, and never while foreign code runs. */
    private final ReentrantLock order = new ReentrantLock();

    /** What was heard of other nodes, and what this one published. Guarded by {@code order}, as are the next two. */
    private final Lanes lanes = new Lanes();
    /** What of it was handed to the loops, where that happens later: in an observed room. Null before the first. */
    private @Nullable Lanes handed;
    /** Whether this node is subscribed: what was sent while nobody listened is not missed. */
    private boolean listening;

    private volatile int holds;
    private final LocalPeers members = new LocalPeers();

    // Touched by mailbox tasks only.
    private boolean open;
    private @Nullable CompletionStage<Void> subscription;
    /** Null when none do. */
    private @Nullable Queue<Runnable> awaitingSubscription;

    LocalRoom(Rooms rooms, RoomView view, RoomKey key, RoomKinds.Kind kind, Mailbox mailbox) {
        this.rooms = rooms;
        this.view = view;
        this.key = key;
        this.handler = kind.handler();
        this.mailbox = mailbox;
        this.audience = new Audience(
                rooms,
                this,
                new RoomPolicies(key.name(), kind, rooms.telemetry()),
                rooms.flushWindowMillis(kind),
                kind.options().history().isPresent());
        this.history = kind.options()
                .history()
                .map(retention -> new RoomHistory(
                        this, retention, mailbox, observer() != null, rooms.uplink(), rooms.telemetry()))
                .orElse(null);
    }

    String name() {
        return key.name();
    }

    RoomKey key() {
        return key;
    }

    Audience audience() {
        return audience;
    }

    /** Hands something to the loops, in one step with regard to everything else that is handed to them. */
    void inOrder(Runnable handOver) {
        order.lock();
        try {
            handOver.run();
        } finally {
            order.unlock();
        }
    }

    ReentrantLock order() {
        return order;
    }

    /** Returns a peer's membership if it is in this room. On the peer's loop. */
    @Nullable
    RoomMember memberOf(Session session) {
        RoomMember member = presentMember(session);
        return member != null && member.isActive() ? member : null;
    }

    /** Returns a peer's membership if it is in this room, or comes back to it. On the peer's loop. */
    @Nullable
    RoomMember presentMember(Session session) {
        return session.membership(name()) instanceof RoomMember member
                        && member.room() == this
                        && (member.isActive() || member.isRecovering())
                ? member
                : null;
    }

    /** Returns what is heard of the room's log, null if it keeps none. */
    @Nullable
    RoomHistory history() {
        return history;
    }

    /** Returns the handler if it sees all broadcasts, else null. */
    private @Nullable BroadcastObserver observer() {
        return handler instanceof BroadcastObserver watching ? watching : null;
    }

    Collection<Peer> localPeers() {
        return members.now();
    }

    // ---- life

    /** Keeps the room from being freed. Returns false if it is too late: ask for the room anew. */
    boolean hold() {
        int current;
        do {
            current = holds;
            if (current == FREED) {
                return false;
            }
        } while (!HOLDS.compareAndSet(this, current, current + 1));
        return true;
    }

    /** In the mailbox. */
    private void release() {
        if (HOLDS.decrementAndGet(this) > 0) {
            return;
        }
        if (open) {
            open = false;
            call("onClose", () -> handler.onClose(view));
        }
        // Before the room can be freed: its successor of the same name subscribes after that.
        if (subscription != null) {
            subscription = null;
            if (history != null) {
                history.end();
            }
            rooms.uplink().unsubscribe(name());
            listens(false);
        }
        // A join may have come in meanwhile; its mailbox task opens the room again.
        if (HOLDS.compareAndSet(this, 0, FREED)) {
            rooms.freed(this);
        }
    }

    // ---- joining

    /** Puts a newcomer through the mailbox. Whoever calls has a {@link #hold()}, which the member takes over. */
    void join(RoomMember member, Message request) {
        // Counted like a message: a client that joins and leaves in a loop is read from no faster than the handler
        // works.
        member.session().inbox().entered();
        mailbox.add(() -> {
            if (!open) {
                open = true;
                call("onOpen", () -> handler.onOpen(view));
            }
            whenSubscribed(() -> {
                admit(member, request);
                member.session().inbox().handled();
            });
        });
    }

    /** Runs a step now if broadcasts of other nodes already arrive here, else in the mailbox as soon as they do. */
    private void whenSubscribed(Runnable step) {
        CompletionStage<Void> current = subscription;
        if (current == null) {
            listens(true);
            current = history == null ? rooms.uplink().subscribe(name()) : history.subscribe();
            subscription = current;
            if (!current.toCompletableFuture().isDone()) {
                // Failed or not, the joins go on: without the bridge the room is this node's own.
                current.whenComplete((done, failure) -> mailbox.add(this::goOn));
            }
        }
        if (current.toCompletableFuture().isDone() && awaitingSubscription == null) {
            step.run();
        } else {
            if (awaitingSubscription == null) {
                awaitingSubscription = new ArrayDeque<>();
            }
            awaitingSubscription.add(step);
        }
    }

    private void listens(boolean now) {
        inOrder(() -> {
            listening = now;
            lanes.interrupted();
        });
    }

    private void goOn() {
        Queue<Runnable> steps = awaitingSubscription;
        if (steps != null) {
            Runnable next;
            while ((next = steps.poll()) != null) {
                next.run();
            }
            awaitingSubscription = null;
        }
    }

    private void admit(RoomMember member, Message request) {
        Session session = member.session();
        if (!session.isOpen()) {
            refuse(member, new Refusal(ErrorCode.PEER_GONE, "the peer has gone"));
            return;
        }
        Admission admission;
        try {
            admission = Objects.requireNonNull(
                    handler.onAdmit(view, session, new JoinRequest(request)),
                    "onAdmit returned null, expected an Admission");
        } catch (RuntimeException | Error failure) {
            rooms.telemetry().handlerFailed("onAdmit of room " + name(), failure);
            refuse(member, new Refusal(ErrorCode.HANDLER_FAILED, "the room's handler failed"));
            return;
        }
        Refusal refusal = admission.refusal();
        if (refusal != null) {
            refuse(member, refusal);
            return;
        }
        members.add(session);
        byte[] snapshot = admission.snapshot();
        RoomHistory log = history;
        inOrder(() -> {
            member.admitted();
            audience.expect(session.target());
            if (log == null) {
                session.execute(() -> attach(member, snapshot));
            } else {
                HistoryPosition position = log.handed();
                session.execute(() -> attachAt(member, snapshot, position, log));
            }
        });
        call("onJoin", () -> handler.onJoin(view, session));
    }

    private void refuse(RoomMember member, Refusal refusal) {
        Session session = member.session();
        session.execute(() -> {
            session.remove(member);
            if (member.isAsked()) {
                session.error(refusal.code(), refusal.reason(), member.ref(), name());
            }
            member.settle(Optional.of(refusal));
        });
        release();
    }

    /** Lets a member into a room without history. On its loop. */
    private void attach(RoomMember member, byte[] snapshot) {
        attach(member, snapshot, member.recover() == null ? null : new JoinedAt("", 0, 0, true), Recovered.NOTHING);
    }

    /** Lets a member in behind a place of the room's history, null when that is not known. On its loop. */
    private void attachAt(RoomMember member, byte[] snapshot, @Nullable HistoryPosition position, RoomHistory log) {
        RecoveryPoint wanted = member.recover();
        boolean comesBack = wanted != null
                && position != null
                && wanted.epoch().equals(position.epoch())
                && position.offset() - wanted.offset() <= Recovery.MOST_MISSED;
        if (wanted == null
                || position == null
                || !comesBack
                || !member.session().isOpen()) {
            JoinedAt at = position == null
                    ? new JoinedAt("", 0, 0, wanted != null)
                    : new JoinedAt(position.epoch(), position.offset(), 0, wanted != null);
            attach(member, snapshot, at, Recovered.NOTHING);
        } else if (wanted.offset() == position.offset()) {
            attach(member, snapshot, new JoinedAt(position.epoch(), position.offset(), 0, false), Recovered.NOTHING);
        } else {
            recover(member, snapshot, wanted, position, log);
        }
    }

    private void recover(
            RoomMember member, byte[] snapshot, RecoveryPoint wanted, HistoryPosition position, RoomHistory log) {
        Session session = member.session();
        Recovery recovery = new Recovery(member, wanted, position, rooms.mostRecoveredBytes(), (at, recovered) -> {
            member.recovered();
            if (session.isOpen()) {
                letIn(member, snapshot, at, recovered);
            } else {
                audience.remove(member);
                gone(member);
            }
        });
        member.recovering(recovery);
        audience.add(member);
        rooms.uplink()
                .readHistory(name(), log.retention(), wanted.offset(), Recovery.MOST_MISSED)
                .whenComplete((page, failure) -> session.execute(() -> recovery.read(page)));
    }

    private void attach(RoomMember member, byte[] snapshot, @Nullable JoinedAt at, Recovered recovered) {
        Session session = member.session();
        if (session.isOpen()) {
            audience.add(member);
            letIn(member, snapshot, at, recovered);
        } else {
            audience.expectNoMore(session.loop());
            gone(member);
        }
    }

    private void gone(RoomMember member) {
        member.settle(Optional.of(new Refusal(ErrorCode.PEER_GONE, "the peer has gone")));
        leaveInMailbox(member.session(), LeaveReason.DISCONNECTED);
    }

    private void letIn(RoomMember member, byte[] snapshot, @Nullable JoinedAt at, Recovered recovered) {
        Session session = member.session();
        rooms.telemetry().joined(name());
        session.offer(session.format().joined(key, member.ref(), snapshot, audience.definedRoutes(), at), false);
        if (at != null) {
            member.offset = at.offset();
            if (member.recover() != null && at.unrecoverable()) {
                rooms.telemetry().historyUnrecoverable(name());
            } else if (member.recover() != null) {
                rooms.telemetry().historyRecovered(name(), recovered.missed().size());
            }
        }
        recovered.giveTo(member);
        member.activate();
    }

    // ---- moving from node to node

    /**
     * Lets a session that comes from another node collect the room's broadcasts from some moment on. Whoever calls has a
     * {@link #hold()}, which the member takes over. On the member's loop.
     *
     * @param collecting told at that moment, with the room's lock
     */
    void expectFromElsewhere(RoomMember member, EventLoop loop, Transit way, Runnable collecting) {
        mailbox.add(() -> {
            if (!open) {
                open = true;
                call("onOpen", () -> handler.onOpen(view));
            }
            whenSubscribed(() -> inOrder(() -> {
                if (member.isCancelled()) {
                    return;
                }
                member.admitted();
                if (history != null) {
                    member.collectsFrom(history.handed());
                }
                audience.expect(loop);
                loop.execute(() -> audience.arriving(loop, member, way));
                collecting.run();
            }));
        });
    }

    /** The session has come. On its loop. */
    void cameFromElsewhere(RoomMember member, EventLoop loop, Map<String, Stamp> reached) {
        Session session = member.session();
        member.cameWith(reached);
        loop.schedule(STRAGGLERS_MILLIS, member::leaveOutNoMore);
        member.activate();
        audience.arrived(loop, member);
        rooms.telemetry().joined(name());
        session.offer(session.format().moved(key, audience.definedRoutes()), false);
        if (history != null) {
            goOnIn(history, member, MovedPlace.among(reached));
        }
        mailbox.add(() -> {
            members.add(session);
            call("onMovedIn", () -> handler.onMovedIn(view, session));
        });
    }

    /** A member from another node goes on where it was in the room's history there. */
    private void goOnIn(RoomHistory log, RoomMember member, @Nullable RecoveryPoint place) {
        HistoryPosition from = member.collectsFrom();
        if (place == null || from == null || !place.epoch().equals(from.epoch())) {
            if (from != null) {
                audience.lost(member, from, 0);
            }
            return;
        }
        member.offset = place.offset();
        if (place.offset() >= from.offset()) {
            return;
        }
        Recovery recovery = new Recovery(member, place, from, rooms.mostRecoveredBytes(), (at, recovered) -> {
            member.recovered();
            if (member.isActive()) {
                if (at.unrecoverable()) {
                    rooms.telemetry().historyUnrecoverable(name());
                    audience.lost(member, from, from.offset() - place.offset());
                }
                recovered.giveTo(member);
            }
        });
        member.recovering(recovery);
        Session session = member.session();
        rooms.uplink()
                .readHistory(name(), log.retention(), place.offset(), Recovery.MOST_MISSED)
                .whenComplete((page, failure) -> session.execute(() -> recovery.read(page)));
    }

    /** The session does not come, or not as a member of this room. On the loop where it was expected. */
    void doesNotCome(RoomMember member, EventLoop loop) {
        inOrder(() -> {
            member.cancel();
            if (member.isAdmitted()) {
                loop.execute(() -> audience.arrived(loop, member));
            }
        });
        mailbox.add(this::release);
    }

    /** Takes a session out that goes to another node, behind what came before this call. @param left told up to where it was in */
    void moveOut(Session session, Consumer<Map<String, Stamp>> left) {
        Runnable here = () -> inOrder(() -> {
            Map<String, Stamp> reached = reached();
            HistoryPosition place = history == null ? null : history.handed();
            session.execute(() -> {
                RoomMember member = memberOf(session);
                if (member == null) {
                    left.accept(reached);
                } else {

                    audience.remove(member);
                    member.deactivate();
                    session.remove(member);
                    rooms.telemetry().left(name(), LeaveReason.MOVED);
                    mailbox.add(() -> {
                        members.remove(session);
                        call("onMovedOut", () -> handler.onMovedOut(view, session));
                        release();
                    });
                    Map<String, Stamp> had = member.goesWith(reached);
                    MovedPlace.put(had, place == null ? null : new HistoryPosition(place.epoch(), member.offset));
                    left.accept(had);
                }
            });
        });
        if (observer() == null) {
            here.run();
        } else {
            mailbox.add(here);
        }
    }

    /** Returns up to where the broadcasts of each node were handed to the loops. With the room's lock. */
    private Map<String, Stamp> reached() {
        if (observer() == null) {
            return lanes.stamps();
        }
        return handed == null ? Map.of() : handed.stamps();
    }

    // ---- leaving

    /** Takes an active member out. On the member's loop. */
    void detach(RoomMember member, LeaveReason reason) {
        Session session = member.session();
        if (!member.isActive()) {
            return;
        }
        audience.remove(member);
        Holdings held = session.heldOrNull();
        if (held != null) {
            held.left(name());
        }
        member.deactivate();
        session.remove(member);
        session.requestsToPeer().left(member);
        rooms.telemetry().left(name(), reason);
        leaveInMailbox(session, reason);
    }

    private void leaveInMailbox(Session session, LeaveReason reason) {
        mailbox.add(() -> {
            members.remove(session);
            call("onLeave", () -> handler.onLeave(view, session, reason));
            release();
        });
    }

    // ---- messages

    /** A member's message, for the handler. On the member's loop. */
    void message(RoomMember member, Message message) {
        Session session = member.session();
        handle(session, () -> {
            try {
                handler.onMessage(view, session, message);
            } catch (RuntimeException | Error failure) {
                rooms.telemetry().handlerFailed("onMessage of room " + name(), failure);
                session.execute(() -> session.error(ErrorCode.HANDLER_FAILED, "the room's handler failed", 0, name()));
            }
        });
    }

    /** A member's request, for the handler. On the member's loop. */
    void request(PeerRequest request, Message message) {
        handle(
                request.peer(),
                new HandlerAnswer(
                        request, () -> handler.onRequest(view, request.peer(), message), rooms, name(), mailbox::add));
    }

    /** Runs the handler for something that a member sent. On the member's loop. */
    private void handle(Session session, Runnable callback) {
        session.inbox().entered();
        boolean full = mailbox.add(() -> {
            callback.run();
            session.inbox().handled();
        });
        if (full) {
            session.inbox().mailboxFull();
            mailbox.whenHalfEmpty(session.inbox()::mailboxHasRoom);
        }
    }

    /**
     * Delivers a broadcast to the peers of this node. From any thread.
     *
     * @param publish carries it to the other nodes, in one step with handing it over here
     * @throws RoomcastException if the room is observed and its mailbox is full, or if the loops are too far behind; nobody gets
     *     the message, and it is not published
     */
    Published deliver(Message message, Addressing addressing, Supplier<Published> publish) {
        return deliver(
                message,
                addressing,
                publish,
                () -> audience.handOver(message, addressing),
                (stamp, handOver) -> audience.send(message, addressing, stamp, handOver),
                NOTHING);
    }

    /** Takes a share of the node's budget for an entry of the room's log; null if there is nothing to deliver, or no budget. */
    @Nullable
    HandOver share(@Nullable LoggedMessage entry) {
        Message message = entry == null ? null : entry.message();
        return entry == null || message == null ? null : audience.handOver(message, entry.addressing());
    }

    /** Shows the handler a message that is about to be delivered. In the mailbox of an observed room. */
    void observed(Message message) {
        BroadcastObserver watching = observer();
        if (watching != null) {
            call("onBroadcast", () -> watching.onBroadcast(view, message));
        }
    }

    /**
     * Delivers a broadcast that the peers of this node answer. From any thread.
     *
     * @return completes with the answers; exceptionally if an observed room finds, too late to throw, that the loops are too far
     *     behind
     * @throws RoomcastException as {@link #deliver(Message, Addressing)} does
     */
    CompletableFuture<Acks> ask(Message message, Addressing addressing, int id, int timeoutMillis) {
        CompletableFuture<Acks> acks = new CompletableFuture<>();
        deliver(
                message,
                addressing,
                () -> Published.NOWHERE,
                () -> audience.handOver(message),
                (stamp, handOver) -> audience.ask(message, addressing, id, timeoutMillis, handOver)
                        .thenAccept(acks::complete),
                () -> acks.completeExceptionally(tooFarBehind()));
        return acks;
    }

    /** Hands a broadcast to the loops. With the room's lock. */
    private interface FanOut {
        void send(@Nullable Stamp stamp, HandOver handOver);
    }

    private Published deliver(
            Message message,
            Addressing addressing,
            Supplier<Published> publish,
            Supplier<@Nullable HandOver> share,
            FanOut fanOut,
            Runnable refused) {
        BroadcastObserver watching = observer();
        if (watching == null || addressing.only() != null) {
            HandOver handOver = share.get();
            if (handOver == null) {
                throw tooFarBehind();
            }
            order.lock();
            try {
                Published published = publish.get();
                send(published.stamp(), handOver, fanOut);
                return published;
            } finally {
                order.unlock();
            }
        }
        if (mailbox.isFull()) {
            throw new RoomcastException("the mailbox of room " + name() + " is full, the broadcast was not made");
        }
        Published published;
        boolean toBeStarted;
        order.lock();
        try {
            published = publish.get();
            Stamp stamp = published.stamp();
            toBeStarted = mailbox.addQuietly(() -> observed(message, stamp, watching, share, fanOut, refused));
        } finally {
            order.unlock();
        }
        if (toBeStarted) {
            mailbox.start();
        }
        return published;
    }

    /** In the mailbox. */
    private void observed(
            Message message,
            @Nullable Stamp stamp,
            BroadcastObserver watching,
            Supplier<@Nullable HandOver> share,
            FanOut fanOut,
            Runnable refused) {
        HandOver handOver = share.get();
        if (handOver == null) {
            // Too late to tell the caller; the peers are told, and the snapshot stays what they have seen.
            rooms.telemetry().broadcastRefused(name());
            announceGap(1);
            refused.run();
            return;
        }
        call("onBroadcast", () -> watching.onBroadcast(view, message));
        inOrder(() -> send(stamp, handOver, fanOut));
    }

    private void send(@Nullable Stamp stamp, HandOver handOver, FanOut fanOut) {
        if (stamp != null) {
            reached(stamp);
        }
        fanOut.send(stamp, handOver);
    }

    private void reached(Stamp stamp) {
        if (observer() == null) {
            lanes.reached(stamp);
            return;
        }
        if (handed == null) {
            handed = new Lanes();
        }
        handed.reached(stamp);
    }

    // ---- from other nodes

    /** Returns whether this node is subscribed. From any thread. */
    boolean isListening() {
        order.lock();
        try {
            return listening;
        } finally {
            order.unlock();
        }
    }

    /**
     * Something came from another node that is no broadcast. If some before it are missing, the members are told. From any thread.
     *
     * @param direct whether it was sent to this node alone
     * @return false if it is to be ignored: it is a double, or nobody here listens
     */
    boolean passed(Stamp stamp, boolean direct) {
        long missed;
        order.lock();
        try {
            missed = missedBefore(stamp, direct);
            if (missed > 0) {
                announceGap(missed);
            }
        } finally {
            order.unlock();
        }
        return counted(stamp, missed);
    }

    /** Notes how far another node's lane has come; what is missing at its end, the members are told. From any thread. */
    void ended(Stamp stamp, boolean direct) {
        long missed;
        order.lock();
        try {
            missed = listening ? lanes.ended(stamp, direct) : 0;
            if (missed > 0) {
                announceGap(missed);
            }
        } finally {
            order.unlock();
        }
        counted(stamp, missed);
    }

    /** With the room's lock. */
    private long missedBefore(Stamp stamp, boolean direct) {
        return listening ? lanes.arrived(stamp, direct) : Lanes.IGNORE;
    }

    private boolean counted(Stamp stamp, long missed) {
        if (missed > 0) {
            rooms.telemetry().gap(name(), stamp.origin(), missed);
        }
        return missed != Lanes.IGNORE;
    }

    /** The members are told that they missed something. From any thread. */
    void announceGap(long missed) {
        audience.announce(new EncodedMessage(format -> format.gap(key, missed)));
    }

    /**
     * A broadcast of another node: the loops get it in one step with the look at its number, so whatever came before it is what the numbers say. If
     * it cannot be delivered, the members are told. From any thread.
     *
     * @return false if it is to be ignored
     */
    boolean arrived(Stamp stamp, boolean direct, Message message, Addressing addressing) {
        BroadcastObserver watching = addressing.only() == null ? observer() : null;
        boolean toBeStarted = false;
        boolean refused;
        long missed;
        order.lock();
        try {
            missed = missedBefore(stamp, direct);
            if (missed == Lanes.IGNORE) {
                return false;
            }
            if (missed > 0) {
                announceGap(missed);
            }
            if (watching == null) {
                HandOver handOver = audience.handOver(message, addressing);
                refused = handOver == null;
                if (handOver != null) {
                    audience.send(message, addressing, direct ? null : stamp, handOver);
                }
            } else {
                refused = mailbox.isFull();
                toBeStarted = !refused
                        && mailbox.addQuietly(() -> observed(
                                message,
                                direct ? null : stamp,
                                watching,
                                () -> audience.handOver(message, addressing),
                                (known, handOver) -> audience.send(message, addressing, known, handOver),
                                NOTHING));
            }
            if (refused) {
                announceGap(1);
            }
        } finally {
            order.unlock();
        }
        if (toBeStarted) {
            mailbox.start();
        }
        counted(stamp, missed);
        if (refused) {
            counted(stamp, 1);
        }
        return true;
    }

    private RoomcastException tooFarBehind() {
        return new RoomcastException("this node's peers wait for as many bytes as they may (outboundBytesPerNode),"
                + " the broadcast into room " + name() + " was not made");
    }

    /** A message from the handler of another node. From any thread. Returns false if it was dropped at a full mailbox. */
    boolean nodeMessage(String nodeId, Message message) {
        if (mailbox.isFull()) {
            return false;
        }
        mailbox.add(() -> {
            if (open) {
                call("onNodeMessage", () -> handler.onNodeMessage(view, nodeId, message));
            }
        });
        return true;
    }

    void nodeLost(String nodeId) {
        inOrder(() -> lanes.lost(nodeId));
        mailbox.add(() -> {
            if (open) {
                call("onNodeLost", () -> handler.onNodeLost(view, nodeId));
            }
        });
    }

    private void call(String callback, Runnable body) {
        try {
            body.run();
        } catch (RuntimeException | Error failure) {
            rooms.telemetry().handlerFailed(callback + " of room " + name(), failure);
        }
    }
}
