package io.roomcast.testkit.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Finding;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.BadPeers;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Misdeed;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.scenario.StandardScenarios;
import io.roomcast.testkit.scenario.Subprotocol;
import io.roomcast.testkit.scenario.Think;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of bad peer, ten of them among ten good ones that must not notice. */
class BadPeersTest {

    private static final RoomChoice HALL = RoomChoice.of("hall");
    private static final Duration SECOND = Duration.ofSeconds(1);

    static Stream<Arguments> each() {
        return BadPeers.all(HALL).stream()
                .flatMap(behaviour -> Stream.of(Fidelity.values()).map(level -> Arguments.of(behaviour, level)));
    }

    private static Behaviour good(Subprotocol subprotocol) {
        return Behaviour.of(
                "good, " + subprotocol,
                peer -> peer.connect(subprotocol)
                        .join("room", HALL)
                        .repeat(
                                10,
                                again -> again.think(Think.uniform(Duration.ZERO, SECOND))
                                        .broadcast("room", "say", Payload.between(24, 400)))
                        .pause(Duration.ofSeconds(60)));
    }

    private static RunResult among(Behaviour bad, Fidelity level) {
        Scenario scenario = Scenario.named("among good ones")
                .behaviour(1, good(Subprotocol.PROTOBUF))
                .behaviour(1, good(Subprotocol.JSON))
                .behaviour(2, bad)
                .phase("all", Arrivals.spike(40), Duration.ofSeconds(10))
                .patience(Duration.ofMinutes(3))
                .build();
        return VirtualDriver.nodes(2).fidelity(level).build().run(Order.of(scenario, 4711), Progress.NONE);
    }

    @ParameterizedTest
    @MethodSource("each")
    void nobodyElseNotices(Behaviour bad, Fidelity level) {
        RunResult result = among(bad, level);
        assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
        assertThat(result.count(Count.PEERS_FINISHED)).isEqualTo(40);
        assertThat(result.count(Count.CONNECTIONS_LOST))
                .as("lost without a reason")
                .isZero();
        assertThat(result.checked().owed()).isGreaterThan(1000);
    }

    @Test
    void aNodeThatKeepsTheSilentIsFound() {
        Scenario scenario = Scenario.named("lenient")
                .behaviour(BadPeers.misbehaving(Misdeed.PONG_SILENCE, HALL))
                .phase("one", Arrivals.spike(1), SECOND)
                .patience(Duration.ofMinutes(10))
                .build();
        RunResult result = VirtualDriver.nodes(1)
                .limits(limits -> limits.pingInterval(Duration.ofDays(1)))
                .build()
                .run(Order.of(scenario, 1), Progress.NONE);
        assertThat(result.checked().findings()).extracting(Finding::kind).containsExactly("unpunished");
    }

    @Test
    void theBazaarHasThemAll() {
        Scenario bazaar = StandardScenarios.bazaar(400);
        RunResult result = VirtualDriver.nodes(3).build().run(Order.of(bazaar, 7), Progress.NONE);
        assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
        assertThat(result.count(Count.RESUMES))
                .as("of those that lost their connection")
                .isGreaterThan(50);
        assertThat(bazaar.mix()).hasSize(2 + BadPeers.all(HALL).size());
    }
}
