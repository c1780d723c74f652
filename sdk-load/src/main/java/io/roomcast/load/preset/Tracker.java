package io.roomcast.load.preset;

import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.Relay;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Think;
import io.roomcast.testkit.serve.RelayRoom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Swarms, nine tenths of the peers in one tenth of them. A peer announces itself and is told of partners; then it sends an offer and some candidates, one
 * at a time, to another peer of the swarm, and announces itself again after a while.
 */
final class Tracker implements Preset.Kind {

    private static final int SWARM = 20;
    private static final int PARTNERS = 5;

    @Override
    public Scenario scenario(String name, Shape shape) {
        RoomChoice swarm = RoomChoice.of("swarm/{}", Feeder.hotspot(Math.max(10, shape.peers() / SWARM), 0.9, 0.1));
        return shape.of(
                        name,
                        Behaviour.of(
                                "viewer",
                                peer -> peer.connect(shape.subprotocol())
                                        .join("swarm", swarm)
                                        .repeatFor(
                                                shape.stay(),
                                                again -> again.request(
                                                                "swarm",
                                                                "announce",
                                                                Payload.bytes(60),
                                                                Duration.ofSeconds(5))
                                                        .send("swarm", "signal", Payload.between(800, 2400))
                                                        .repeat(
                                                                4,
                                                                candidate -> candidate
                                                                        .think(Think.uniform(
                                                                                shape.paced(Duration.ofMillis(5)),
                                                                                shape.paced(Duration.ofMillis(120))))
                                                                        .send(
                                                                                "swarm",
                                                                                "signal",
                                                                                Payload.between(100, 220)))
                                                        .think(shape.every(Duration.ofSeconds(10))))
                                        .leave("swarm")))
                .build();
    }

    @Override
    public String pattern() {
        return "swarm/{video}";
    }

    @Override
    public RoomHandler handler() {
        return new Swarm();
    }

    @Override
    public boolean isVirtual() {
        return true;
    }

    @Override
    public List<String> objectives() {
        return List.of("connect.p99<1s", "request.p99<250ms", "delivery.p99<250ms", "errors<0.1%", "achieved>98%");
    }

    /** Tells a peer who announces itself of those who did so last on this node. Rooms run in parallel, each by itself. */
    private static final class Swarm extends RelayRoom {

        private final ConcurrentMap<String, Deque<String>> recent = new ConcurrentHashMap<>();

        Swarm() {
            super(Relay.OTHERS);
        }

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            Deque<String> partners = recent.computeIfAbsent(room.name(), name -> new ArrayDeque<>());
            partners.remove(peer.id());
            String told = String.join(" ", partners);
            partners.addFirst(peer.id());
            if (partners.size() > PARTNERS) {
                partners.removeLast();
            }
            return CompletableFuture.completedFuture(Message.of("partners", told));
        }

        @Override
        public void onLeave(Room room, Peer peer, LeaveReason reason) {
            Deque<String> partners = recent.get(room.name());
            if (partners != null) {
                partners.remove(peer.id());
            }
        }

        @Override
        public void onClose(Room room) {
            recent.remove(room.name());
        }
    }
}
