package io.roomcast.runtime.room;

import static java.util.Objects.requireNonNull;

import io.roomcast.Acks;
import io.roomcast.HistoryPosition;
import io.roomcast.Message;
import io.roomcast.SendOutcome;
import io.roomcast.runtime.outbound.HandOver;
import io.roomcast.runtime.outbound.policy.Arrival;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.session.Transit;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.RouteDefinition;
import io.roomcast.runtime.wire.WireFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of a room on this node, loop by loop, and the way to them. {@code membersOfLoop} has a place for each loop. It is
 * filled, once, with the room's lock, before the loop is given the first task about it; the rest is in {@link LoopMembers}. A loop that expects no
 * members is not bothered with broadcasts.
 */
final class Audience {

    private static final Set<String> NOBODY = Set.of();
    private static final int MOST_JOINED_BYTES = 16 * 1024;
    private static final Message ANNOUNCEMENT = Message.of("announcement");
    private static final BiFunction<WireFormat, Message, Chunk> NOT_MERGED = (format, message) -> Chunk.EMPTY;

    private final Rooms rooms;
    private final LocalRoom room;
    private final RoomPolicies policies;
    /** How long a broadcast may wait for others to leave with it. */
    private final int flushWindowMillis;

    private final EventRoutes routes = new EventRoutes();
    /** A message in the history needs a route of its own: it is counted. Null in a room without one. */
    private final @Nullable EventRoutes historyRoutes;

    private final @Nullable LoopMembers[] membersOfLoop;

    Audience(Rooms rooms, LocalRoom room, RoomPolicies policies, int flushWindowMillis, boolean history) {
        this.rooms = rooms;
        this.room = room;
        this.policies = policies;
        this.flushWindowMillis = flushWindowMillis;
        this.historyRoutes = history ? new EventRoutes() : null;
        this.membersOfLoop = new LoopMembers[rooms.loops().size()];
    }

    /** Returns all routes of the room, those included whose definition is still on its way to the members. */
    List<RouteDefinition> definedRoutes() {
        if (historyRoutes == null) {
            return routes.defined();
        }
        List<RouteDefinition> all = new ArrayList<>(routes.defined());
        all.addAll(historyRoutes.defined());
        return all;
    }

    /** A member will be added on this loop. With the room's lock. */
    void expect(EventLoop loop) {
        LoopMembers there = membersOfLoop[loop.index()];
        if (there == null) {
            there = new LoopMembers();
            membersOfLoop[loop.index()] = there;
        }
        there.expectOne();
    }

    /** It will not, or was removed. On that loop. */
    void expectNoMore(EventLoop loop) {
        on(loop).expectOneLess();
    }

    /** Adds an expected member. On its loop. */
    void add(RoomMember member) {
        EventLoop loop = member.session().loop();
        on(loop).add(member);
        member.attachTo(loop);
    }

    /** Removes a member that was added. On the loop where that was. */
    void remove(RoomMember member) {
        EventLoop loop = member.attachedTo();
        if (loop != null) {
            on(loop).remove(member);
            member.detached();
            expectNoMore(loop);
        }
    }

    /** An expected member's session is on its way to this loop. There. */
    void arriving(EventLoop loop, RoomMember member, Transit way) {
        on(loop).expect(member, way);
    }

    /** A member's session has come to this loop. There. */
    void arrived(EventLoop loop, RoomMember member) {
        on(loop).expectNoMore(member);
        if (member.isActive() || member.isRecovering()) {
            on(loop).add(member);
            member.attachTo(loop);
        } else {
            expectNoMore(loop);
        }
    }

    private LoopMembers on(EventLoop loop) {
        return requireNonNull(membersOfLoop[loop.index()], "a member comes to a loop that did not expect any");
    }

    /** Tells every member something about the room. From any thread. */
    void announce(EncodedMessage announcement) {
        PolicedMessage behindWhatIsHeld = policies.keepOrder()
                ? new PolicedMessage(
                        room.name(),
                        ANNOUNCEMENT,
                        Addressing.EVERYBODY,
                        null,
                        announcement,
                        NOT_MERGED,
                        flushWindowMillis,
                        rooms.telemetry())
                : null;
        LoopMembers.Offer offer = offer(announcement, false, flushWindowMillis, behindWhatIsHeld);
        room.inOrder(() -> onLoopsWithMembers(here -> here.announce(offer)));
    }

    /**
     * Tells every member that what was in the room's history up to a place is lost to it. From any thread.
     *
     * @param missed how many messages; 0 = unknown
     */
    void announceLost(HistoryPosition resumesAfter, long missed) {
        LoopMembers.Offer offer = member -> {
            if (missed == 0) {
                return lost(member, resumesAfter, 0);
            }
            // It may have come from a node that was further than this one: then it misses less, or nothing.
            long ofMember = Math.min(missed, resumesAfter.offset() - member.offset);
            return ofMember <= 0 ? SendOutcome.CLOSED : lost(member, resumesAfter, ofMember);
        };
        room.inOrder(() -> onLoopsWithMembers(here -> here.announce(offer)));
    }

