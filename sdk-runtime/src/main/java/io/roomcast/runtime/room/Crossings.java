package io.roomcast.runtime.room;

import io.roomcast.HistoryPosition;
import io.roomcast.LeaveReason;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.session.Transit;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.RecoveryPoint;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a member gets into a room, and out of it, when its session goes from node to node: with no broadcast missed or doubled. {@link RoomMoves} does this for all
 * rooms of a session. Has no state of its own: there are many rooms, and one of this on a node.
 */
final class Crossings {

    /** How much later than the node that it came from this one may get a broadcast that a newcomer has had. */
    private static final int STRAGGLERS_MILLIS = 30_000;

    private final Rooms rooms;

    Crossings(Rooms rooms) {
        this.rooms = rooms;
    }

    /**
     * Lets a session that comes from another node collect the room's broadcasts from some moment on. Whoever calls has a
     * {@link LocalRoom#hold()}, which the member takes over. On the member's loop.
     *
     * @param collecting told at that moment, with the room's lock
     */
    void expect(LocalRoom room, RoomMember member, EventLoop loop, Transit way, Runnable collecting) {
        room.enter(() -> room.inOrder(() -> {
            if (member.isCancelled()) {
                return;
            }
            member.admitted();
            RoomHistory log = room.history();
            if (log != null) {
                member.collectsFrom(log.handed());
            }
            room.audience().expect(loop);
            loop.execute(() -> room.audience().arriving(loop, member, way));
            collecting.run();
        }));
    }

    /** The session has come. On its loop. */
    void came(LocalRoom room, RoomMember member, EventLoop loop, Map<String, Stamp> reached) {
        Session session = member.session();
        member.cameWith(reached);
        loop.schedule(STRAGGLERS_MILLIS, member::leaveOutNoMore);
        member.activate();
        room.audience().arrived(loop, member);
        rooms.telemetry().joined(room.name());
        session.offer(session.format().moved(room.key(), room.audience().definedRoutes()), false);
        RoomHistory log = room.history();
        if (log != null) {
            goOnIn(room, log, member, MovedPlace.among(reached));
        }
        room.inMailbox(() -> {
            room.members().add(session);
            room.call("onMovedIn", (handler, view) -> handler.onMovedIn(view, session));
        });
    }

    /** A member from another node goes on where it was in the room's history there. */
    private void goOnIn(LocalRoom room, RoomHistory log, RoomMember member, @Nullable RecoveryPoint place) {
        HistoryPosition from = member.collectsFrom();
        if (place == null || from == null || !place.epoch().equals(from.epoch())) {
            if (from != null) {
                room.audience().lost(member, from, 0);
            }
            return;
        }
        member.offset = place.offset();
        member.before(place.peer());
        if (place.offset() >= from.offset()) {
            return;
        }
        Recovery recovery = new Recovery(member, place, from, rooms.mostRecoveredBytes(), (at, recovered) -> {
            member.recovered();
            if (member.isActive()) {
                if (at.unrecoverable()) {
                    rooms.telemetry().historyUnrecoverable(room.name());
                    room.audience().lost(member, from, from.offset() - place.offset());
                }
                recovered.giveTo(member, rooms.telemetry());
            }
        });
        member.recovering(recovery);
        Session session = member.session();
        rooms.uplink()
                .readHistory(room.name(), log.retention(), place.offset(), Recovery.MOST_MISSED)
                .whenComplete((page, failure) -> session.execute(() -> recovery.read(page)));
    }

    /** The session does not come, or not as a member of this room. On the loop where it was expected. */
    void doesNotCome(LocalRoom room, RoomMember member, EventLoop loop) {
        room.inOrder(() -> {
            member.cancel();
            if (member.isAdmitted()) {
                loop.execute(() -> room.audience().arrived(loop, member));
            }
        });
        room.inMailbox(room::release);
    }

    /**
     * Takes a session out that goes to another node, behind what came before this call.
     *
     * @param left told up to where it was in, null if it is not in any more
     */
    void moveOut(LocalRoom room, Session session, Consumer<@Nullable Map<String, Stamp>> left) {
        Runnable here = () -> room.inOrder(() -> {
            Map<String, Stamp> reached = room.reached();
            RoomHistory log = room.history();
            HistoryPosition place = log == null ? null : log.handed();
            session.execute(() -> {
                RoomMember member = room.memberOf(session);
                if (member == null) {
                    left.accept(null);
                } else {
                    room.audience().remove(member);
                    member.deactivate();
                    session.remove(member);
                    rooms.telemetry().left(room.name(), LeaveReason.MOVED);
                    room.inMailbox(() -> {
                        room.members().remove(session);
                        room.call("onMovedOut", (handler, view) -> handler.onMovedOut(view, session));
                        room.release();
                    });
                    Map<String, Stamp> had = member.goesWith(reached);
                    MovedPlace.put(
                            had,
                            place == null ? null : new HistoryPosition(place.epoch(), member.offset),
                            member.before());
                    left.accept(had);
                }
            });
        });
        if (room.observer() == null) {
            here.run();
        } else {
            room.inMailbox(here);
        }
    }
}
