package io.roomcast.load.preset;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.testkit.load.ServerStamp;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Desks of three. Each trader sends an order every two seconds or so, which is confirmed to him and told, as filled, to the desk. */
final class Orders implements Preset.Kind {

    private static final int DESK = 3;
    private static final int FILL_BYTES = 96;

    @Override
    public Scenario scenario(String name, Shape shape) {
        RoomChoice desk =
                RoomChoice.of("desk/{}", Feeder.groupsOf(DESK, Math.max(1, (shape.peers() + DESK - 1) / DESK)));
        return shape.of(
                        name,
                        Behaviour.of(
                                "trader",
                                peer -> peer.connect(shape.subprotocol())
                                        .join("desk", desk)
                                        .repeatFor(
                                                shape.stay(),
                                                again -> again.think(shape.every(Duration.ofSeconds(2)))
                                                        .request(
                                                                "desk",
                                                                "order",
                                                                Payload.between(90, 160),
                                                                Duration.ofSeconds(5)))
                                        .leave("desk")))
                .build();
    }

    @Override
    public String pattern() {
        return "desk/{number}";
    }

    @Override
    public RoomHandler handler() {
        return new Desk();
    }

    @Override
    public List<String> objectives() {
        return List.of("connect.p99<1s", "request.p99<100ms", "delivery.p99<100ms", "errors<0.1%", "achieved>98%");
    }

    /** Has no state: an order is filled as it comes. */
    private static final class Desk implements RoomHandler {

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message order) {
            long now = System.nanoTime();
            ByteBuffer fill = ByteBuffer.allocate(FILL_BYTES);
            ServerStamp.write(fill, 0, now, now);
            room.broadcast("fill", fill.array()).send();
            return CompletableFuture.completedFuture(Message.of("confirmed", order.bytes()));
        }
    }
}
