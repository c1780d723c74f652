package io.roomcast.runtime.room;

import io.roomcast.Admission;
import io.roomcast.BroadcastObserver;
import io.roomcast.ErrorCode;
import io.roomcast.JoinRequest;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Refusal;
import io.roomcast.RoomHandler;
import io.roomcast.RoomcastException;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.mailbox.Mailbox;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.RoomKey;
import io.roomcast.runtime.wire.WireFormat;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A room that has, or is about to get, peers on this node.
 *
 * <p><b>Two domains.</b> The <em>mailbox</em> runs the handler's callbacks, one after another: it decides who is in. Each
 * <em>loop</em> holds the members that belong to it and delivers to them. What goes from the mailbox (or from any thread that
 * broadcasts) to a loop goes through that loop's task queue, never around it, so everything one thread does to the room
 * reaches every loop in the order in which it was done. That carries the promises:
 * <ul>
 *   <li><i>join</i>: the task that puts a newcomer among the loop's members also queues its {@code joined} reply. It is given to
 *       the loop in the mailbox turn that made the snapshot: what the handler broadcast earlier is before it in the loop's
 *       queue, what it broadcasts later is behind it.
 *   <li><i>order</i>: the broadcasts of one thread, or of one mailbox, arrive in order at each loop, and a loop is one thread.
 * </ul>
 *
 * <p><b>Counting.</b> {@code holds} counts joins in progress and members; a room at zero is closed and freed by its mailbox,
 * which sets {@code holds} to {@value #FREED}. {@code expected} counts the members that a loop has or will have as soon as it
 * gets to it; a loop with none is not bothered with broadcasts.
 */
final class LocalRoom {

    private static final int FREED = -1;
    private static final Set<String> NOBODY = Set.of();

    private final Rooms rooms;
    private final RoomView view;
    private final RoomKey key;
    private final RoomHandler handler;
    private final @Nullable BroadcastObserver observer;
    private final Mailbox mailbox;
    private final List<EventLoop> loops;
    private final Telemetry telemetry;
    private final EventRoutes routes = new EventRoutes();
    private final AtomicInteger holds = new AtomicInteger();
    private final AtomicIntegerArray expected;
    private final @Nullable LoopMembers[] membersOfLoop;
    private final Set<Peer> members = ConcurrentHashMap.newKeySet(4);

    // Touched by mailbox tasks only.
    private boolean open;
    private @Nullable CompletionStage<Void> subscription;
    private final Queue<Runnable> awaitingSubscription = new ArrayDeque<>(1);

    LocalRoom(Rooms rooms, RoomView view, RoomKey key, RoomKinds.Kind kind, Mailbox mailbox) {
        this.rooms = rooms;
        this.view = view;
        this.key = key;
        this.handler = kind.handler();
        this.observer = handler instanceof BroadcastObserver watching ? watching : null;
        this.mailbox = mailbox;
        this.loops = rooms.loops();
        this.telemetry = rooms.telemetry();
        this.expected = new AtomicIntegerArray(loops.size());
        this.membersOfLoop = new LoopMembers[loops.size()];
    }

    String name() {
        return key.name();
    }

    RoomKey key() {
        return key;
    }

    EventRoutes routes() {
        return routes;
    }

    Collection<Peer> localPeers() {
        return List.copyOf(members);
    }

    // ---- life

    /** Keeps the room from being freed. Returns false if it is too late: ask for the room anew. */
    boolean hold() {
        int current;
        do {
            current = holds.get();
            if (current == FREED) {
                return false;
            }
        } while (!holds.compareAndSet(current, current + 1));
        return true;
    }

    /** In the mailbox. */
    private void release() {
        if (holds.decrementAndGet() > 0) {
            return;
        }
        if (open) {
            open = false;
            call("onClose", () -> handler.onClose(view));
        }
        // Before the room can be freed: its successor of the same name subscribes after that.
        if (subscription != null) {
            subscription = null;
            rooms.uplink().unsubscribe(name());
        }
        // A join may have come in meanwhile; its mailbox task opens the room again.
        if (holds.compareAndSet(0, FREED)) {
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
            current = rooms.uplink().subscribe(name());
            subscription = current;
            if (!current.toCompletableFuture().isDone()) {
                // Failed or not, the joins go on: without the bridge the room is this node's own.
                current.whenComplete((done, failure) -> mailbox.add(() -> {
                    Runnable next;
                    while ((next = awaitingSubscription.poll()) != null) {
                        next.run();
                    }
                }));
            }
        }
        if (current.toCompletableFuture().isDone() && awaitingSubscription.isEmpty()) {
            step.run();
        } else {
            awaitingSubscription.add(step);
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
            telemetry.handlerFailed("onAdmit of room " + name(), failure);
            refuse(member, new Refusal(ErrorCode.HANDLER_FAILED, "the room's handler failed"));
            return;
        }
        Refusal refusal = admission.refusal();
        if (refusal != null) {
            refuse(member, refusal);
            return;
        }
        members.add(session);
        EventLoop loop = session.loop();
        expected.incrementAndGet(loop.index());
        byte[] snapshot = admission.snapshot();
        loop.execute(() -> attach(member, snapshot));
        call("onJoin", () -> handler.onJoin(view, session));
    }

    private void refuse(RoomMember member, Refusal refusal) {
        Session session = member.session();
        session.loop().execute(() -> {
            session.remove(member);
            if (member.isAsked()) {
                session.error(refusal.code(), refusal.reason(), member.ref(), name());
            }
            member.settle(Optional.of(refusal));
        });
        release();
    }

    /** On the member's loop. */
    private void attach(RoomMember member, byte[] snapshot) {
        Session session = member.session();
        int loop = session.loop().index();
        if (!session.isOpen()) {
            expected.decrementAndGet(loop);
            member.settle(Optional.of(new Refusal(ErrorCode.PEER_GONE, "the peer has gone")));
            leaveInMailbox(session, LeaveReason.DISCONNECTED);
            return;
        }
        LoopMembers here = membersOfLoop[loop];
        if (here == null) {
            here = new LoopMembers();
            membersOfLoop[loop] = here;
        }
        here.add(member);
        telemetry.joined(name());
        session.offer(session.format().joined(key, member.ref(), snapshot, routes.defined()), false);
        member.activate();
    }

    // ---- leaving

    /** Takes an active member out. On the member's loop. */
    void detach(RoomMember member, LeaveReason reason) {
        Session session = member.session();
        int loop = session.loop().index();
        LoopMembers here = membersOfLoop[loop];
        if (!member.isActive() || here == null) {
            return;
        }
        here.remove(member);
        expected.decrementAndGet(loop);
        member.deactivate();
        session.remove(member);
        telemetry.left(name(), reason);
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
        session.inbox().entered();
        boolean full = mailbox.add(() -> {
            try {
                handler.onMessage(view, session, message);
            } catch (RuntimeException | Error failure) {
                telemetry.handlerFailed("onMessage of room " + name(), failure);
                session.loop()
                        .execute(() -> session.error(ErrorCode.HANDLER_FAILED, "the room's handler failed", 0, name()));
            }
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
     * @throws RoomcastException if the room is observed and its mailbox is full; nobody gets the message
     */
    void deliver(Message message, Addressing addressing) {
        BroadcastObserver watching = observer;
        if (watching == null || addressing.only() != null) {
            fanOut(message, addressing);
            return;
        }
        if (mailbox.isFull()) {
            throw new RoomcastException("the mailbox of room " + name() + " is full, the broadcast was not made");
        }
        mailbox.add(() -> {
            call("onBroadcast", () -> watching.onBroadcast(view, message));
            fanOut(message, addressing);
        });
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
        mailbox.add(() -> {
            if (open) {
                call("onNodeLost", () -> handler.onNodeLost(view, nodeId));
            }
        });
    }

    /** Tells every member something about the room. From any thread. */
    void announce(EncodedMessage announcement) {
        onLoopsWithMembers(here -> here.deliver(announcement, false, null, NOBODY));
    }

    private void fanOut(Message message, Addressing addressing) {
        String from = addressing.from();
        Set<String> only = addressing.only();
        if (only != null) {
            EncodedMessage encoded = new EncodedMessage(format -> format.message(key, from, message));
            for (String id : only) {
                if (!addressing.except().contains(id)) {
                    rooms.session(id)
                            .ifPresent(session -> deliverTo(session, message, encoded, addressing.droppable()));
                }
            }
            return;
        }
        int route = from == null ? routeOf(message.event()) : 0;
        EncodedMessage encoded = new EncodedMessage(format -> encode(format, route, from, message));
        // Usually there is one exception, the sender, and comparing references is cheaper than looking ids up.
        Session skip = addressing.except().size() == 1
                ? rooms.session(addressing.except().iterator().next()).orElse(null)
                : null;
        Set<String> skipIds = addressing.except().size() > 1 ? addressing.except() : NOBODY;
        boolean droppable = addressing.droppable();
        onLoopsWithMembers(here -> report(message, here.deliver(encoded, droppable, skip, skipIds)));
    }

    private void onLoopsWithMembers(Consumer<LoopMembers> action) {
        for (int i = 0; i < membersOfLoop.length; i++) {
            if (expected.get(i) > 0) {
                int index = i;
                loops.get(i).execute(() -> {
                    LoopMembers here = membersOfLoop[index];
                    if (here != null) {
                        action.accept(here);
                    }
                });
            }
        }
    }

    private void deliverTo(Session session, Message message, EncodedMessage encoded, boolean droppable) {
        session.loop().execute(() -> {
            if (session.membership(name()) instanceof RoomMember member && member.room() == this && member.isActive()) {
                report(
                        message,
                        switch (session.offer(encoded.in(session.format()), droppable)) {
                            case QUEUED -> 1;
                            case DROPPED -> 1L << 32;
                            case CLOSED -> 0;
                        });
            }
        });
    }

    /** Counts what {@link LoopMembers#deliver} returned. */
    private void report(Message message, long queuedAndDropped) {
        if ((int) queuedAndDropped > 0) {
            telemetry.delivered(name(), (int) queuedAndDropped, message.size());
        }
        for (long dropped = queuedAndDropped >>> 32; dropped > 0; dropped--) {
            telemetry.messageDropped(name());
        }
    }

    private int routeOf(String event) {
        return routes.routeOf(
                event,
                name -> rooms.defineRoute(this, name),
                definition -> announce(new EncodedMessage(
                        format -> format.usesRoutes() ? format.route(key, definition) : Chunk.EMPTY)));
    }

    private Chunk encode(WireFormat format, int route, @Nullable String from, Message message) {
        return route > 0 && format.usesRoutes() ? format.data(route, message) : format.message(key, from, message);
    }

    private void call(String callback, Runnable body) {
        try {
            body.run();
        } catch (RuntimeException | Error failure) {
            telemetry.handlerFailed(callback + " of room " + name(), failure);
        }
    }
}
