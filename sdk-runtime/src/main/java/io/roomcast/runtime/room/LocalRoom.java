package io.roomcast.runtime.room;

import io.roomcast.BroadcastObserver;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.mailbox.Mailbox;
import io.roomcast.runtime.outbound.HandOver;
import io.roomcast.runtime.outbound.policy.Holdings;
import io.roomcast.runtime.session.Inbox;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.wire.RoomKey;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A room that has, or is about to get, peers on this node.
 *
 * <p>Here is its state and its life. How peers get in is in {@link Admissions}, what is sent in it goes through {@link Deliveries}, sessions from and to other nodes
 * through {@link Crossings}.
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

    private final Rooms rooms;
    private final RoomView view;
    private final RoomKey key;
    private final RoomHandler handler;
    private final Mailbox mailbox;
    private final Audience audience;
    private final @Nullable RoomHistory history;
    /** Held while something is handed to the loops; for a few microseconds, and never while foreign code runs. */
    private final RoomLock order = new RoomLock();

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
                rooms.policies(key.name(), kind),
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

    Room view() {
        return view;
    }

    RoomHandler handler() {
        return handler;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    /** Returns the peers that are in. Changed in the mailbox. */
    LocalPeers members() {
        return members;
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

    RoomLock order() {
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
    @Nullable
    BroadcastObserver observer() {
        return handler instanceof BroadcastObserver watching ? watching : null;
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

    /** Gives up one {@link #hold()}. In the mailbox. */
    void release() {
        if (HOLDS.decrementAndGet(this) > 0) {
            return;
        }
        if (open) {
            open = false;
            call("onClose", RoomHandler::onClose);
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

    /** Does a step in the mailbox, as soon as the room is open and broadcasts of other nodes arrive here. */
    void enter(Runnable step) {
        mailbox.add(() -> {
            if (!open) {
                open = true;
                call("onOpen", RoomHandler::onOpen);
            }
            whenSubscribed(step);
        });
    }

    /** Does something after what the room was given to do before. From any thread. */
    void inMailbox(Runnable task) {
        mailbox.add(task);
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

    // ---- what was heard of other nodes

    /** Returns whether this node is subscribed, so that broadcasts of others are for somebody here. From any thread. */
    boolean isListening() {
        order.lock();
        try {
            return listening;
        } finally {
            order.unlock();
        }
    }

    /** Returns how many envelopes before this one are missing, {@link Lanes#IGNORE} if it is to be ignored. With the room's lock. */
    long missedBefore(Stamp stamp, boolean direct) {
        return listening ? lanes.arrived(stamp, direct) : Lanes.IGNORE;
    }

    /** Returns how many envelopes are missing at the end of another node's lane. With the room's lock. */
    long missedAtTheEnd(Stamp stamp, boolean direct) {
        return listening ? lanes.ended(stamp, direct) : 0;
    }

    /** A broadcast is handed to the loops. With the room's lock. */
    void reached(Stamp stamp) {
        if (observer() == null) {
            lanes.reached(stamp);
            return;
        }
        if (handed == null) {
            handed = new Lanes();
        }
        handed.reached(stamp);
    }

    /** Returns up to where the broadcasts of each node were handed to the loops. With the room's lock. */
    Map<String, Stamp> reached() {
        if (observer() == null) {
            return lanes.stamps();
        }
        return handed == null ? Map.of() : handed.stamps();
    }

    /** Tells the members that they missed something. From any thread. */
    void announceGap(long missed) {
        audience.announce(new EncodedMessage(format -> format.gap(key, missed)));
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
        session.notAskedAnyMore(member);
        rooms.telemetry().left(name(), reason);
        leaveInMailbox(session, reason);
    }

    /** A peer that was admitted is not in any more. From its loop. */
    void leaveInMailbox(Session session, LeaveReason reason) {
        mailbox.add(() -> {
            members.remove(session);
            call("onLeave", (handler, view) -> handler.onLeave(view, session, reason));
            release();
        });
    }

    // ---- messages

    /** Has the handler get something that a member sent. On the member's loop. */
    void handle(FromPeer sent) {
        Inbox inbox = sent.session.inbox();
        inbox.entered();
        if (mailbox.add(sent)) {
            inbox.mailboxFull();
            mailbox.whenHalfEmpty(inbox::mailboxHasRoom);
        }
    }

    Telemetry telemetry() {
        return rooms.telemetry();
    }

    void checkSize(Message message) {
        rooms.checkSize(message);
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
            call("onBroadcast", (handler, view) -> watching.onBroadcast(view, message));
        }
    }

    /** A message from the handler of another node. From any thread. Returns false if it was dropped at a full mailbox. */
    boolean nodeMessage(String nodeId, Message message) {
        if (mailbox.isFull()) {
            return false;
        }
        mailbox.add(() -> {
            if (open) {
                call("onNodeMessage", (handler, view) -> handler.onNodeMessage(view, nodeId, message));
            }
        });
        return true;
    }

    void nodeLost(String nodeId) {
        inOrder(() -> lanes.lost(nodeId));
        mailbox.add(() -> {
            if (open) {
                call("onNodeLost", (handler, view) -> handler.onNodeLost(view, nodeId));
            }
        });
    }

    /** Lets the handler do something; what it throws is counted and harms nobody. In the mailbox. */
    void call(String callback, BiConsumer<RoomHandler, Room> body) {
        try {
            body.accept(handler, view);
        } catch (RuntimeException | Error failure) {
            rooms.telemetry().handlerFailed(callback + " of room " + name(), failure);
        }
    }
}
