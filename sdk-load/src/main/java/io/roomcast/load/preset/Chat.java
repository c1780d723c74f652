package io.roomcast.load.preset;

import io.roomcast.RoomHandler;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.Relay;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.serve.RelayRoom;
import java.time.Duration;
import java.util.List;

/** Rooms of ten; everybody writes a line every five seconds or so, and the other nine read it. */
final class Chat implements Preset.Kind {

    private static final int ROOM = 10;

    @Override
    public Scenario scenario(String name, Shape shape) {
        RoomChoice room =
                RoomChoice.of("chat/{}", Feeder.groupsOf(ROOM, Math.max(1, (shape.peers() + ROOM - 1) / ROOM)));
        return shape.of(
                        name,
                        Behaviour.of(
                                "talker",
                                peer -> peer.connect(shape.subprotocol())
                                        .join("room", room)
                                        .repeatFor(
                                                shape.stay(),
                                                again -> again.think(shape.every(Duration.ofSeconds(5)))
                                                        .broadcast("room", "say", Payload.logNormal(90, 0.8, 2000)))
                                        .leave("room")))
                .relay(Relay.OTHERS)
                .build();
    }

    @Override
    public String pattern() {
        return "chat/{topic}";
    }

    @Override
    public RoomHandler handler() {
        return new RelayRoom(Relay.OTHERS);
    }

    @Override
    public boolean isVirtual() {
        return true;
    }

    @Override
    public List<String> objectives() {
        return List.of("connect.p99<1s", "delivery.p99<250ms", "errors<0.1%", "achieved>98%");
    }
}
