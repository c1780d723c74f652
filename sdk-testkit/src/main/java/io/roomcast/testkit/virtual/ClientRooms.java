package io.roomcast.testkit.virtual;

import io.roomcast.ErrorCode;
import io.roomcast.runtime.wire.proto.Entry;
import io.roomcast.runtime.wire.proto.Error;
import io.roomcast.runtime.wire.proto.Joined;
import io.roomcast.runtime.wire.proto.Moved;
import io.roomcast.runtime.wire.proto.Page;
import io.roomcast.runtime.wire.proto.Position;
import io.roomcast.runtime.wire.proto.Route;
import io.roomcast.testkit.oracle.HistoryOracle;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.serve.CountingRoom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The clients' rooms: joined, left, joined again after a session was lost, and what is said in them and about them. Belongs to the world's thread. */
final class ClientRooms {

    // What a peer saw, in a signature.
    private static final int WAS_JOINED = 3;
    private static final int WAS_LEFT = 4;
    private static final int MISSED = 5;
    private static final int TOLD_ERROR = 6;
    private static final int GOT_PAGE = 9;

    /** In the place of a snapshot's count: it is of a later moment than the messages that follow it. */
    static final int NO_SNAPSHOT = -1;

    private static final int ANY = 1 << Peers.JOINING | 1 << Peers.IN | 1 << Peers.LEAVING;

    private final RunState run;
    private final Peers peers;
    private final VirtualCluster cluster;
    private final Speaking speaking;
    private final Connections connections;

    ClientRooms(RunState run, VirtualCluster cluster, Speaking speaking, Connections connections) {
        this.run = run;
        this.peers = run.peers;
        this.cluster = cluster;
        this.speaking = speaking;
        this.connections = connections;
    }

    // ---- what clients want

    /** Asks to join; {@link Script#proceed} when it is in, or refused. */
    void join(int peer, int slot, int room) {
        int membership = peers.membership(peer, slot);
        peers.roomNumber[membership] = room;
        peers.expectedFrom[membership] = 0;
        if (peers.keepsPlaces()) {
            peers.epoch[membership] = null;
        }
        ask(peer, slot);
    }

    private void ask(int peer, int slot) {
        int membership = peers.membership(peer, slot);
        int room = peers.roomNumber[membership];
        peers.room[membership] = Peers.JOINING;
        peers.route[membership] = 0;
        peers.told[membership] = 0;
        peers.wireNumber[membership] = 0;
        run.oracle.joining(membership, room, peers.node[peer]);
        HistoryOracle.Place place = placeOf(membership);
        speaking.send(
                peer,
                place == null
                        ? ClientWire.join(run.rooms.name(room), slot + 1)
                        : ClientWire.join(run.rooms.name(room), slot + 1, place));
    }

    /** Returns where a client is in its room's history, null if it has no place there. */
    private HistoryOracle.@Nullable Place placeOf(int membership) {
        if (!peers.keepsPlaces()) {
            return null;
        }
        String epoch = peers.epoch[membership];
        String knownAs = peers.knownAs[membership];
        return epoch == null || knownAs == null
                ? null
                : new HistoryOracle.Place(epoch, peers.offset[membership], knownAs);
    }

    /** Asks to leave; {@link Script#proceed} when it is out. */
    void leave(int peer, int slot) {
        int membership = peers.membership(peer, slot);
        peers.room[membership] = Peers.LEAVING;
        run.oracle.leaving(membership);
        speaking.send(peer, ClientWire.leave(peers.wireNumber[membership], slot + 1));
    }

    /** Asks for the newest messages of a room's history; {@link Script#proceed} when they are there. */
    void readHistory(int peer, int slot, int limit) {
        int membership = peers.membership(peer, slot);
        speaking.send(peer, ClientWire.history(peers.wireNumber[membership], peers.slots + slot + 1, limit));
    }

    /** Joins the next of the rooms in which it was; {@link Script#back} when it is in all of them. */
    void rejoin(int peer) {
        for (int slot = 0; slot < peers.slots; slot++) {
            if (peers.room[peers.membership(peer, slot)] == Peers.AWAY) {
                peers.link[peer] = Peers.REJOINING;
                connections.awaitAnswer(peer);
                ask(peer, slot);
                return;
            }
        }
        peers.link[peer] = Peers.ONLINE;
        run.wheel.cancel(peer);
        connections.script().back(peer);
    }

