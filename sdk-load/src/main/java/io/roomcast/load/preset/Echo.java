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

/**
 * Everybody in a room of his own, hearing what he says every two seconds or so. No two peers have anything to do with each other, so servers in several processes need nothing that
 * joins them.
 */
final class Echo implements Preset.Kind {

    private static final int BYTES = 128;

    @Override
    public Scenario scenario(String name, Shape shape) {
        RoomChoice own = RoomChoice.of("echo/{}", Feeder.groupsOf(1, shape.peers()));
        return shape.of(
                        name,
                        Behaviour.of(
                                "speaker",
                                peer -> peer.connect(shape.subprotocol())
                                        .join("own", own)
                                        .repeatFor(
                                                shape.stay(),
                                                again -> again.think(shape.every(Duration.ofSeconds(2)))
                                                        .broadcast("own", "echo", Payload.bytes(BYTES)))
                                        .leave("own")))
                .relay(Relay.EVERYBODY)
                .build();
    }

    @Override
    public String pattern() {
        return "echo/{number}";
    }

    @Override
    public RoomHandler handler() {
        return new RelayRoom(Relay.EVERYBODY);
    }

    @Override
    public boolean isVirtual() {
        return true;
    }

    @Override
    public List<String> objectives() {
        return List.of("connect.p99<1s", "delivery.p99<100ms", "errors<0.1%", "achieved>98%");
    }
}