    /** Tells the same to one member. On its loop. */
    SendOutcome lost(RoomMember member, HistoryPosition resumesAfter, long missed) {
        Session session = member.session();
        WireFormat format = session.format();
        session.offer(format.gap(room.key(), missed), false);
        member.offset = resumesAfter.offset();
        return session.offer(format.position(room.key(), resumesAfter.offset(), resumesAfter.epoch()), false);
    }

    /** Takes a share of the node's budget for a broadcast: one task for each loop, or for each addressee. */
    @Nullable
    HandOver handOver(Message message, Addressing addressing) {
        Set<String> only = addressing.only();
        return rooms.budget()
                .handOver(message.size(), only == null ? rooms.loops().size() : Math.max(1, only.size()));
    }

    /** Takes a share of the node's budget for a broadcast that is answered: one task for each loop. */
    @Nullable
    HandOver handOver(Message message) {
        return rooms.budget().handOver(message.size(), rooms.loops().size());
    }

    /** Sends a broadcast to those members that it is for. With the room's lock. */
    void send(Message message, Addressing addressing, @Nullable Stamp stamp, HandOver handOver) {
        String from = addressing.from();
        Set<String> only = addressing.only();
        if (only != null) {
            EncodedMessage encoded = new EncodedMessage(format -> format.message(room.key(), from, message));
            PolicedMessage policed = policies.ignore(addressing)
                    ? null
                    : policed(
                            message, addressing, encoded, (format, merged) -> format.message(room.key(), from, merged));
            LoopMembers.Offer offer = offer(encoded, addressing.droppable(), flushWindowMillis, policed);
            if (only.isEmpty()) {
                handOver.taken();
            }
            for (String id : only) {
                Session session = addressing.except().contains(id)
                        ? null
                        : rooms.session(id).orElse(null);
                if (session == null) {
                    handOver.taken();
                } else {
                    deliverTo(session, message, addressing, offer, handOver);
                }
            }
            return;
        }
        int route = from == null ? routeOf(routes, message.event()) : 0;
        EncodedMessage encoded = new EncodedMessage(format -> encode(format, route, from, message, 0));
        PolicedMessage policed = policies.ignore(addressing)
                ? null
                : policed(message, addressing, encoded, (format, merged) -> encode(format, route, from, merged, 0));
        LoopMembers.Offer offer = offer(encoded, addressing.droppable(), flushWindowMillis, policed);
        toEverybody(message, addressing.except(), offer, stamp, handOver);
    }

    /** Sends a broadcast that is in the room's history to all members but its exceptions. From any thread. */
    void sendLogged(Message message, Addressing addressing, long offset, HandOver handOver) {
        String from = addressing.from();
        int route = from == null ? routeOf(requireNonNull(historyRoutes), message.event()) : 0;
        EncodedMessage encoded = new EncodedMessage(format -> encode(format, route, from, message, offset));
        PolicedMessage behindWhatIsHeld = policies.keepOrder()
                ? new PolicedMessage(
                        room.name(),
                        message,
                        addressing,
                        null,
                        encoded,
                        NOT_MERGED,
                        flushWindowMillis,
                        rooms.telemetry())
                : null;
        LoopMembers.Offer offer = new LoggedOffer(
                offset,
                addressing,
                route > 0,
                encoded,
                new EncodedMessage(format -> format.position(room.key(), offset - 1, "")),
                flushWindowMillis,
                behindWhatIsHeld);
        toEverybody(message, addressing.except(), offer, null, handOver);
    }

    private void toEverybody(
            Message message, Set<String> except, LoopMembers.Offer offer, @Nullable Stamp stamp, HandOver handOver) {
        // Usually there is one exception, the sender, and comparing references is cheaper than looking ids up.
        Session skip =
                except.size() == 1 ? rooms.session(except.iterator().next()).orElse(null) : null;
        Set<String> skipIds = except.size() > 1 ? except : NOBODY;
        for (int i = 0; i < membersOfLoop.length; i++) {
            LoopMembers there = membersOfLoop[i];
            if (there != null && there.expectsAny()) {
                rooms.loops()
                        .get(i)
                        .execute(new LoopDelivery(this, there, offer, message, stamp, skip, skipIds, handOver));
            } else {
                handOver.taken();
            }
        }
    }

    /** Returns how a member gets a message: as its policy says, or into its queue at once. */
    private static LoopMembers.Offer offer(
            EncodedMessage encoded, boolean droppable, int withinMillis, @Nullable PolicedMessage policed) {
        return policed != null
                ? member -> policed.offerTo(member.session())
                : new PlainOffer(encoded, droppable, withinMillis);
    }

