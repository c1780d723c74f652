package io.roomcast.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ScenarioTest {

    private static final Payload SMALL = Payload.smallest();

    private static void refused(Consumer<Behaviour.Steps> script, String... words) {
        assertThatThrownBy(() -> Behaviour.of("b", script))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void whoIsNotConnectedCannotJoin() {
        refused(peer -> peer.join("hall"), "step 1 (Join)", "connect() before it");
    }

    @Test
    void whoIsInNoRoomCannotSpeakInIt() {
        refused(peer -> peer.connect().broadcast("hall", "say", SMALL), "step 2 (Broadcast)", "\"hall\"", "join(");
    }

    @Test
    void whoIsInARoomCannotJoinItAgainUnderTheSameName() {
        refused(peer -> peer.connect().join("hall").join("hall"), "step 3 (Join)", "leave(\"hall\")");
    }

    @Test
    void aLoopEndsAsItBegins() {
        refused(
                peer -> peer.connect().repeat(2, again -> again.join("hall")),
                "step 2 (Repeat)",
                "begins in no room and ends in [hall]");
    }

    @Test
    void theArmsOfABranchEndAlike() {
        refused(
                peer -> peer.connect()
                        .branch(arms -> arms.arm(1, one -> one.join("hall")).otherwise(1)),
                "step 2 (Branch)",
                "let all arms end alike");
    }

    @Test
    void onlyAnInterruptedSessionIsResumed() {
        refused(peer -> peer.connect().disconnect().resume(), "step 3 (Resume)", "Ending.ABRUPT");
        Behaviour.of(
                "b",
                peer -> peer.connect()
                        .join("hall")
                        .disconnect(Ending.ABRUPT)
                        .resume()
                        .broadcast("hall", "say", SMALL));
    }

    @Test
    void afterAMisdeedThereIsNoConnection() {
        refused(
                peer -> peer.connect().join("hall").misbehave(Misdeed.MALFORMED).leave("hall"),
                "step 4 (Leave)",
                "there is none");
    }

    @Test
    void aPayloadHasRoomForItsStamp() {
        assertThatThrownBy(() -> Payload.bytes(10)).hasMessageContaining("10 bytes, expected at least 24");
    }

    @Test
    void aPatternHasAPlaceForWhatItsFeederDraws() {
        assertThatThrownBy(() -> RoomChoice.of("hall", Feeder.uniform(10))).hasMessageContaining("{}");
    }

    @Test
    void aBarrierThatNobodyCanFillIsRefused() {
        Scenario.Builder builder = Scenario.named("s")
                .behaviour(Behaviour.of("b", peer -> peer.connect().barrier("start", 20, Duration.ofSeconds(1))))
                .phase("p", Arrivals.spike(10), Duration.ofSeconds(1));
        assertThatThrownBy(builder::build).hasMessageContainingAll("\"start\"", "20", "only 10 come");
    }

    @Test
    void aScenarioWithoutPhasesOrBehavioursIsRefused() {
        assertThatThrownBy(() -> Scenario.named("s").build()).hasMessageContaining("no behaviour");
        assertThatThrownBy(() -> Scenario.named("s")
                        .behaviour(Behaviour.of("b", Behaviour.Steps::connect))
                        .build())
                .hasMessageContaining("no phase");
    }

    @Test
    void aBarrierMeansTheSameEverywhere() {
        assertThatThrownBy(() -> Scenario.named("s")
                        .behaviour(Behaviour.of("a", peer -> peer.connect().barrier("x", 2, Duration.ofSeconds(1))))
                        .behaviour(Behaviour.of("b", peer -> peer.connect().barrier("x", 3, Duration.ofSeconds(1))))
                        .phase("p", Arrivals.spike(10), Duration.ofSeconds(1))
                        .build())
                .hasMessageContaining("give them two names");
    }
}
