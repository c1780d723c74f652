package io.roomcast.snippets;

import io.roomcast.Admission;
import io.roomcast.Attributes;
import io.roomcast.Authentication;
import io.roomcast.Authenticator;
import io.roomcast.BroadcastObserver;
import io.roomcast.Coalescing;
import io.roomcast.Codec;
import io.roomcast.CodecException;
import io.roomcast.Codecs;
import io.roomcast.DeliveryPolicy;
import io.roomcast.Identity;
import io.roomcast.JoinRequest;
import io.roomcast.LeaveReason;
import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.Roomcast;
import io.roomcast.RoomcastListener;
import io.roomcast.runtime.MountedNode;
import io.roomcast.runtime.bridge.LocalHub;
import io.roomcast.runtime.codec.JacksonCodec;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import org.xnio.OptionMap;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

@SuppressWarnings("unused")
final class Snippets {

    void start() {
        Roomcast node = Roomcast.builder()
                .listen(8080)
                .room("chat/{topic}", new ChatRoom())
                .start();
    }

    void patterns() {
        Roomcast.builder()
                .room("lobby", new Lobby())
                .room("chat/{topic}", new ChatRoom())
                .room("files/{owner}/{path...}", new Files());
    }

    static final class Lobby implements RoomHandler {}

    static final class Files implements RoomHandler {}

    interface Teams {
        boolean hasMember(String team, Optional<String> userId);
    }

    record TeamRoom(Teams teams) implements RoomHandler {

