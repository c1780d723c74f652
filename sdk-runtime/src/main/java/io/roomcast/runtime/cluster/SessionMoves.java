package io.roomcast.runtime.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.roomcast.Identity;
import io.roomcast.runtime.cluster.proto.Claim;
import io.roomcast.runtime.cluster.proto.Claimed;
import io.roomcast.runtime.cluster.proto.Envelope;
import io.roomcast.runtime.cluster.proto.Handed;
import io.roomcast.runtime.cluster.proto.HandedRoom;
import io.roomcast.runtime.cluster.proto.Mark;
import io.roomcast.runtime.cluster.proto.PeerMoved;
import io.roomcast.runtime.cluster.proto.Reached;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.room.RoomMoves;
import io.roomcast.runtime.room.Stamp;
import io.roomcast.runtime.session.Coming;
import io.roomcast.runtime.session.Departure;
import io.roomcast.runtime.session.Elsewhere;
import io.roomcast.runtime.session.Membership;
import io.roomcast.runtime.session.Session;
import io.roomcast.runtime.session.SessionRegistry;
import io.roomcast.runtime.session.Transit;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.wire.RoomKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sessions on their way between nodes, in both directions; {@code envelope.proto} tells who says what when. Safe to use from any
 * thread: what belongs to a session is done on its loop.
 *
 * <p><b>Why nothing is lost or doubled.</b> The bridge carries what is published to a room to all nodes in one order. What is before
 * the mark in it, the old node gives the peer; what is behind it, the new node gets, which has collected since before it sent the mark.
 * What both have, because nodes deliver their own broadcasts without waiting for the bridge, the new node leaves out: it is told up
 * to where the peer was in every node's broadcasts.
 */
final class SessionMoves implements Elsewhere {

    /** How many sessions may be on their way at a time, in each direction. */
    static final int MAX_MOVES = 10_000;

    private static final int FETCH_MILLIS = 6000;
    private static final int LEAVE_MILLIS = 4000;
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    /** How often a session is followed that has gone on meanwhile. */
    private static final int MAX_HOPS = 8;

    private final String nodeId;
    private final Wire wire;
    private final SessionRegistry sessions;
    private final RoomMoves rooms;
    private final MovedPeers moved;
    private final Clock clock;
    private final AtomicLong lastId = new AtomicLong();
    private final ConcurrentMap<Long, Fetch> fetches = new ConcurrentHashMap<>();
    private final ConcurrentMap<Key, Leaving> leavings = new ConcurrentHashMap<>();

    /** How nodes are reached. */
    interface Wire {
        CompletionStage<Void> send(String nodeId, Envelope.Builder content);

        /** Directly, in order with what is published to the room. */
        void send(String nodeId, String room, Envelope.Builder content);

        void publish(String room, Envelope.Builder content);
    }

    /** @param hops how many other nodes may still be asked */
    private record Fetch(String node, Coming coming, int hops) {}

    private record Key(String node, long id) {}

    /** A session that leaves this node. Confined to its loop. */
    private static final class Leaving {
        private final Key key;
        private final Session session;
        private final List<RoomKey> rooms;
        private final Set<String> waiting = new TreeSet<>();
        private final Map<String, HandedRoom> left = new TreeMap<>();
        private boolean ended;

        Leaving(Key key, Session session, List<RoomKey> rooms) {
            this.key = key;
            this.session = session;
            this.rooms = rooms;
            rooms.forEach(room -> waiting.add(room.name()));
        }
    }

    SessionMoves(String nodeId, Wire wire, SessionRegistry sessions, RoomMoves rooms, MovedPeers moved, Clock clock) {
        this.nodeId = nodeId;
        this.wire = wire;
        this.sessions = sessions;
        this.rooms = rooms;
        this.moved = moved;
        this.clock = clock;
    }

    // ---- the node that the session goes to

    @Override
    public @Nullable String nodeOf(String peerId) {
        return moved.nodeOf(peerId);
    }

    @Override
    public void fetch(String nodeId, Coming coming) {
        fetch(nodeId, coming, MAX_HOPS);
    }

