package io.roomcast.runtime.room;

import io.roomcast.Admission;
import io.roomcast.ErrorCode;
import io.roomcast.HistoryPosition;
import io.roomcast.JoinRequest;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Refusal;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.wire.JoinedAt;
import io.roomcast.runtime.wire.RecoveryPoint;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a peer gets into a room: it is asked for in the mailbox, where the handler decides and makes the snapshot, and let in on the peer's
 * loop, behind what it has missed if it comes back. Has no state of its own: there are many rooms, and one of this on a node.
 */
final class Admissions {

    private final Rooms rooms;

    Admissions(Rooms rooms) {
        this.rooms = rooms;
    }

    /** Puts a newcomer through the mailbox. Whoever calls has a {@link LocalRoom#hold()}, which the member takes over. */
    void join(LocalRoom room, RoomMember member, Message request) {
        // Counted like a message: a client that joins and leaves in a loop is read from no faster than the handler
        // works.
        member.session().inbox().entered();
        room.enter(() -> {
            admit(room, member, request);
            member.session().inbox().handled();
        });
    }

    private void admit(LocalRoom room, RoomMember member, Message request) {
        Session session = member.session();
        if (!session.isOpen()) {
            refuse(room, member, new Refusal(ErrorCode.PEER_GONE, "the peer has gone"));
            return;
        }
        Admission admission;
        try {
            admission = Objects.requireNonNull(
                    room.handler().onAdmit(room.view(), session, new JoinRequest(request)),
                    "onAdmit returned null, expected an Admission");
        } catch (RuntimeException | Error failure) {
            rooms.telemetry().handlerFailed("onAdmit of room " + room.name(), failure);
            refuse(room, member, new Refusal(ErrorCode.HANDLER_FAILED, "the room's handler failed"));
            return;
        }
        Refusal refusal = admission.refusal();
        if (refusal != null) {
            refuse(room, member, refusal);
            return;
        }
        room.members().add(session);
        byte[] snapshot = admission.snapshot();
        RoomHistory log = room.history();
        room.inOrder(() -> {
            member.admitted();
            room.audience().expect(session.target());
            if (log == null) {
                session.execute(() -> attach(room, member, snapshot));
            } else {
                HistoryPosition position = log.handed();
                session.execute(() -> attachAt(room, member, snapshot, position, log));
            }
        });
        room.call("onJoin", (handler, view) -> handler.onJoin(view, session));
    }

    private void refuse(LocalRoom room, RoomMember member, Refusal refusal) {
        Session session = member.session();
        session.execute(() -> {
            session.remove(member);
            if (member.isAsked()) {
                session.error(refusal.code(), refusal.reason(), member.ref(), room.name());
            }
            member.settle(Optional.of(refusal));
        });
        room.release();
    }

    /** Lets a member into a room without history. On its loop. */
    private void attach(LocalRoom room, RoomMember member, byte[] snapshot) {
        attach(
                room,
                member,
                snapshot,
                member.recover() == null ? null : new JoinedAt("", 0, 0, true),
                Recovered.NOTHING);
    }

    /** Lets a member in behind a place of the room's history, null when that is not known. On its loop. */
    private void attachAt(
            LocalRoom room, RoomMember member, byte[] snapshot, @Nullable HistoryPosition position, RoomHistory log) {
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
            attach(room, member, snapshot, at, Recovered.NOTHING);
        } else if (wanted.offset() == position.offset()) {
            attach(
                    room,
                    member,
                    snapshot,
                    new JoinedAt(position.epoch(), position.offset(), 0, false),
                    Recovered.NOTHING);
        } else {
            recover(room, member, snapshot, wanted, position, log);
        }
    }

    private void recover(
            LocalRoom room,
            RoomMember member,
            byte[] snapshot,
            RecoveryPoint wanted,
            HistoryPosition position,
            RoomHistory log) {
        Session session = member.session();
        Recovery recovery = new Recovery(member, wanted, position, rooms.mostRecoveredBytes(), (at, recovered) -> {
            member.recovered();
            if (session.isOpen()) {
                letIn(room, member, snapshot, at, recovered);
            } else {
                room.audience().remove(member);
                gone(room, member);
            }
        });
        member.recovering(recovery);
        room.audience().add(member);
        rooms.uplink()
                .readHistory(room.name(), log.retention(), wanted.offset(), Recovery.MOST_MISSED)
                .whenComplete((page, failure) -> session.execute(() -> recovery.read(page)));
    }

    private void attach(
            LocalRoom room, RoomMember member, byte[] snapshot, @Nullable JoinedAt at, Recovered recovered) {
        Session session = member.session();
        if (session.isOpen()) {
            room.audience().add(member);
            letIn(room, member, snapshot, at, recovered);
        } else {
            room.audience().expectNoMore(session.loop());
            gone(room, member);
        }
    }

    private void gone(LocalRoom room, RoomMember member) {
        member.settle(Optional.of(new Refusal(ErrorCode.PEER_GONE, "the peer has gone")));
        room.leaveInMailbox(member.session(), LeaveReason.DISCONNECTED);
    }

    private void letIn(LocalRoom room, RoomMember member, byte[] snapshot, @Nullable JoinedAt at, Recovered recovered) {
        Session session = member.session();
        rooms.telemetry().joined(room.name());
        session.offer(
                session.format()
                        .joined(
                                room.key(),
                                member.ref(),
                                snapshot,
                                room.audience().definedRoutes(),
                                at),
                false);
        if (at != null) {
            member.offset = at.offset();
            if (member.recover() != null && at.unrecoverable()) {
                rooms.telemetry().historyUnrecoverable(room.name());
            } else if (member.recover() != null) {
                rooms.telemetry()
                        .historyRecovered(room.name(), recovered.missed().size());
            }
        }
        recovered.giveTo(member, rooms.telemetry());
        member.activate();
    }
}
