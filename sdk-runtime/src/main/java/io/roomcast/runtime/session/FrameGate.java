package io.roomcast.runtime.session;

import io.roomcast.Message;
import io.roomcast.runtime.wire.ClientFrames;
import io.roomcast.runtime.wire.HelloFrame;
import io.roomcast.runtime.wire.RecoveryPoint;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a client says: kept while the authenticator decides, counted against its rate, and then given to the session or the
 * rooms. Confined to the link's loop.
 */
final class FrameGate implements ClientFrames {

    private final Link link;

    FrameGate(Link link) {
        this.link = link;
    }

    @Override
    public void hello(HelloFrame hello) {
        link.hello(hello);
    }

    @Override
    public void join(String room, int ref, ByteBuffer payload, @Nullable RecoveryPoint recover) {
        if (link.isAuthenticating()) {
            ByteBuffer copy = copyOf(payload);
            link.defer(() -> join(room, ref, copy, recover));
            return;
        }
        Session peer = numbered();
        if (peer != null) {
            link.rooms().joinRequested(peer, room, ref, Message.of("join", payload), recover);
        }
    }

    @Override
    public void leave(int number, @Nullable String name, int ref) {
        if (link.isAuthenticating()) {
            link.defer(() -> leave(number, name, ref));
            return;
        }
        Session peer = numbered();
        if (peer != null) {
            link.rooms().leaveRequested(peer, number, name, ref);
        }
    }

    @Override
    public void message(int number, @Nullable String name, String event, @Nullable String to, ByteBuffer payload) {
        if (link.isAuthenticating()) {
            ByteBuffer copy = copyOf(payload);
            link.defer(() -> message(number, name, event, to, copy));
            return;
        }
        Session peer = numbered();
        if (peer != null) {
            link.telemetry().messageReceived();
            link.rooms().messageArrived(peer, number, name, event, to, payload);
        }
    }

    @Override
    public void data(int route, ByteBuffer payload) {
        if (link.isAuthenticating()) {
            ByteBuffer copy = copyOf(payload);
            link.defer(() -> data(route, copy));
            return;
        }
        Session peer = numbered();
        if (peer != null) {
            link.telemetry().messageReceived();
            link.rooms().dataArrived(peer, route, payload);
        }
    }

    @Override
    public void request(
            int number, @Nullable String name, String event, int id, int timeoutMillis, ByteBuffer payload) {
        if (link.isAuthenticating()) {
            ByteBuffer copy = copyOf(payload);
            link.defer(() -> request(number, name, event, id, timeoutMillis, copy));
            return;
        }
        Session peer = numbered();
        if (peer == null) {
            return;
        }
        link.telemetry().messageReceived();
        PeerRequest request = peer.requestsOfPeer().open(id, timeoutMillis);
        if (request != null) {
            link.rooms().requestArrived(request, number, name, event, payload);
        }
    }

    @Override
    public void reply(int id, int code, String reason, ByteBuffer payload) {
        if (link.isAuthenticating()) {
            ByteBuffer copy = copyOf(payload);
            link.defer(() -> reply(id, code, reason, copy));
            return;
        }
        Session peer = numbered();
        if (peer != null) {
            link.telemetry().messageReceived();
            peer.requestsToPeer().replied(id, code, reason, payload);
        }
    }

    @Override
    public void cancel(int id) {
        if (link.isAuthenticating()) {
            link.defer(() -> cancel(id));
            return;
        }
        Session peer = numbered();
        if (peer != null) {
            peer.requestsOfPeer().cancelled(id);
        }
    }

    @Override
    public void ping(int ref) {
        if (link.isAuthenticating()) {
            link.defer(() -> ping(ref));
            return;
        }
        if (speaker() != null) {
            link.outbound().offer(link.format().pong(ref));
        }
    }

    @Override
    public void history(int number, @Nullable String name, int ref, String epoch, long after, int limit) {
        if (link.isAuthenticating()) {
            link.defer(() -> history(number, name, ref, epoch, after, limit));
            return;
        }
        Session peer = numbered();
        if (peer != null) {
            link.rooms().historyRequested(peer, number, name, ref, epoch, after, limit);
        }
    }

    @Override
    public void ack(long received) {
        Session peer = speaker();
        if (peer != null) {
            peer.acknowledged(received);
        }
    }

    @Override
    public void unknown() {
        if (link.isAuthenticating()) {
            link.defer(this::unknown);
            return;
        }
        Session peer = link.counted() ? link.session() : null;
        if (peer != null) {
            peer.heard();
            peer.count();
        }
    }

    /** Returns who speaks, or null if the frame is not to be looked at. */
    private @Nullable Session speaker() {
        Session peer = link.counted() ? link.welcomed() : null;
        if (peer != null) {
            peer.heard();
        }
        return peer;
    }

    /** Returns who says something that has a number, or null if the frame is not to be looked at. */
    private @Nullable Session numbered() {
        Session peer = speaker();
        if (peer != null) {
            peer.count();
        }
        return peer;
    }

    private static ByteBuffer copyOf(ByteBuffer payload) {
        return ByteBuffer.allocate(payload.remaining()).put(payload.duplicate()).flip();
    }
}