    private void onLoopsWithMembers(Consumer<LoopMembers> action) {
        for (int i = 0; i < membersOfLoop.length; i++) {
            LoopMembers there = membersOfLoop[i];
            if (there != null && there.expectsAny()) {
                rooms.loops().get(i).execute(() -> action.accept(there));
            }
        }
    }

    /** Returns the message as policies see it; null if they do not need to. */
    private @Nullable PolicedMessage policed(
            Message message,
            Addressing addressing,
            EncodedMessage encoded,
            BiFunction<WireFormat, Message, Chunk> encoder) {
        Arrival arrival = policies.arrival(room.name(), message, addressing);
        return arrival == null && !policies.keepOrder()
                ? null
                : new PolicedMessage(
                        room.name(),
                        message,
                        addressing,
                        arrival,
                        encoded,
                        encoder,
                        flushWindowMillis,
                        rooms.telemetry());
    }

    private void deliverTo(
            Session session, Message message, Addressing addressing, LoopMembers.Offer offer, HandOver handOver) {
        session.execute(() -> {
            handOver.taken();
            RoomMember member = room.presentMember(session);
            if (member != null) {
                SendOutcome outcome = member.take(offer, message.size());
                boolean queued = outcome == SendOutcome.QUEUED || outcome == SendOutcome.CONFLATED;
                report(message, queued ? 1 : 0, outcome == SendOutcome.DROPPED ? 1 : 0);
            } else if (session.hasDeparted()) {
                // It went to another node a moment ago, which is known by now.
                rooms.uplink().publish(room.name(), message, addressing.toPeer(session.id()));
            }
        });
    }

    /** Counts for how many members a message was queued, and dropped. */
    void report(Message message, int queued, int dropped) {
        if (queued > 0) {
            rooms.telemetry().delivered(room.name(), queued, message.size());
        }
        for (int i = 0; i < dropped; i++) {
            rooms.telemetry().messageDropped(room.name());
        }
    }

    /** Returns how many bytes of a burst may be queued for a peer in one piece: a small part of its budget. */
    int mostJoinedBytes() {
        return Math.min(MOST_JOINED_BYTES, rooms.mostRecoveredBytes() / 4);
    }

    private int routeOf(EventRoutes among, String event) {
        return among.routeOf(
                event,
                name -> rooms.defineRoute(room, name, among == historyRoutes),
                definition -> announce(new EncodedMessage(
                        format -> format.usesRoutes() ? format.route(room.key(), definition) : Chunk.EMPTY)));
    }

    private Chunk encode(WireFormat format, int route, @Nullable String from, Message message, long offset) {
        return route > 0 && format.usesRoutes()
                ? format.data(route, message)
                : format.message(room.key(), from, message, offset);
    }

    /** Sends a broadcast to those members that it is for, who answer it. With the room's lock. */
    CompletableFuture<Acks> ask(Message message, Addressing addressing, int id, int timeoutMillis, HandOver handOver) {
        Asking asking = new Asking(room, message, addressing.from(), id, timeoutMillis, rooms.telemetry());
        List<CompletableFuture<Acks>> shares = new ArrayList<>();
        Map<EventLoop, List<Session>> chosen = addressing.only() == null ? null : byLoop(addressing);
        for (int i = 0; i < membersOfLoop.length; i++) {
            LoopMembers there = membersOfLoop[i];
            EventLoop loop = rooms.loops().get(i);
            if (chosen == null && there != null && there.expectsAny()) {
                shares.add(AckShare.on(loop, asking, share -> {
                    handOver.taken();
                    there.ask(share, addressing.except());
                }));
            } else if (chosen != null && chosen.containsKey(loop)) {
                List<Session> sessions = chosen.get(loop);
                shares.add(AckShare.on(loop, asking, share -> {
                    handOver.taken();
                    for (Session session : sessions) {
                        if (!session.isHere()) {
                            share.askLater(session, session::execute);
                            continue;
                        }
                        RoomMember member = room.memberOf(session);
                        if (member != null) {
                            share.ask(member);
                        }
                    }
                }));
            } else {
                handOver.taken();
            }
        }
        return AckTally.of(shares);
    }

    private Map<EventLoop, List<Session>> byLoop(Addressing addressing) {
        Map<EventLoop, List<Session>> chosen = new HashMap<>();
        for (String peer : addressing.only() == null ? NOBODY : addressing.only()) {
            if (!addressing.except().contains(peer)) {
                rooms.session(peer)
                        .ifPresent(session -> chosen.computeIfAbsent(session.target(), loop -> new ArrayList<>(1))
                                .add(session));
            }
        }
        return chosen;
    }
}
