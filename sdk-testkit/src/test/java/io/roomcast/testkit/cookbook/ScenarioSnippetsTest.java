package io.roomcast.testkit.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.drive.Sweep;
import io.roomcast.testkit.fault.FaultKind;
import io.roomcast.testkit.fault.FaultPlan;
import io.roomcast.testkit.load.LoadResult;
import io.roomcast.testkit.load.LoadSettings;
import io.roomcast.testkit.load.LoopbackDriver;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.Think;
import io.roomcast.testkit.virtual.VirtualDriver;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** The code of docs/scenarios.md and docs/load-testing.md. */
class ScenarioSnippetsTest {

    @Test
    void theScenarioOfThePagePasses() {
        Behaviour talker = Behaviour.of(
                "talker",
                peer -> peer.connect()
                        .join("room", RoomChoice.of("chat/{}", Feeder.hotspot(1000, 0.9, 0.1)))
                        .repeat(
                                5,
                                again -> again.think(Think.exponential(Duration.ofSeconds(8)))
                                        .broadcast("room", "say", Payload.between(40, 200)))
                        .leave("room"));
        Scenario chat = Scenario.named("chat")
                .behaviour(talker)
                .phase("growth", Arrivals.steps(100, Duration.ofSeconds(15), 2000), Duration.ofSeconds(60))
                .build();
        RunResult result = VirtualDriver.nodes(5).build().run(Order.of(chat, 42), Progress.NONE);
        assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
    }

    static Object shrunk(VirtualDriver driver, Scenario scenario) {
        var failure = Sweep.of(driver, scenario)
                .with(seed -> FaultPlan.random(seed, 8, 5, Duration.ofSeconds(20), EnumSet.allOf(FaultKind.class)))
                .run(1, 1000);
        return failure;
    }

    static void onSockets(Scenario scenario) {
        LoadResult run = new LoopbackDriver(2, LoadSettings.DEFAULTS, node -> node.room("chat/{topic}", new ChatRoom()))
                .measure(Order.of(scenario, 1), Progress.NONE);
        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
    }
}