    /** Something was answered for which the peer waits. */
    void answered(int peer, byte what) {
        if (peers.link[peer] == Peers.REJOINING) {
            rejoin(peer);
        } else if (peers.link[peer] == Peers.RETURNING) {
            // Among what it had missed; it goes on when it is welcomed.
            if (peers.waiting[peer] == what) {
                peers.waiting[peer] = Peers.ANSWERED;
            }
        } else if (peers.waiting[peer] == what) {
            run.wheel.cancel(peer);
            connections.script().proceed(peer);
        }
    }

    // ---- what clients hear

    void joined(int peer, Joined joined) {
        int room = run.rooms.number(joined.getRoom());
        int membership = peers.find(peer, room, 1 << Peers.JOINING);
        run.sign(peer, WAS_JOINED, room, joined.getSnapshot().size());
        if (membership < 0) {
            run.find(
                    "unexpected",
                    peer,
                    "was told that it is in room " + joined.getRoom() + ", which it had not asked for");
            return;
        }
        peers.room[membership] = Peers.IN;
        peers.wireNumber[membership] = joined.getNumber();
        if (peers.keepsSnapshots() && joined.getSnapshot().size() == CountingRoom.SNAPSHOT_BYTES) {
            ByteBuffer snapshot = joined.getSnapshot().asReadOnlyByteBuffer();
            peers.snapshotCount[membership] = joined.getMissed() > 0 ? NO_SNAPSHOT : snapshot.getInt();
            peers.snapshotFingerprint[membership] = joined.getMissed() > 0 ? 0 : snapshot.getLong();
        }
        run.oracle.joined(membership);
        if (peers.keepsPlaces()) {
            place(peer, membership, joined);
        }
        joined.getRoutesList().forEach(route -> define(peer, membership, route));
        run.count(Count.JOINS, peer);
        if (peers.link[peer] == Peers.ONLINE) {
            run.record(Metric.JOIN, peer, peers.planned[peer]);
        }
        answered(peer, Peers.JOINED);
    }

    private void place(int peer, int membership, Joined joined) {
        HistoryOracle.Place asked = placeOf(membership);
        if (asked != null) {
            run.count(joined.getUnrecoverable() ? Count.RECOVERIES_FAILED : Count.RECOVERIES, peer);
        }
        if (asked != null || !joined.getEpoch().isEmpty()) {
            String self = peers.id[peer];
            run.oracle
                    .history()
                    .joined(
                            membership,
                            self == null ? "" : self,
                            asked,
                            joined.getEpoch(),
                            joined.getOffset(),
                            joined.getUnrecoverable());
        }
        peers.epoch[membership] = joined.getEpoch().isEmpty() ? null : joined.getEpoch();
        peers.offset[membership] = joined.getOffset();
        peers.knownAs[membership] = peers.id[peer];
    }

    /** The session is on another node now, and this room has other numbers there. */
    void moved(int peer, Moved moved) {
        int room = run.rooms.number(moved.getRoom());
        int membership = peers.find(peer, room, ANY);
        StreamState stream = peers.stream(peer);
        if (membership < 0 || stream == null) {
            run.find("unexpected", peer, "was told the number of room " + moved.getRoom() + ", in which it is not");
            return;
        }
        run.note(peer, "goes on in " + moved.getRoom() + " on node " + peers.node[peer]);
        stream.moved(membership, room, peers.wireNumber[membership], moved.getNumber());
        peers.wireNumber[membership] = moved.getNumber();
        peers.route[membership] = 0;
        peers.told[membership] = 0;
        run.oracle.moved(membership, peers.node[peer]);
        moved.getRoutesList().forEach(route -> define(peer, membership, route));
    }

    void left(int peer, int number) {
        int membership = peers.findByWireNumber(peer, number);
        run.sign(peer, WAS_LEFT, 0, 0);
        if (membership < 0) {
            run.find("unexpected", peer, "was told that it left a room that it is not in");
            return;
        }
        boolean asked = peers.room[membership] == Peers.LEAVING;
        run.oracle.out(membership);
        peers.room[membership] = Peers.OUT;
        run.count(Count.LEAVES, peer);
        if (asked) {
            answered(peer, Peers.LEFT);
        }
    }

    void route(int peer, Route route) {
        int membership = peers.findByWireNumber(peer, route.getRoom());
        if (membership < 0) {
            run.find("unexpected", peer, "was told of a route of a room that it is not in");
        } else {
            define(peer, membership, route);
        }
    }