    private void fetch(String nodeId, Coming coming, int hops) {
        if (fetches.size() >= MAX_MOVES) {
            coming.refuse("too many sessions are on their way to this node");
            return;
        }
        long id = lastId.incrementAndGet();
        fetches.put(id, new Fetch(nodeId, coming, hops));
        coming.loop().schedule(FETCH_MILLIS, () -> failed(id, "the session did not come in time"));
        var claim = coming.claim();
        Claim.Builder told = Claim.newBuilder()
                .setId(id)
                .setPeer(claim.peerId())
                .setSecret(claim.secret())
                .setSubprotocol(claim.subprotocol())
                .setReceived(claim.received())
                .setAttempt(claim.attempt());
        claim.identity().userId().ifPresent(told::setUser);
        wire.send(nodeId, Envelope.newBuilder().setClaim(told)).whenComplete((sent, failure) -> {
            if (failure != null) {
                coming.loop()
                        .execute(() -> failed(id, "node " + nodeId + ", where the session was, cannot be reached"));
            }
        });
    }

    private void failed(long id, String reason) {
        Fetch fetch = fetches.remove(id);
        if (fetch != null) {
            fetch.coming.refuse(reason);
            Transit way = fetch.coming.way();
            if (way != null) {
                rooms.doesNotCome(fetch.coming.loop(), way);
            }
        }
    }

    /** The other node lets the session go, or does not. */
    void claimed(String origin, Claimed answer) {
        Fetch fetch = fetches.get(answer.getId());
        if (fetch == null || !fetch.node.equals(origin)) {
            return;
        }
        Coming coming = fetch.coming;
        coming.loop().execute(() -> {
            if (!answer.getNode().isEmpty() && fetch.hops > 0 && coming.isExpected()) {
                if (fetches.remove(answer.getId()) == null) {
                    return;
                }
                if (answer.getNode().equals(nodeId)) {
                    coming.isHere();
                } else {
                    fetch(answer.getNode(), coming, fetch.hops - 1);
                }
            } else if (!answer.getFault().isEmpty() || !coming.isExpected()) {
                failed(answer.getId(), answer.getFault());
            } else if (fetches.containsKey(answer.getId())) {
                expect(fetch, answer);
            }
        });
    }

    private void expect(Fetch fetch, Claimed answer) {
        Coming coming = fetch.coming;
        Set<String> elsewhere = new TreeSet<>(answer.getRoomsList());
        coming.expect(session -> {
            List<Membership> memberships = rooms.memberships(session, answer.getRoomsList());
            memberships.forEach(membership -> elsewhere.remove(membership.roomName()));
            return memberships;
        });
        Mark mark = Mark.newBuilder().setId(answer.getId()).setNode(fetch.node).build();
        Transit way = coming.way();
        if (way != null) {
            rooms.expect(
                    coming.loop(),
                    way,
                    room -> wire.publish(room, Envelope.newBuilder().setMark(mark)));
        }
        // There cannot be these rooms here: the peer is not in them any more.
        elsewhere.forEach(
                room -> wire.send(fetch.node, room, Envelope.newBuilder().setMark(mark)));
    }

    /** The session comes. */
    void handed(String origin, Handed handed) {
        Fetch fetch = fetches.get(handed.getId());
        if (fetch != null && fetch.node.equals(origin)) {
            fetch.coming.loop().execute(() -> arrived(fetch, handed));
        }
    }

