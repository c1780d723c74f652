package io.roomcast.runtime.room;

import io.roomcast.runtime.session.Membership;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.session.Transit;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.wire.RoomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What rooms do when a session goes from one node to another. The node that it goes to collects the rooms' broadcasts from some
 * moment on and then sends a mark through each room; the node that it leaves takes it out of a room when the mark gets there, and
 * says up to where it was in. What both nodes had of a room is told by their {@linkplain Stamp stamps}.
 */
public final class RoomMoves {

    private final Rooms rooms;

    public RoomMoves(Rooms rooms) {
        this.rooms = rooms;
    }

    /**
     * Returns the rooms that the session is in, null while it is still on its way into one, or what it missed of one is read: what is
     * held for it until then is known here only. On its loop.
     */
    public @Nullable List<RoomKey> roomsOf(Session session) {
        List<RoomKey> keys = new ArrayList<>();
        for (Membership membership : session.memberships()) {
            if (!membership.isActive() || membership instanceof RoomMember member && member.isRecovering()) {
                return null;
            }
            keys.add(new RoomKey(membership.roomNumber(), membership.roomName()));
        }
        return keys;
    }

    /** The session waits no longer for what it missed: its client is told that this is lost. On its loop. */
    public void stopRecovering(Session session) {
        for (Membership membership : session.memberships()) {
            if (membership instanceof RoomMember member) {
                member.stopRecovering();
            }
        }
    }

    /**
     * Takes the session out of a room. From any thread.
     *
     * @param left told on the session's loop, up to where it was in, null if it is not in any more
     */
    public void moveOut(String room, Session session, Consumer<@Nullable Map<String, Stamp>> left) {
        LocalRoom local = rooms.find(room);
        if (local == null) {
            session.execute(() -> left.accept(null));
        } else {
            rooms.crossings().moveOut(local, session, left);
        }
    }

    /** Returns memberships, for a session that will come, of those of the rooms that there can be here. */
    public List<Membership> memberships(Session session, List<String> names) {
        List<Membership> memberships = new ArrayList<>();
        for (String name : names) {
            LocalRoom room = rooms.hold(name);
            if (room != null) {
                memberships.add(new RoomMember(room, session, false, 0, null));
            }
        }
        return memberships;
    }

    /** Lets a session that will come collect the broadcasts of its rooms. @param collecting told for each, with its lock */
    public void expect(EventLoop loop, Transit way, Consumer<String> collecting) {
        for (Membership membership : way.memberships()) {
            if (membership instanceof RoomMember member) {
                rooms.crossings().expect(member.room(), member, loop, way, () -> collecting.accept(member.roomName()));
            }
        }
    }

    /**
     * The session has come, with what it had of its rooms. On its loop.
     *
     * @param reached by room; a room that is missing is one it is not in any more
     */
    public void came(Session session, Transit way, Map<String, Map<String, Stamp>> reached) {
        for (Membership membership : way.memberships()) {
            if (membership instanceof RoomMember member) {
                Map<String, Stamp> had = reached.get(member.roomName());
                if (had == null) {
                    session.remove(member);
                    rooms.crossings().doesNotCome(member.room(), member, session.loop());
                } else {
                    rooms.crossings().came(member.room(), member, session.loop(), had);
                }
            }
        }
    }

    /** Broadcasts of a room may be missing to the session. On its loop. */
    public void mayHaveMissed(Session session, String room) {
        LocalRoom local = rooms.find(room);
        if (local != null) {
            session.offer(session.format().gap(local.key(), 0), false);
        }
    }

    /** The session will not come. On the loop where it was expected. */
    public void doesNotCome(EventLoop loop, Transit way) {
        for (Membership membership : way.memberships()) {
            if (membership instanceof RoomMember member) {
                rooms.crossings().doesNotCome(member.room(), member, loop);
            }
        }
    }
}
