package io.roomcast.testkit.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.RoomOptions;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.fault.FaultKind;
import io.roomcast.testkit.fault.FaultPlan;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
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
import io.roomcast.testkit.scenario.Think;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of fault, at an instant that the plan says, does what its name says, and nothing that it does is taken for a fault of the nodes. */
class FaultsTest {

    private static final Duration AT = Duration.ofSeconds(3);
    private static final Duration LASTS = Duration.ofSeconds(2);
    private static final int HIT = 2;

    /** Peers on all nodes that talk all the time. */
    private static final Scenario TALK = Scenario.named("talk")
            .behaviour(Behaviour.of(
                    "talker",
                    peer -> peer.connect()
                            .join("hall")
                            .repeatFor(
                                    Think.constant(Duration.ofSeconds(10)),
                                    again -> again.think(Think.uniform(Duration.ZERO, Duration.ofMillis(400)))
                                            .broadcast("hall", "say", Payload.smallest()))
                            .pause(Duration.ofSeconds(5))))
            .phase("all", Arrivals.spike(12), Duration.ofSeconds(12))
            .build();

    private static RunResult run(Fault fault) {
        return run(TALK, fault);
    }

    private static RunResult run(Scenario scenario, Fault fault) {
        RunResult result =
                VirtualDriver.nodes(3).build().run(Order.of(scenario, 11).with(FaultPlan.of(fault)), Progress.NONE);
        assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
        return result;
    }

