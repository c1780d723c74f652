package io.roomcast.testkit.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.report.KeptReport;
import io.roomcast.testkit.report.Objective;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Sample;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Scenario;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A run of very many peers in virtual time: what it takes is measured, compared with its goals, and kept as a report. A goal of time that is missed is in the report and
 * fails nothing, since machines differ; what is twice as bad fails. Objects have the same size everywhere, so the goal of space must be reached
 * when most have come; later a tenth more is allowed for what those leave behind who went.
 *
 * @param name of its report
 * @param peers how many are there at a time when it is at its height
 * @param within how long it should take
 */
record LargeRun(String name, Scenario scenario, int nodes, int peers, Duration within) {

    private static final double GOAL_BYTES_A_PEER = 2048;
    private static final double GOAL_MICROS_AN_EVENT = 3;
    private static final double LEFT_BEHIND = 1.1;
    private static final int AS_BAD = 2;
    /** With fewer peers what a node and a JVM need anyway is most of it. */
    private static final int ENOUGH_PEERS_TO_JUDGE = 100_000;

    private static final long MOST_OUTBOUND_BYTES = 256L << 20;

    RunResult run() {
        Instant began = Instant.now();
        LiveHeap heap = new LiveHeap(peers);
        Progress progress = sample -> heap.look(sample.peers());
        RunResult result = VirtualDriver.nodes(nodes).build().run(Order.of(scenario, 1), progress);

        long events = result.count(Count.EVENTS);
        double microsAnEvent = result.cpu().toNanos() / 1e3 / events;
        List<Objective.Outcome> goals = List.of(
                goal("live heap a peer when most have come", "B", GOAL_BYTES_A_PEER, heap.first()),
                goal("live heap a peer at most", "B", GOAL_BYTES_A_PEER, heap.most()),
                goal("processor time an event", "µs", GOAL_MICROS_AN_EVENT, microsAnEvent),
                goal("time", "s", within.toSeconds(), result.took().toMillis() / 1e3));
        KeptReport.keep(name, new RunReport(result, began, List.of(), goals, List.of(), List.of(), List.of()));
        System.out.printf(
                Locale.ROOT,
                "%s: %,d peers, %,d at a time, %,d deliveries, %,d events, %d s of processor time; %s%n",
                name,
                result.count(Count.PEERS_STARTED),
                most(result),
                result.count(Count.MESSAGES_RECEIVED),
                events,
                result.cpu().toSeconds(),
                goals);

        assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.PASSED);
        assertThat(result.count(Count.PEERS_FINISHED)).isEqualTo(result.count(Count.PEERS_STARTED));
        assertThat(result.timeline()).extracting(Sample::outboundBytes).allMatch(bytes -> bytes < MOST_OUTBOUND_BYTES);
        assertThat(heap.first())
                .as("bytes of live heap a peer; 0 = there were never %s peers", peers)
                .isPositive();
        if (peers >= ENOUGH_PEERS_TO_JUDGE) {
            assertThat((double) heap.first())
                    .as("bytes of live heap a peer when most have come")
                    .isLessThanOrEqualTo(GOAL_BYTES_A_PEER);
            assertThat((double) heap.most())
                    .as("bytes of live heap a peer at most")
                    .isLessThanOrEqualTo(LEFT_BEHIND * GOAL_BYTES_A_PEER);
            assertThat(microsAnEvent)
                    .as("microseconds of processor time an event")
                    .isLessThan(AS_BAD * GOAL_MICROS_AN_EVENT);
        }
        return result;
    }

    static long most(RunResult result) {
        return result.timeline().stream().mapToLong(Sample::peers).max().orElse(0);
    }

    private static Objective.Outcome goal(String what, String unit, double most, double observed) {
        return new Objective.Outcome(
                String.format(Locale.ROOT, "%s ≤ %,.0f %s", what, most, unit),
                String.format(Locale.ROOT, "%,.1f %s", observed, unit),
                observed <= most);
    }
}
