package io.roomcast.runtime.room;

import io.roomcast.ErrorCode;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Refusal;
import io.roomcast.runtime.session.Membership;
import io.roomcast.runtime.session.PeerRequest;
import io.roomcast.runtime.session.RoomGate;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.session.Transit;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.RecoveryPoint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What peers ask of the rooms of a node, and what becomes of their memberships when they go or change their loop. Everything but {@link #join} is called on the
 * session's loop.
 */
final class PeerGate implements RoomGate {

    private final Rooms rooms;
    private final int maxRoomsPerPeer;

    PeerGate(Rooms rooms, int maxRoomsPerPeer) {
        this.rooms = rooms;
        this.maxRoomsPerPeer = maxRoomsPerPeer;
    }

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
        rooms.historyReads().page(member, ref, epoch, after, limit);
    }

    @Override
    public CompletionStage<Optional<Refusal>> join(Session session, String name) {
        CompletableFuture<Optional<Refusal>> outcome = new CompletableFuture<>();
        session.execute(() -> enterWhenSettled(session, name, outcome));
        return outcome;
    }

    /** A session that may be leaving this node takes no room along that it enters meanwhile: it stays, or it is too late. */
    private void enterWhenSettled(Session session, String name, CompletableFuture<Optional<Refusal>> outcome) {
        if (session.isDeparting() && session.isOpen()) {
            session.loop().schedule(Session.SETTLE_MILLIS, () -> enterWhenSettled(session, name, outcome));
        } else {
            enter(session, name, 0, Message.of("join"), null, outcome);
        }
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
        RoomKinds.Named named = refusal == null ? rooms.kindOf(name).orElse(null) : null;
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
        RoomMember member = new RoomMember(rooms.held(named), session, outcome == null, ref, recover);
        if (outcome != null) {
            member.whenSettled(outcome);
        }
        session.add(member);
        rooms.admissions().join(member.room(), member, request);
    }

    private @Nullable Refusal obstacle(Session session, String name) {
        String fault = RoomKinds.faultOf(name);
        if (fault != null) {
            return new Refusal(ErrorCode.BAD_ROOM_NAME, fault);
        }
        if (!session.isOpen()) {
            return new Refusal(ErrorCode.PEER_GONE, "the peer has gone");
        }
        if (rooms.isStopping()) {
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
        receive(member, to == null ? message : message.addressedTo(to));
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
        member.room().handle(new RequestFromPeer(member.room(), request, message));
    }

    @Override
    public void dataArrived(Session session, int route, ByteBuffer payload) {
        RouteIndex.Route known = rooms.routeOf(route);
        if (known != null) {
            for (Membership membership : session.memberships()) {
                if (membership instanceof RoomMember member && member.room() == known.room() && member.isActive()) {
                    receive(member, Message.of(known.event(), payload));
                    return;
                }
            }
        }
        session.error(ErrorCode.NOT_IN_ROOM, "route " + route + " belongs to no room the peer is in", 0, "");
    }

    private static void receive(RoomMember member, Message message) {
        member.room().handle(new MessageFromPeer(member.room(), member.session(), message));
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
}