    private static long gaps(RunResult result, int node) {
        return result.measurements().counts().entrySet().stream()
                .filter(each ->
                        each.getKey().what() == Count.GAPS && each.getKey().node() == node)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Test
    void withoutAFaultNothingIsLostOrLate() {
        RunResult result = VirtualDriver.nodes(3).build().run(Order.of(TALK, 11), Progress.NONE);
        assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
        assertThat(result.count(Count.GAPS) + result.count(Count.CONNECTIONS_LOST) + result.count(Count.GO_AWAYS))
                .isZero();
        assertThat(result.measurements().merged(Metric.DELIVERY).getMaxValue()).isZero();
    }

    @Test
    void killedNodesLoseTheirPeersAndComeBack() {
        RunResult result = run(Fault.of(FaultKind.KILL, AT, LASTS, HIT));
        assertThat(result.count(Count.CONNECTIONS_LOST)).isEqualTo(4);
        assertThat(result.count(Count.GO_AWAYS)).isZero();
        assertThat(result.count(Count.PEERS_FINISHED)).isEqualTo(12);
    }

    @Test
    void drainedNodesSendTheirPeersElsewhere() {
        RunResult result = run(Fault.of(FaultKind.DRAIN, AT, LASTS, HIT));
        assertThat(result.count(Count.GO_AWAYS)).isEqualTo(4);
        assertThat(result.count(Count.PEERS_FINISHED)).isEqualTo(12);
    }

    @Test
    void delayedEnvelopesComeLateAndAllOfThem() {
        RunResult result = run(Fault.of(FaultKind.DELAY, AT, LASTS, HIT, 500));
        long latest = result.measurements().merged(Metric.DELIVERY).getMaxValue();
        assertThat(latest)
                .isBetween(
                        Duration.ofMillis(100).toNanos(), Duration.ofMillis(510).toNanos());
        assertThat(result.count(Count.GAPS)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"LOSS, 300", "REORDERING, 1000", "DEAF, 0", "SWIZZLE, 0"})
    void whatIsLostOnTheWayIsToldToThoseWhoMissIt(FaultKind kind, int amount) {
        RunResult result = run(Fault.of(kind, AT, LASTS, HIT, amount));
        assertThat(result.count(Count.GAPS)).isPositive();
        assertThat(gaps(result, HIT)).isEqualTo(result.count(Count.GAPS));
        assertThat(result.count(Count.MESSAGES_MISSED)).isPositive();
    }

    @Test
    void aPartitionHasOneDirection() {
        RunResult result = run(Fault.partition(AT, LASTS, 1, HIT));
        assertThat(gaps(result, HIT)).isPositive();
        assertThat(gaps(result, 1)).isZero();
    }

    @Test
    void whatComesTwiceIsTakenOnce() {
        RunResult result = run(Fault.of(FaultKind.DUPLICATION, AT, LASTS, HIT, 1000));
        assertThat(result.count(Count.GAPS)).isZero();
        assertThat(result.count(Count.MESSAGES_RECEIVED))
                .isEqualTo(result.checked().owed());
    }

    @Test
    void aClockThatRunsFastEndsWhatItTimesEarlier() {
        Scenario silent = Scenario.named("silent")
                .behaviour(BadPeers.misbehaving(Misdeed.PONG_SILENCE, RoomChoice.of("hall")))
                .phase("all", Arrivals.spike(3), Duration.ofSeconds(1))
                .build();
        RunResult usual = run(silent, Fault.of(FaultKind.CLOCK_SKEW, Duration.ZERO, Duration.ofMinutes(5), 1, 0));
        for (int node = 1; node <= 3; node++) {
            RunResult fast =
                    run(silent, Fault.of(FaultKind.CLOCK_SKEW, Duration.ZERO, Duration.ofMinutes(5), node, 900));
            assertThat(fast.signature()).isNotEqualTo(usual.signature());
        }
    }

    @Test
    void aHistoryIsReadAgainAfterAFaultAndSaysWhatItHasForgotten() {
        long recovered = 0;
        long refused = 0;
        long gaps = 0;
        long pages = 0;
        VirtualDriver driver = VirtualDriver.nodes(3)
                .options(
                        RoomOptions.builder().history(5, Duration.ofMinutes(10)).build())
                .build();
        for (long seed = 1; seed <= 4; seed++) {
            FaultPlan faults = FaultPlan.random(
                    seed, 10, 3, Duration.ofSeconds(40), EnumSet.of(FaultKind.DEAF, FaultKind.LOSS, FaultKind.KILL));
            RunResult result = driver.run(new Order(StandardScenarios.archive(30), seed, faults), Progress.NONE);
            assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
            recovered += result.count(Count.RECOVERIES);
            refused += result.count(Count.RECOVERIES_FAILED);
            gaps += result.count(Count.GAPS);
            pages += result.count(Count.PAGES);
        }
        assertThat(recovered).as("recoveries").isPositive();
        assertThat(refused).as("recoveries refused").isPositive();
        assertThat(gaps).as("gaps").isPositive();
        assertThat(pages).as("pages").isPositive();
    }

    @Test
    void aHistoryThatIsLostBeginsAnewAndEverybodyIsTold() {
        VirtualDriver driver = VirtualDriver.nodes(3)
                .options(RoomOptions.builder()
                        .history(500, Duration.ofMinutes(10))
                        .build())
                .build();
        Fault loss = Fault.of(FaultKind.HISTORY_LOSS, Duration.ofSeconds(9), LASTS, 1);
        RunResult without = driver.run(Order.of(StandardScenarios.archive(30), 11), Progress.NONE);
        RunResult result =
                driver.run(Order.of(StandardScenarios.archive(30), 11).with(FaultPlan.of(loss)), Progress.NONE);

        assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
        assertThat(without.count(Count.RECOVERIES_FAILED) + without.count(Count.GAPS))
                .as("without the loss")
                .isZero();
        assertThat(result.count(Count.RECOVERIES_FAILED))
                .as("who came back and was told that he cannot go on there")
                .isPositive();
        assertThat(result.count(Count.RECOVERIES))
                .as("who came back before the loss")
                .isPositive();
        assertThat(result.count(Count.GAPS)).as("who was there and was told").isPositive();
    }

    @Test
    void historiesAreLostAgainAndAgainAmongOtherFaults() {
        VirtualDriver driver = VirtualDriver.nodes(3)
                .options(RoomOptions.builder()
                        .history(50, Duration.ofMinutes(10))
                        .build())
                .build();
        for (long seed = 1; seed <= 6; seed++) {
            FaultPlan faults = FaultPlan.random(
                    seed,
                    12,
                    3,
                    Duration.ofSeconds(40),
                    EnumSet.of(
                            FaultKind.HISTORY_LOSS, FaultKind.DEAF, FaultKind.LOSS, FaultKind.DELAY, FaultKind.KILL));
            RunResult result = driver.run(new Order(StandardScenarios.archive(30), seed, faults), Progress.NONE);
            assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
        }
    }

    /** Seeds that once found a bug in the runtime, with the faults that mattered. */
    @ParameterizedTest
    @CsvSource({
        // A loss in the history took back a peer that had been on a node that was further.
        "6, -3009815242152571182 DEAF@3717+3147/2",
        // A session that moved forgot who its peer was before.
        "500, 573599523141007308",
        // What a peer got of what it had missed was not counted.
        "500, -4468286135494652429"
    })
    void seedsThatFoundBugsPass(int size, String order) {
        VirtualDriver driver = VirtualDriver.nodes(StandardRuns.NODES)
                .options(RoomOptions.builder()
                        .history(size, Duration.ofMinutes(10))
                        .build())
                .build();
        RunResult result = driver.run(Order.parse(StandardScenarios.archive(30), order), Progress.NONE);
        assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
    }
}