    private void arrived(Fetch fetch, Handed handed) {
        Coming coming = fetch.coming;
        Session session = coming.session();
        Transit way = coming.way();
        if (fetches.remove(handed.getId()) == null || session == null || way == null) {
            return;
        }
        Map<String, Map<String, Stamp>> reached = new TreeMap<>();
        Set<String> gone = new TreeSet<>();
        handed.getRoomsList().forEach(room -> {
            reached.put(room.getRoom(), stamps(room));
            gone.add(room.getRoom());
        });
        way.memberships().forEach(membership -> gone.remove(membership.roomName()));
        Departure departure = new Departure(
                handed.getReleased(),
                handed.getFramesList().stream()
                        .map(frame -> Chunk.of(frame.toByteArray()))
                        .toList(),
                handed.getReceived(),
                TimeUnit.MILLISECONDS.toNanos(handed.getSilentMs()));
        moved.isHere(session.id());
        coming.arrived(departure, () -> {
            handed.getRoomsList().stream()
                    .filter(room -> gone.contains(room.getRoom()))
                    .forEach(room -> session.offer(
                            session.format()
                                    .left(
                                            new RoomKey(room.getNumber(), room.getRoom()),
                                            0,
                                            "there is no such room on the node that you came to"),
                            false));
            rooms.came(session, way, reached);
            handed.getRoomsList().stream()
                    .filter(room -> room.getUnmarked() && !gone.contains(room.getRoom()))
                    .forEach(room -> rooms.mayHaveMissed(session, room.getRoom()));
        });
        reached.keySet()
                .forEach(room -> wire.publish(
                        room,
                        Envelope.newBuilder()
                                .setPeerMoved(PeerMoved.newBuilder().setPeer(session.id()))));
    }

    private static Map<String, Stamp> stamps(HandedRoom room) {
        Map<String, Stamp> stamps = new TreeMap<>();
        room.getReachedList()
                .forEach(reached -> stamps.put(
                        reached.getOrigin(), new Stamp(reached.getOrigin(), reached.getLane(), reached.getSequence())));
        return stamps;
    }

    // ---- the node that the session leaves

    /** Somebody on another node wants a session of this one. */
    void claim(String origin, Claim claim) {
        Key key = new Key(origin, claim.getId());
        if (leavings.size() >= MAX_MOVES) {
            refuse(key, "too many sessions are leaving the node where it is");
            return;
        }
        Identity identity = claim.hasUser() ? Identity.user(claim.getUser()) : Identity.anonymous();
        sessions.claim(
                new io.roomcast.runtime.session.Claim(
                        claim.getPeer(),
                        claim.getSecret(),
                        identity,
                        claim.getSubprotocol(),
                        claim.getReceived(),
                        claim.getAttempt()),
                (session, fault) -> {
                    if (session == null) {
                        String gone = moved.nodeOf(claim.getPeer());
                        wire.send(
                                key.node,
                                Envelope.newBuilder()
                                        .setClaimed(Claimed.newBuilder()
                                                .setId(key.id)
                                                .setFault(String.valueOf(fault))
                                                .setNode(
                                                        gone == null
                                                                        || sessions.find(claim.getPeer())
                                                                                .isPresent()
                                                                ? ""
                                                                : gone)));
                    } else {
                        begin(key, session, clock.nanos() + PATIENCE.toNanos());
                    }
                });
    }

    private void refuse(Key key, String fault) {
        wire.send(
                key.node,
                Envelope.newBuilder()
                        .setClaimed(Claimed.newBuilder().setId(key.id).setFault(fault)));
    }

    /** On the session's loop. */
    private void begin(Key key, Session session, long until) {
        boolean patient = clock.nanos() - until < 0;
        if (!patient) {
            rooms.stopRecovering(session);
        }
        List<RoomKey> keys = rooms.roomsOf(session);
        if (keys == null && patient && session.isOpen()) {
            // On its way into a room, or to where it is in the room's history: that comes to its end here first.
            session.loop().schedule(Session.SETTLE_MILLIS, () -> begin(key, session, until));
            return;
        }
        if (keys == null || !session.isOpen()) {
            sessions.notFetched(session);
            refuse(key, "the session is still on its way into a room, or has ended");
            return;
        }
        Leaving leaving = new Leaving(key, session, keys);
        leavings.put(key, leaving);
        session.loop().schedule(LEAVE_MILLIS, () -> overdue(leaving));
        Claimed.Builder answer = Claimed.newBuilder().setId(key.id);
        keys.forEach(room -> answer.addRooms(room.name()));
        wire.send(key.node, Envelope.newBuilder().setClaimed(answer)).whenComplete((sent, failure) -> {
            if (failure != null) {
                session.execute(() -> overdue(leaving));
            }
        });
        handOverIfOut(leaving);
        watch(leaving);
    }