        @Override
        public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
            String team = room.parameters().get("team");
            return teams.hasMember(team, peer.identity().userId())
                    ? Admission.accept()
                    : Admission.refuse(1001, "not a member of " + team);
        }
    }

    static final class Whiteboard implements RoomHandler, BroadcastObserver {

        private static final int KEPT = 1_000;
        private final Map<String, Deque<String>> strokes = new ConcurrentHashMap<>();

        @Override
        public void onOpen(Room room) {
            strokes.put(room.name(), new ArrayDeque<>());
        }

        @Override
        public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
            return Admission.accept(Codecs.utf8(), String.join("\n", strokes.get(room.name())));
        }

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).send();
        }

        @Override
        public void onBroadcast(Room room, Message message) {
            Deque<String> kept = strokes.get(room.name());
            if (kept.size() == KEPT) {
                kept.removeFirst();
            }
            kept.addLast(message.text());
        }

        @Override
        public void onClose(Room room) {
            strokes.remove(room.name());
        }
    }

    static final class Signalling implements RoomHandler {

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            message.to()
                    .ifPresent(
                            to -> room.broadcast(message).toPeers(to).from(peer).send());
        }
    }

    void toOnePeer(Peer peer) {
        switch (peer.send("balance", "12.40")) {
            case QUEUED -> {}
            case CONFLATED, DROPPED, CLOSED -> unreachable(peer);
        }
    }

    void unreachable(Peer peer) {}

    void broadcasts(Room room, Peer peer, byte[] frame, String blocked) {
        room.broadcast("closing", "in five minutes").send();
        room.broadcast("moved", frame).except(peer).volatileDelivery().send();
        room.broadcast("turn", "yours").toPeers(peer.id()).send();
    }

    RoomOptions policies() {
        return RoomOptions.builder()
                .policy("candidate", Coalescing.iceCandidates())
                .policy("quote", DeliveryPolicy.latest().minInterval(Duration.ofMillis(100)))
                .policy("moved", DeliveryPolicy.dropOldest(3, Duration.ofSeconds(1)))
                .build();
    }

    RoomOptions flushWindows() {
        RoomOptions options =
                RoomOptions.builder().flushWindow(Duration.ofMillis(20)).build();
        return options;
    }

    void keys(Room room) {
        room.broadcast("quote", "12.40").key("ACME").send();
        room.broadcast("score", "2:1").latest("final").send();
    }

    void merging() {
        DeliveryPolicy sums = DeliveryPolicy.merge(
                Codecs.utf8(), (older, newer) -> Integer.toString(Integer.parseInt(older) + Integer.parseInt(newer)));
    }

    void receipts(Room room) {
        Receipt receipt = room.broadcast("sold", "lot 12").send();
        receipt.published().exceptionally(failure -> {
            warn("other nodes did not get it", failure);
            return null;
        });
    }

    void warn(String what, Throwable failure) {}

    void nonBlocking() {
        Roomcast.builder()
                .room(
                        "cursor/{document}",
                        new Cursors(),
                        RoomOptions.builder()
                                .nonBlocking()
                                .mailboxCapacity(1_024)
                                .build());
    }

    static final class Cursors implements RoomHandler {}

    void cluster(RoomHandler one, RoomHandler other) {
        LocalHub hub = LocalHub.create();
        Roomcast first = Roomcast.builder()
                .listen(8081)
                .room("chat/{topic}", one)
                .bridge(hub.bridge())
                .start();
        Roomcast second = Roomcast.builder()
                .listen(8082)
                .room("chat/{topic}", other)
                .bridge(hub.bridge())
                .start();
    }

    static final class Viewers implements RoomHandler {

        private final Map<String, Map<String, Integer>> others = new ConcurrentHashMap<>();

        @Override
        public void onOpen(Room room) {
            others.put(room.name(), new HashMap<>());
        }

        @Override
        public void onJoin(Room room, Peer peer) {
            room.tellNodes(count(room));
        }

        @Override
        public void onLeave(Room room, Peer peer, LeaveReason reason) {
            room.tellNodes(count(room));
        }

        @Override
        public void onNodeMessage(Room room, String nodeId, Message message) {
            Integer before = others.get(room.name()).put(nodeId, Integer.valueOf(message.text()));
            if (before == null) {
                room.tellNode(nodeId, count(room));
            }
        }

        @Override
        public void onNodeLost(Room room, String nodeId) {
            others.get(room.name()).remove(nodeId);
        }

        @Override
        public void onClose(Room room) {
            others.remove(room.name());
        }

        private static Message count(Room room) {
            return Message.of("count", Integer.toString(room.localPeers().size()));
        }
    }

    interface Sessions {
        CompletionStage<Optional<String>> userOf(String token);
    }

    void authentication(Sessions sessions) {
        Authenticator tokens = request -> sessions.userOf(request.token())
                .thenApply(user -> user.map(id -> Authentication.accept(Identity.user(id)))
                        .orElseGet(() -> Authentication.refuse("unknown token")));

        Roomcast.builder().authenticator(tokens);
    }

    record Position(int x, int y) {}

    static final class PositionCodec implements Codec<Position> {

        @Override
        public byte[] encode(Position value) {
            return ByteBuffer.allocate(8).putInt(value.x()).putInt(value.y()).array();
        }

        @Override
        public Position decode(ByteBuffer payload) {
            if (payload.remaining() != 8) {
                throw new CodecException("a position has " + payload.remaining() + " bytes, expected 8");
            }
            return new Position(payload.getInt(), payload.getInt());
        }
    }

    private static final Codec<Position> POSITION = new PositionCodec();

    void codecs(Room room, Message message) {
        Position position = message.decode(POSITION);
        room.broadcast("moved", POSITION, position).volatileDelivery().send();
    }

    record Move(int x, int y) {}

    void json(Room room) {
        Codec<Move> moves = JacksonCodec.of(Move.class);
        room.broadcast("moved", moves, new Move(3, 4)).send();
    }

    private static final Attributes.Key<String> NICKNAME = new Attributes.Key<>("nickname", String.class);

    void attributes(Peer peer, Room room) {
        peer.attributes().set(NICKNAME, "ada");
        String name = peer.attributes().get(NICKNAME).orElse("somebody");
    }

    void outside(Roomcast node, String order) {
        node.room("orders/" + order).broadcast("shipped", order).send();
    }

    void putIn(Roomcast node, String peerId) {
        node.peer(peerId)
                .ifPresent(peer ->
                        peer.join("match/42").thenAccept(refusal -> refusal.ifPresent(no -> warn(no.reason()))));
    }

    void warn(String what) {}

    void limits() {
        Roomcast.builder()
                .limits(Limits.builder()
                        .maxMessageBytes(256 * 1024)
                        .outboundBytesPerPeer(4 * 1024 * 1024)
                        .pingInterval(Duration.ofSeconds(15))
                        .build());
    }

    static final class Drops implements RoomcastListener {

        final LongAdder dropped = new LongAdder();

        @Override
        public void messageDropped(String room) {
            dropped.increment();
        }
    }

    void resume(Peer peer) {
        String light = peer.isConnected() ? "green" : "grey";
        Roomcast.builder()
                .limits(Limits.builder()
                        .resumeWindow(Duration.ofMinutes(2))
                        .maxDisconnectedPeers(20_000)
                        .build());
        warn(light);
    }

    static final class Comings implements RoomcastListener {

        final LongAdder back = new LongAdder();
        final LongAdder lost = new LongAdder();

        @Override
        public void peerResumed(String peerId, long framesSentAgain) {
            back.increment();
        }

        @Override
        public void peerGivenUp(String peerId, String reason) {
            lost.increment();
        }
    }

    void tls(SSLContext context) {
        Roomcast.builder()
                .listenTls(new InetSocketAddress(8443), context)
                .allowOrigins("https://example.org")
                .room("chat/{topic}", new ChatRoom())
                .start();
    }

    void mounted(HttpHandler pages) throws IOException {
        XnioWorker worker = Xnio.getInstance().createWorker(OptionMap.EMPTY);
        MountedNode mounted = MountedNode.start(Roomcast.builder().room("chat/{topic}", new ChatRoom()), worker);
        Undertow server = Undertow.builder()
                .setWorker(worker)
                .addHttpListener(8080, "0.0.0.0")
                .setHandler(Handlers.path(pages).addPrefixPath("/roomcast", mounted.handler()))
                .build();
        server.start();
    }

    void stop(Roomcast node) {
        node.stop(Duration.ofSeconds(10)).toCompletableFuture().join();
    }
}
