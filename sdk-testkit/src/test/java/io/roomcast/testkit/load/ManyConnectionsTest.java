package io.roomcast.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.RoomOptions;
import io.roomcast.testkit.drive.Order;
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
import io.roomcast.testkit.scenario.Think;
import io.roomcast.testkit.serve.RelayRoom;
import io.roomcast.testkit.socket.MachineLimits;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Real connections with both ends in this JVM, each of which hears itself: what an echo costs the thread that has all clients, beside what it costs on bare sockets. The report is kept in {@code target/runs}.
 */
class ManyConnectionsTest {

    /** Only what it costs is judged, so a machine that does other things too does not matter. */
    private static final LoadSettings PATIENT =
            LoadSettings.DEFAULTS.withMostLag(Duration.ofMinutes(1)).withDeliveryTimeout(Duration.ofMinutes(1));

    private static final int WANTED = 15_000;
    private static final double GOAL_MICROS_AN_ECHO = 10;
    private static final int PAYLOAD = 128;
    /** What a message of this size is on the socket, of its frame, its batch and its acknowledgement too. */
    private static final int ON_THE_SOCKET = PAYLOAD + 25;

    @Test
    void anEchoOfFiveHundredCostsItsSenderLittle() throws IOException {
        // Most of it is spent before the JVM has compiled anything.
        SenderCost cost = measure("echo-500", 500, Duration.ofSeconds(1), Duration.ofSeconds(3));
        assertThat(cost.microsAnEcho()).isLessThan(40 * GOAL_MICROS_AN_ECHO);
    }

    /** As many as this machine lets a process have, which takes two open files for each. */
    @Test
    @Tag("large")
    void anEchoOfFifteenThousandCostsItsSenderTenMicroseconds() throws IOException {
        int allowed = MachineLimits.here().mostConnections(true);
        int connections = Math.min(Integer.getInteger("roomcast.connections", WANTED), allowed);
        if (connections < WANTED) {
            System.out.printf(
                    "echo: %d connections with both ends in this process instead of %d, which need ulimit -n %d%n",
                    connections, WANTED, 2 * WANTED + 200);
        }
        assertThat(connections).as("connections that ulimit -n allows").isGreaterThanOrEqualTo(1000);
        SenderCost cost = measure("echo-" + connections, connections, Duration.ofSeconds(30), Duration.ofSeconds(30));
        assertThat(cost.microsAnEcho())
                .as("microseconds of processor time an echo")
                .isLessThan(3 * GOAL_MICROS_AN_ECHO);
    }

    /** Each says the next thing when it has heard the last: as fast as this machine can, and no faster. */
    private static SenderCost measure(String name, int connections, Duration warmUp, Duration measured)
            throws IOException {
        double perSecond = 2000;
        Scenario scenario = Scenario.named("echo")
                .behaviour(Behaviour.of(
                        "speaker",
                        peer -> peer.connect()
                                .join("own", RoomChoice.of("echo/{}", Feeder.groupsOf(1, connections)))
                                .barrier("all", connections, Duration.ofMinutes(2))
                                .repeatFor(
                                        Think.constant(warmUp.plus(measured)),
                                        again -> again.broadcast("own", "echo", Payload.bytes(PAYLOAD))
                                                .expect("own", 1, Duration.ofMinutes(1)))
                                .leave("own")))
                .relay(Relay.EVERYBODY)
                .phase(
                        "all",
                        Arrivals.constant(perSecond, Duration.ofMillis((long) (1000 * connections / perSecond))),
                        Duration.ofMillis(100))
                .patience(Duration.ofMinutes(5))
                .build();
        Instant began = Instant.now();
        SenderCost cost = new SenderCost(connections, warmUp, measured);
        LoadResult run = new LoopbackDriver(
                        1,
                        PATIENT,
                        node -> node.room(
                                "echo/{number}",
                                new RelayRoom(Relay.EVERYBODY),
                                RoomOptions.builder().nonBlocking().build()))
                .measure(Order.of(scenario, 1), cost);
        double bare = BareEchoes.microsAnEcho(connections, ON_THE_SOCKET, measured.dividedBy(4), measured.dividedBy(2));

        double micros = cost.microsAnEcho();
        KeptReport.keep(
                name,
                new RunReport(
                        run.result(),
                        began,
                        run.recording().seconds(),
                        List.of(new Objective.Outcome(
                                String.format(Locale.ROOT, "an echo costs its sender ≤ %.0f µs", GOAL_MICROS_AN_ECHO),
                                String.format(Locale.ROOT, "%.1f µs, of which bare sockets take %.1f µs", micros, bare),
                                micros <= GOAL_MICROS_AN_ECHO)),
                        run.complaints(),
                        List.of(),
                        List.of()));
        System.out.printf(
                Locale.ROOT,
                "%s: %,d connections, %,d echoes after %,d to warm up: %.1f µs of the client thread's processor time each (bare sockets: %.1f µs), %,d bytes of heap; all other threads %.1f µs%n",
                name,
                run.result().count(Count.CONNECTS),
                cost.echoes(),
                cost.echoesBefore(),
                micros,
                bare,
                cost.bytesAnEcho(),
                cost.microsOfOthers());
        assertThat(run.result().verdict()).as(run.result().summary()).isEqualTo(Verdict.PASSED);
        assertThat(run.result().count(Count.BARRIERS_MISSED))
                .as("peers that were not connected while all the others were")
                .isZero();
        assertThat(run.result().count(Count.MESSAGES_RECEIVED))
                .isEqualTo(run.result().count(Count.MESSAGES_SENT));
        return cost;
    }
}