    /** On the session's loop. It may leave rooms meanwhile for good: their marks are not waited for, nobody here may hear them. */
    private void watch(Leaving leaving) {
        if (leaving.ended) {
            return;
        }
        for (String room : List.copyOf(leaving.waiting)) {
            if (leaving.session.membership(room) == null) {
                left(leaving, room, null, false);
            }
        }
        if (!leaving.ended) {
            leaving.session.loop().schedule(Session.SETTLE_MILLIS, () -> watch(leaving));
        }
    }

    /** The other node has what comes behind this in a room. */
    void marked(String room, String origin, Mark mark) {
        Leaving leaving = leavings.get(new Key(origin, mark.getId()));
        if (leaving != null) {
            rooms.moveOut(room, leaving.session, reached -> left(leaving, room, reached, false));
        }
    }

    /** On the session's loop. @param reached null if it is not in the room any more, and so will not be in it where it goes */
    private void left(Leaving leaving, String room, @Nullable Map<String, Stamp> reached, boolean unmarked) {
        if (leaving.ended || !leaving.waiting.remove(room)) {
            return;
        }
        if (reached != null) {
            leaving.left.put(room, handed(leaving, room, reached, unmarked));
        }
        handOverIfOut(leaving);
    }

    private static HandedRoom handed(Leaving leaving, String room, Map<String, Stamp> reached, boolean unmarked) {
        HandedRoom.Builder handed = HandedRoom.newBuilder().setRoom(room).setUnmarked(unmarked);
        leaving.rooms.stream().filter(key -> key.name().equals(room)).forEach(key -> handed.setNumber(key.number()));
        reached.values()
                .forEach(stamp -> handed.addReached(Reached.newBuilder()
                        .setOrigin(stamp.origin())
                        .setLane(stamp.lane())
                        .setSequence(stamp.sequence())));
        return handed.build();
    }

    private void handOverIfOut(Leaving leaving) {
        if (leaving.ended || !leaving.waiting.isEmpty()) {
            return;
        }
        end(leaving);
        Session session = leaving.session;
        if (!session.isOpen()) {
            sessions.notFetched(session);
            refuse(leaving.key, "the session has ended");
            return;
        }
        moved.moved(session.id(), leaving.key.node);
        Departure departure = sessions.depart(session);
        Handed.Builder handed = Handed.newBuilder()
                .setId(leaving.key.id)
                .setReleased(departure.released())
                .setReceived(departure.received())
                .setSilentMs((int) TimeUnit.NANOSECONDS.toMillis(departure.silentNanos()))
                .addAllRooms(leaving.left.values());
        departure.frames().forEach(frame -> handed.addFrames(bytes(frame)));
        wire.send(leaving.key.node, Envelope.newBuilder().setHanded(handed));
    }

    /** On the session's loop. The other node has said nothing for too long. */
    private void overdue(Leaving leaving) {
        if (leaving.ended) {
            return;
        }
        if (leaving.left.isEmpty()) {
            // It is as it was.
            end(leaving);
            sessions.notFetched(leaving.session);
            return;
        }
        for (String room : List.copyOf(leaving.waiting)) {
            rooms.moveOut(room, leaving.session, reached -> left(leaving, room, reached, true));
        }
    }

    private void end(Leaving leaving) {
        leaving.ended = true;
        leavings.remove(leaving.key);
    }

    private static ByteString bytes(Chunk frame) {
        ByteBuffer bytes = ByteBuffer.allocate(frame.size());
        frame.writeTo(bytes);
        return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }

    // ---- other nodes

    /** Another node is gone. */
    void lost(String node) {
        fetches.forEach((id, fetch) -> {
            if (fetch.node.equals(node)) {
                fetch.coming.loop().execute(() -> failed(id, "node " + node + ", where the session was, is gone"));
            }
        });
        leavings.forEach((key, leaving) -> {
            if (key.node.equals(node)) {
                leaving.session.execute(() -> overdue(leaving));
            }
        });
        moved.forget(node);
    }
}