    private void define(int peer, int membership, Route route) {
        int event = run.program.events().indexOf(route.getEvent());
        StreamState stream = peers.stream(peer);
        if (stream != null && stream.hasMoved()) {
            // What comes now may have been made on any of the nodes that the session was on.
            stream.define(route.getRoute(), peers.roomNumber[membership], event, route.getHistory());
        } else {
            cluster.node(peers.routesOf[peer])
                    .defineRoute(route.getRoute(), peers.roomNumber[membership], event, route.getHistory());
        }
        if (event >= 0) {
            peers.told[membership] |= 1 << event;
            peers.route[membership] = route.getRoute();
        }
    }

    void position(int peer, Position position) {
        int membership = peers.findByWireNumber(peer, position.getRoom());
        if (membership < 0 || !peers.keepsPlaces()) {
            run.find("unexpected", peer, "was told a place in a room that it is not in");
            return;
        }
        if (!position.getEpoch().isEmpty()) {
            peers.epoch[membership] = position.getEpoch();
        }
        peers.offset[membership] = position.getOffset();
        String epoch = peers.epoch[membership];
        run.note(peer, "is told that it is at place " + position.getOffset());
        run.oracle.history().position(membership, epoch == null ? "" : epoch, position.getOffset());
    }

    void page(int peer, Page page) {
        int membership = peers.findByWireNumber(peer, page.getRoom());
        run.sign(peer, GOT_PAGE, page.getEntriesCount(), (int) page.getThrough());
        if (membership < 0) {
            run.find("unexpected", peer, "got a page of the history of a room that it is not in");
            return;
        }
        run.count(Count.PAGES, peer);
        List<HistoryOracle.Item> items = new ArrayList<>();
        for (Entry entry : page.getEntriesList()) {
            ByteBuffer payload = entry.getPayload().asReadOnlyByteBuffer();
            boolean stamped = payload.remaining() >= Stamp.BYTES;
            items.add(new HistoryOracle.Item(
                    entry.getOffset(),
                    stamped ? Stamp.sender(payload, 0) : -1,
                    stamped ? Stamp.serial(payload, 0) : 0));
        }
        run.oracle
                .history()
                .page(
                        membership,
                        new HistoryOracle.Page(
                                page.getEpoch(), page.getOldest(), page.getNewest(), page.getThrough(), items));
        answered(peer, Peers.PAGE);
    }

    void gap(int peer, int number, long missed) {
        run.sign(peer, MISSED, 0, (int) missed);
        run.count(Count.GAPS, peer);
        run.count(Count.MESSAGES_MISSED, peer, missed);
        int membership = peers.findByWireNumber(peer, number);
        if (membership < 0) {
            run.find("unexpected", peer, "was told of missed messages of a room that it is not in");
        } else {
            run.oracle.gap(membership, missed);
        }
    }

    void error(int peer, Error error) {
        run.sign(peer, TOLD_ERROR, error.getRef(), error.getCode());
        run.count(Count.ERRORS, peer);
        run.note(peer, "is told error " + error.getCode() + " " + error.getText());
        int ref = error.getRef();
        if (error.getTerminal() || ref == 0 || ref > 2 * peers.slots) {
            return;
        }
        if (ref > peers.slots) {
            answered(peer, Peers.PAGE);
            return;
        }
        int membership = peers.membership(peer, ref - 1);
        if (peers.room[membership] == Peers.JOINING) {
            if (error.getCode() == ErrorCode.NODE_STOPPING) {
                // Its connection ends in a moment; it asks again elsewhere.
                return;
            }
            run.oracle.out(membership);
            peers.room[membership] = Peers.OUT;
            run.count(Count.JOINS_REFUSED, peer);
            answered(peer, Peers.JOINED);
        } else if (peers.room[membership] == Peers.LEAVING) {
            run.oracle.out(membership);
            peers.room[membership] = Peers.OUT;
            answered(peer, Peers.LEFT);
        }
    }

    /** Returns somebody else in a room, or the peer itself when it is alone. */
    int fellow(int peer, int room) {
        int members = run.oracle.members(room);
        int chosen = peer;
        for (int tries = 0; tries < 8 && chosen == peer && members > 1; tries++) {
            int membership = run.oracle.member(room, (int) run.draws.below(peer, members));
            if (run.oracle.isIn(membership) && peers.id[membership / peers.slots] != null) {
                chosen = membership / peers.slots;
            }
        }
        return chosen;
    }
}
