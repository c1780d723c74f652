package io.roomcast.testkit.report;

import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.fault.FaultKind;
import io.roomcast.testkit.measure.Gauge;
import io.roomcast.testkit.measure.Recorder;
import io.roomcast.testkit.measure.Recording;
import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Finding;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A run as drivers leave it, of ten seconds and two phases. */
final class Runs {

    private static final long MILLI = 1_000_000;

    private Runs() {}

    static RunReport report(Verdict verdict, long deliveryMillis, Objective... objectives) {
        Recorder recorder = new Recorder(1_000_000, 2, 2);
        for (int second = 0; second < 10; second++) {
            int phase = second / 5;
            for (int i = 0; i < 100; i++) {
                int node = 1 + i % 2;
                recorder.planned(second * 1000 * MILLI, node, phase);
                recorder.count(Count.MESSAGES_SENT, node, phase);
                recorder.count(Count.MESSAGES_RECEIVED, node, phase);
                recorder.record(Metric.CONNECT, node, phase, (5 + i) * MILLI);
                recorder.record(Metric.DELIVERY, node, phase, deliveryMillis * MILLI + i);
                recorder.record(Metric.DELIVERY_SERVICE, node, phase, deliveryMillis * MILLI / 2);
                recorder.record(Metric.LAG, node, phase, 10_000);
                recorder.record(Metric.PAYLOAD, node, phase, 30 + i);
                recorder.record(Metric.ROOM_SIZE, node, phase, 10);
            }
            recorder.gauge(Gauge.PEERS, 10L * second);
            recorder.gauge(Gauge.BACKLOG, 3);
            recorder.gauge(Gauge.GENERATOR_CPU, 0.4);
            recorder.gauge(Gauge.SERVER_CPU, 0.7);
            recorder.gauge(Gauge.GENERATOR_HEAP, 5e7);
            recorder.gauge(Gauge.LOAD_AVERAGE, 1.5);
            recorder.endSecond(phase);
        }
        Recording recording = recorder.recording();
        Finding finding =
                new Finding("missing", 3000 * MILLI, 4, "chat/<1>", "was to reach 9 & reached 8", List.of("joined"));
        boolean failed = verdict == Verdict.FAILED;
        RunResult result = new RunResult(
                "chat",
                "loopback",
                42,
                failed ? "again --seed 42" : "",
                verdict,
                verdict == Verdict.PASSED ? List.of() : List.of("something <was> wrong"),
                Duration.ofSeconds(10),
                Duration.ofSeconds(11),
                Duration.ofSeconds(2),
                2,
                List.of(
                        new Phase("growth", Arrivals.spike(10), Duration.ofSeconds(5)),
                        new Phase("steady", Arrivals.spike(1), Duration.ofSeconds(5))),
                List.of(Fault.of(FaultKind.DRAIN, Duration.ofSeconds(3), Duration.ofSeconds(2), 1)),
                recording.totals(),
                recording.timeline(),
                failed
                        ? new Checked(1000, 9000, 12, 8999, List.of(finding), 1)
                        : new Checked(1000, 9000, 12, 9012, List.of(), 0),
                0xfeed_beefL,
                Map.of("java", "17"));
        return new RunReport(
                result,
                Instant.ofEpochMilli(1_000_000),
                recording.seconds(),
                List.of(objectives).stream()
                        .map(objective -> objective.judge(result))
                        .toList(),
                List.of("a complaint"),
                List.of(
                        new KneeStep(100, 50, 50, 7 * MILLI, true, ""),
                        new KneeStep(200, 100, 80, 900 * MILLI, false, "p99 is above")),
                List.of(new HotFrame("io.roomcast.X.write", 0.25), new HotFrame("java.lang.Y.run", 0.1)));
    }
}
