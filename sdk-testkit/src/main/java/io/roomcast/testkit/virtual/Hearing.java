package io.roomcast.testkit.virtual;

import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.testkit.frame.Numbering;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What clients hear, frame by frame, for those whom it concerns. Belongs to the world's thread. */
final class Hearing implements Line.Lines, ClientWire.Reader {

    // What a peer saw, in a signature.
    private static final int GOT = 2;
    private static final int REPLIED = 7;

    private final RunState run;
    private final Peers peers;
    private final VirtualCluster cluster;
    private final Connections connections;
    private final Speaking speaking;
    private final Reading reading;
    private final ClientRooms rooms;
    private final ClientSessions sessions;
    /** The connection that is being read from. */
    private @Nullable Line heard;

    Hearing(RunState run, VirtualCluster cluster, Clients clients) {
        this.run = run;
        this.peers = run.peers;
        this.cluster = cluster;
        this.connections = clients.connections();
        this.speaking = clients.speaking();
        this.reading = clients.reading();
        this.rooms = clients.rooms();
        this.sessions = clients.sessions();
    }

    // ---- connections

    @Override
    public boolean hears(int peer, short number) {
        return peers.connects[peer] == number && peers.link[peer] != Peers.OFFLINE;
    }

    @Override
    public void heard(Line line, int peer, byte[] payload) {
        run.count(Count.BYTES_RECEIVED, peer, payload.length);
        heard = line;
        try {
            JsonWire json = speaking.jsonOf(peer);
            if (json == null) {
                ClientWire.read(peer, payload, this);
            } else {
                json.read(peer, payload, this);
            }
        } catch (IOException | IndexOutOfBoundsException malformed) {
            run.find("malformed", peer, "the server sent what is none of its messages: " + malformed.getMessage());
        }
        if (peers.slow[peer] == Peers.READS_SLOWLY && line.isHeard()) {
            reading.rest(peer, payload.length);
        }
    }

    @Override
    public void ended(int peer, int code, String reason) {
        run.note(peer, "is closed with " + code + " " + reason);
        connections.lost(peer, code);
    }

    @Override
    public void failed(RuntimeException failure) {
        run.fail(failure);
    }

    // ---- frames

    @Override
    public boolean reads() {
        // In the middle of a batch a peer may have gone on, and ended its connection.
        return heard != null && heard.isHeard();
    }

    @Override
    public void data(int peer, int route, byte[] bytes, int offset, int length) {
        run.events++;
        sessions.numbered(peer);
        StreamState stream = peers.stream(peer);
        StreamState.Meaning own = stream == null ? null : stream.meaning(route);
        VirtualNode node = cluster.node(peers.routesOf[peer]);
        int room = own != null ? own.room() : node.roomOfRoute(route);
        int membership = room < 0 ? -1 : peers.find(peer, room, 1 << Peers.IN | 1 << Peers.LEAVING);
        if (membership < 0) {
            run.find("unexpected", peer, "got a message on route " + route + ", which is of no room that it is in");
            return;
        }
        int event = own != null ? own.event() : node.eventOfRoute(route);
        if (event >= 0 && (peers.told[membership] >>> event & 1) == 0) {
            run.find("unexpected", peer, "got a message on route " + route + ", of which it was never told");
        }
        boolean logged = own != null ? own.history() : node.isRouteOfHistory(route);
        boolean counts = logged && peers.keepsPlaces();
        message(peer, membership, counts ? peers.offset[membership] + 1 : 0, bytes, offset, length);
    }

    /** @param place in the room's history, 0 = it is not there */
    private void message(int peer, int membership, long place, byte[] bytes, int offset, int length) {
        run.count(Count.MESSAGES_RECEIVED, peer);
        run.received++;
        if (place > 0 && peers.keepsPlaces()) {
            peers.offset[membership] = place;
        }
        if (length < Stamp.BYTES) {
            // Of the handler's own.
            return;
        }
        ByteBuffer payload = ByteBuffer.wrap(bytes);
        int from = Stamp.sender(payload, offset);
        int number = Stamp.serial(payload, offset);
        run.sign(peer, GOT, from, number);
        long took = run.world.nanos() - Stamp.planned(payload, offset);
        run.tally.record(Metric.DELIVERY, peers.node[peer], run.phase, took);
        run.ofThisSecond.recordValue(took);
        run.tally.record(Metric.PAYLOAD, peers.node[peer], run.phase, length);
        if (place > 0 && peers.keepsPlaces()) {
            String epoch = peers.epoch[membership];
            run.oracle.history().received(membership, epoch == null ? "" : epoch, place, from, number);
        } else {
            run.oracle.received(membership, from, number);
        }
        connections.script().arrived(peer);
    }

    @Override
    public void frame(int peer, Frame frame) {
        run.events++;
        if (Numbering.isNumbered(frame)) {
            sessions.numbered(peer);
        }
        switch (frame.getBodyCase()) {
            case WELCOME -> sessions.welcome(peer, frame.getWelcome());
            case ACK -> sessions.acknowledged(peer, frame.getAck().getReceived());
            case MOVED -> rooms.moved(peer, frame.getMoved());
            case JOINED -> rooms.joined(peer, frame.getJoined());
            case LEFT -> rooms.left(peer, frame.getLeft().getRoom());
            case ROUTE -> rooms.route(peer, frame.getRoute());
            case POSITION -> rooms.position(peer, frame.getPosition());
            case PAGE -> rooms.page(peer, frame.getPage());
            case GAP -> rooms.gap(peer, frame.getGap().getRoom(), frame.getGap().getMissed());
            case ERROR -> rooms.error(peer, frame.getError());
            case MESSAGE -> message(peer, frame.getMessage());
            case REPLY -> reply(peer, frame.getReply());
            case GO_AWAY -> run.count(Count.GO_AWAYS, peer);
            default -> run.sign(peer, frame.getBodyCase().getNumber(), 0, 0);
        }
    }

    private void message(int peer, Message message) {
        int membership = peers.findByWireNumber(peer, message.getRoom());
        if (membership < 0) {
            run.find("unexpected", peer, "got a message of a room that it is not in");
            return;
        }
        byte[] payload = message.getPayload().toByteArray();
        message(peer, membership, message.getOffset(), payload, 0, payload.length);
    }

    private void reply(int peer, Reply reply) {
        run.sign(peer, REPLIED, reply.getCode(), reply.getId());
        if (peers.waiting[peer] != Peers.REPLY || reply.getId() != peers.serial[peer]) {
            run.find("unexpected", peer, "got a reply to request " + reply.getId() + ", which was not open");
            return;
        }
        run.received++;
        run.count(reply.getCode() == 0 ? Count.REPLIES : Count.REQUESTS_REFUSED, peer);
        run.record(Metric.REQUEST, peer, peers.planned[peer]);
        rooms.answered(peer, Peers.REPLY);
    }
}
