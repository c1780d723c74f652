package io.roomcast.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.RoomOptions;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.measure.Gauge;
import io.roomcast.testkit.measure.Second;
import io.roomcast.testkit.report.KeptReport;
import io.roomcast.testkit.report.Objective;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Behaviour;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Payload;
import io.roomcast.testkit.scenario.Relay;
import io.roomcast.testkit.scenario.RoomChoice;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.serve.RelayRoom;
import io.roomcast.testkit.socket.MachineLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Real connections with both ends in this JVM, each of which hears itself: what an echo costs the thread that has all clients. The report is kept in {@code target/runs}.
 */
class ManyConnectionsTest {

    /** Only what it costs is judged, so a machine that does other things too does not matter. */
    private static final LoadSettings PATIENT =
            LoadSettings.DEFAULTS.withMostLag(Duration.ofMinutes(1)).withDeliveryTimeout(Duration.ofMinutes(1));

    private static final int WANTED = 15_000;
    private static final double GOAL_MICROS_AN_ECHO = 10;

    @Test
    void anEchoOfFiveHundredCostsItsSenderLittle() {
        // Most of it is spent before the JVM has compiled anything.
        assertThat(microsAnEcho("echo-500", 500, 40)).isLessThan(40 * GOAL_MICROS_AN_ECHO);
    }

    /** As many as this machine lets a process have, which takes two open files for each. */
    @Test
    @Tag("large")
    void anEchoOfFifteenThousandCostsItsSenderTenMicroseconds() {
        int allowed = MachineLimits.here().mostConnections(true);
        int connections = Math.min(WANTED, allowed);
        if (connections < WANTED) {
            System.out.printf(
                    "echo: %d connections with both ends in this process instead of %d, which need ulimit -n %d%n",
                    connections, WANTED, 2 * WANTED + 200);
        }
        assertThat(connections).as("connections that ulimit -n allows").isGreaterThanOrEqualTo(1000);
        assertThat(microsAnEcho("echo-" + connections, connections, 20))
                .as("microseconds of processor time an echo")
                .isLessThan(5 * GOAL_MICROS_AN_ECHO);
    }

    /** Each says the next thing when it has heard the last: as fast as this machine can, and no faster. */
    private static double microsAnEcho(String name, int connections, int echoesEach) {
        double perSecond = 2000;
        Scenario scenario = Scenario.named("echo")
                .behaviour(Behaviour.of(
                        "speaker",
                        peer -> peer.connect()
                                .join("own", RoomChoice.of("echo/{}", Feeder.groupsOf(1, connections)))
                                .barrier("all", connections, Duration.ofMinutes(2))
                                .repeat(
                                        echoesEach,
                                        again -> again.broadcast("own", "echo", Payload.bytes(128))
                                                .expect("own", 1, Duration.ofMinutes(1)))
                                .leave("own")))
                .relay(Relay.EVERYBODY)
                .phase(
                        "all",
                        Arrivals.constant(perSecond, Duration.ofMillis((long) (1000 * connections / perSecond))),
                        Duration.ofMillis(100))
                .patience(Duration.ofMinutes(3))
                .build();
        Instant began = Instant.now();
        LoadResult run = new LoopbackDriver(
                        1,
                        PATIENT,
                        node -> node.room(
                                "echo/{number}",
                                new RelayRoom(Relay.EVERYBODY),
                                RoomOptions.builder().nonBlocking().build()))
                .measure(Order.of(scenario, 1), Progress.NONE);

        // The first quarter warms the JVM up.
        long all = run.result().count(Count.MESSAGES_RECEIVED);
        long before = 0;
        long echoes = 0;
        double cpu = 0;
        for (Second second : run.recording().seconds()) {
            if (before >= all / 4) {
                echoes += second.count(Count.MESSAGES_RECEIVED);
                cpu += second.gauge(Gauge.SENDER_CPU, 0);
            }
            before += second.count(Count.MESSAGES_RECEIVED);
        }
        double micros = cpu * 1e6 / echoes;
        KeptReport.keep(
                name,
                new RunReport(
                        run.result(),
                        began,
                        run.recording().seconds(),
                        List.of(new Objective.Outcome(
                                String.format(Locale.ROOT, "an echo costs its sender ≤ %.0f µs", GOAL_MICROS_AN_ECHO),
                                String.format(Locale.ROOT, "%.1f µs", micros),
                                micros <= GOAL_MICROS_AN_ECHO)),
                        run.complaints(),
                        List.of(),
                        List.of()));
        System.out.printf(
                Locale.ROOT,
                "%s: %,d connections, %,d echoes, %.1f µs of the sender's processor time each%n",
                name,
                run.result().count(Count.CONNECTS),
                echoes,
                micros);
        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().count(Count.BARRIERS_MISSED))
                .as("peers that were not connected while all the others were")
                .isZero();
        assertThat(all).isEqualTo((long) connections * echoesEach);
        return micros;
    }
}
