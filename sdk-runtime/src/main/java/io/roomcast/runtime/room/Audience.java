package io.roomcast.runtime.room;

import io.roomcast.Acks;
import io.roomcast.Message;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.WireFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of a room on this node, loop by loop, and the way to them. {@code membersOfLoop} has a place for each loop, which
 * that loop alone touches. {@code expected} counts the members that a loop has or will have as soon as it gets to it; a loop
 * with none is not bothered with broadcasts.
 */
final class Audience {

    private static final Set<String> NOBODY = Set.of();

    private final Rooms rooms;
    private final LocalRoom room;
    private final List<EventLoop> loops;
    private final Telemetry telemetry;
    private final EventRoutes routes = new EventRoutes();
    private final AtomicIntegerArray expected;
    private final @Nullable LoopMembers[] membersOfLoop;

    Audience(Rooms rooms, LocalRoom room) {
        this.rooms = rooms;
        this.room = room;
        this.loops = rooms.loops();
        this.telemetry = rooms.telemetry();
        this.expected = new AtomicIntegerArray(loops.size());
        this.membersOfLoop = new LoopMembers[loops.size()];
    }

    EventRoutes routes() {
        return routes;
    }

    /** A member will be added on this loop. In the mailbox. */
    void expect(EventLoop loop) {
        expected.incrementAndGet(loop.index());
    }

    /** It will not, or was removed. On that loop. */
    void expectNoMore(EventLoop loop) {
        expected.decrementAndGet(loop.index());
    }

    /** Adds an expected member. On its loop. */
    void add(RoomMember member) {
        int loop = member.session().loop().index();
        LoopMembers here = membersOfLoop[loop];
        if (here == null) {
            here = new LoopMembers();
            membersOfLoop[loop] = here;
        }
        here.add(member);
    }

    /** Removes a member that was added. On its loop. */
    void remove(RoomMember member) {
        EventLoop loop = member.session().loop();
        LoopMembers here = membersOfLoop[loop.index()];
        if (here != null) {
            here.remove(member);
            expectNoMore(loop);
        }
    }

    /** Tells every member something about the room. From any thread. */
    void announce(EncodedMessage announcement) {
        onLoopsWithMembers(here -> here.deliver(announcement, false, null, NOBODY));
    }

    /** Sends a broadcast to those members that it is for. From any thread. */
    void send(Message message, Addressing addressing) {
        String from = addressing.from();
        Set<String> only = addressing.only();
        if (only != null) {
            EncodedMessage encoded = new EncodedMessage(format -> format.message(room.key(), from, message));
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
            if (memberOf(session) != null) {
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
            telemetry.delivered(room.name(), (int) queuedAndDropped, message.size());
        }
        for (long dropped = queuedAndDropped >>> 32; dropped > 0; dropped--) {
            telemetry.messageDropped(room.name());
        }
    }

    private int routeOf(String event) {
        return routes.routeOf(
                event,
                name -> rooms.defineRoute(room, name),
                definition -> announce(new EncodedMessage(
                        format -> format.usesRoutes() ? format.route(room.key(), definition) : Chunk.EMPTY)));
    }

    private Chunk encode(WireFormat format, int route, @Nullable String from, Message message) {
        return route > 0 && format.usesRoutes()
                ? format.data(route, message)
                : format.message(room.key(), from, message);
    }

    /** Sends a broadcast to those members that it is for, who answer it. From any thread. */
    CompletionStage<Acks> ask(Message message, Addressing addressing, int id, int timeoutMillis) {
        Asking asking = new Asking(room, message, addressing.from(), id, timeoutMillis, telemetry);
        List<CompletableFuture<Acks>> shares = new ArrayList<>();
        Set<String> only = addressing.only();
        if (only == null) {
            for (int i = 0; i < membersOfLoop.length; i++) {
                if (expected.get(i) > 0) {
                    int index = i;
                    shares.add(AckShare.on(loops.get(i), asking, share -> {
                        LoopMembers here = membersOfLoop[index];
                        if (here != null) {
                            here.ask(share, addressing.except());
                        }
                    }));
                }
            }
        } else {
            Map<EventLoop, List<Session>> chosen = new LinkedHashMap<>();
            for (String peer : only) {
                if (!addressing.except().contains(peer)) {
                    rooms.session(peer)
                            .ifPresent(session -> chosen.computeIfAbsent(session.loop(), loop -> new ArrayList<>())
                                    .add(session));
                }
            }
            chosen.forEach((loop, sessions) -> shares.add(AckShare.on(loop, asking, share -> {
                for (Session session : sessions) {
                    RoomMember member = memberOf(session);
                    if (member != null) {
                        share.ask(member);
                    }
                }
            })));
        }
        return AckTally.of(shares);
    }

    private @Nullable RoomMember memberOf(Session session) {
        return session.membership(room.name()) instanceof RoomMember member
                        && member.room() == room
                        && member.isActive()
                ? member
                : null;
    }
}
