package io.roomcast.testkit.socket;

import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Message;
import io.roomcast.runtime.wire.proto.Page;
import io.roomcast.runtime.wire.proto.Reply;
import io.roomcast.runtime.wire.proto.Request;
import io.roomcast.runtime.wire.proto.Welcome;
import io.roomcast.testkit.frame.Numbering;
import java.nio.ByteBuffer;

/** What the server says to a peer: understood, kept as far as it is needed to understand the rest, and told. Belongs to the peer's thread. */
final class Incoming implements Encoding.Sink {

    /** What the server answers when it knows no handler for a request; the scenario's peers answer none. */
    private static final int REQUEST_NOT_HANDLED = 15;

    private final SocketPeer peer;
    private final SocketPeer.Listener listener;
    private final Seats seats;
    private final Outgoing outgoing;
    private String id = "";
    private int mostMessageBytes;

    Incoming(SocketPeer peer, SocketPeer.Listener listener, Seats seats, Outgoing outgoing) {
        this.peer = peer;
        this.listener = listener;
        this.seats = seats;
        this.outgoing = outgoing;
    }

    /** Returns the peer's id, empty before it is welcomed. */
    String id() {
        return id;
    }

    /** Returns how long a message the server takes, 0 if it did not say. */
    int mostMessageBytes() {
        return mostMessageBytes;
    }

    @Override
    public void acknowledged(long received) {
        outgoing.acknowledged(received);
    }

    @Override
    public void routed(int route, ByteBuffer payload) throws Encoding.MalformedException {
        outgoing.received(payload.remaining());
        for (Seat seat : seats) {
            String event = seat.event(route);
            if (event != null) {
                listener.onMessage(peer, seat.room, event, payload);
                return;
            }
        }
        throw new Encoding.MalformedException("a message came on route " + route + ", which was never defined");
    }

    @Override
    public void frame(Frame frame, int bytes) throws Encoding.MalformedException {
        if (Numbering.isNumbered(frame)) {
            outgoing.received(bytes);
        }
        switch (frame.getBodyCase()) {
            case WELCOME -> welcome(frame.getWelcome());
            case ACK -> acknowledged(frame.getAck().getReceived());
            case MOVED -> seats.moved(frame.getMoved());
            case JOINED ->
                listener.onJoined(
                        peer, seats.joined(frame.getJoined()), frame.getJoined().getRef());
            case LEFT -> {
                String room = seats.left(frame.getLeft().getRoom(), outgoing.encoding());
                listener.onLeft(peer, room, frame.getLeft().getRef());
            }
            case PAGE -> {
                Page page = frame.getPage();
                listener.onPage(peer, seats.name(page.getRoom()), page.getRef(), page.getEntriesCount());
            }
            case ROUTE -> seats.define(frame.getRoute());
            case MESSAGE -> {
                Message message = frame.getMessage();
                listener.onMessage(
                        peer,
                        seats.name(message.getRoom()),
                        message.getEvent(),
                        message.getPayload().asReadOnlyByteBuffer());
            }
            case REQUEST -> refuse(frame.getRequest());
            case REPLY -> {
                Reply reply = frame.getReply();
                listener.onReply(
                        peer, reply.getId(), reply.getCode(), reply.getPayload().asReadOnlyByteBuffer());
            }
            case ERROR -> {
                var error = frame.getError();
                listener.onError(peer, error.getCode(), error.getText(), error.getRef(), error.getRoom());
            }
            case GAP ->
                listener.onGap(
                        peer,
                        seats.name(frame.getGap().getRoom()),
                        frame.getGap().getMissed());
            case GO_AWAY -> listener.onGoAway(peer, frame.getGoAway().getReconnectAfterMs());
            default -> {
                // A frame of a later version of the protocol.
            }
        }
    }

    private void welcome(Welcome welcome) {
        id = welcome.getPeer();
        mostMessageBytes = welcome.getLimits().getMaxMessageBytes();
        if (!welcome.getResumed()) {
            seats.leaveAll(outgoing.encoding());
        }
        outgoing.welcomed(welcome);
        listener.onWelcome(peer, welcome.getResumed());
    }

    private void refuse(Request request) {
        int asked = request.getId();
        outgoing.send(() -> Frame.newBuilder()
                .setReply(Reply.newBuilder()
                        .setId(asked)
                        .setCode(REQUEST_NOT_HANDLED)
                        .setReason("peers of the testkit answer no requests")));
    }
}
