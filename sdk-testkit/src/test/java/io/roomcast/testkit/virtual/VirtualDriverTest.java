package io.roomcast.testkit.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Think;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class VirtualDriverTest {

    static Scenario roomsOfTen(int peers) {
        return Scenario.named("rooms of ten")
                .behaviour(Behaviour.of(
                        "talker",
                        peer -> peer.connect()
                                .join("room", RoomChoice.of("chat/{}", Feeder.groupsOf(10, Math.max(1, peers / 10))))
                                .pause(Duration.ofSeconds(20))
                                .repeat(
                                        5,
                                        again -> again.think(
                                                        Think.uniform(Duration.ofMillis(100), Duration.ofSeconds(4)))
                                                .broadcast("room", "say", Payload.bytes(48)))
                                .pause(Duration.ofSeconds(30))
                                .leave("room")))
                .phase("all", Arrivals.constant(peers / 10.0, Duration.ofSeconds(10)))
                .patience(Duration.ofMinutes(3))
                .build();
    }

    @Test
    void everyMessageReachesEveryOtherPeerOfItsRoom() {
        RunResult result = VirtualDriver.nodes(5).build().run(Order.of(roomsOfTen(10_000), 1), Progress.NONE);
        System.out.println(result.summary() + " took " + result.took() + " cpu " + result.cpu() + " events "
                + result.count(Count.EVENTS));
        assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
        assertThat(result.count(Count.MESSAGES_SENT)).isEqualTo(50_000);
        assertThat(result.count(Count.MESSAGES_RECEIVED)).isEqualTo(450_000);
    }
}
