package io.roomcast.load;

import io.roomcast.testkit.load.WarmUp;
import io.roomcast.testkit.measure.Distribution;
import io.roomcast.testkit.report.HotFrame;
import io.roomcast.testkit.report.Objective;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;

/** A run in a screenful of text. */
final class Summary {

    private static final int MOST_FINDINGS = 5;
    private static final int MOST_FRAMES = 5;

    private Summary() {}

    static void print(PrintWriter out, RunReport report) {
        RunResult result = report.result();
        times(out, result);
        Checked checked = result.checked();
        out.printf(
                Locale.ROOT,
                "%npeers %,d   sent %,d   asked %,d   received %,d   errors %.3f %%%n",
                result.count(Count.PEERS_STARTED),
                result.count(Count.MESSAGES_SENT),
                result.count(Count.REQUESTS),
                result.count(Count.MESSAGES_RECEIVED),
                Objective.errorShare(result) * 100);
        if (checked.broadcasts() > 0) {
            out.printf(
                    Locale.ROOT,
                    "followed %,d messages: %,d deliveries had to come, %,d are not as promised%n",
                    checked.broadcasts(),
                    checked.owed(),
                    checked.found());
        }
        String warmUp = result.environment().get(WarmUp.FACT);
        if (warmUp != null) {
            out.println("warm-up " + warmUp);
        }
        checked.findings().stream().limit(MOST_FINDINGS).forEach(finding -> out.println("  " + finding));
        if (!report.profile().isEmpty()) {
            out.println();
            out.println("most time went to");
            for (HotFrame frame : report.profile()
                    .subList(0, Math.min(MOST_FRAMES, report.profile().size()))) {
                out.printf(Locale.ROOT, "  %5.1f %%  %s%n", frame.share() * 100, frame.name());
            }
        }
        out.println();
        for (Objective.Outcome outcome : report.outcomes()) {
            out.printf("  %s %-24s %s%n", outcome.met() ? "kept  " : "MISSED", outcome.text(), outcome.observed());
        }
        out.println();
        out.println(
                switch (result.verdict()) {
                    case PASSED -> report.objectivesMet() ? "PASSED" : "OBJECTIVE MISSED";
                    case FAILED -> "FAILED";
                    case VOID -> "VOID: this run says nothing";
                });
        result.reasons().forEach(reason -> out.println("  " + reason));
        out.flush();
    }

    /** The times, if there are any: in virtual time nothing takes time by itself. */
    private static void times(PrintWriter out, RunResult result) {
        if (Arrays.stream(Metric.values())
                .filter(Metric::isTime)
                .allMatch(metric -> result.measurements().merged(metric).getMaxValue() == 0)) {
            return;
        }
        out.println();
        out.printf(
                Locale.ROOT,
                "%-18s %10s %10s %10s %10s %10s %10s%n",
                "ms from the plan",
                "samples",
                "average",
                "p50",
                "p99",
                "p99.9",
                "highest");
        for (Metric metric : Metric.values()) {
            Distribution of = Distribution.of(result.measurements().merged(metric));
            if (metric.isTime() && of.count() > 0) {
                out.printf(
                        Locale.ROOT,
                        "%-18s %,10d %10.2f %10.2f %10.2f %10.2f %10.2f%n",
                        metric.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        of.count(),
                        of.average() / 1e6,
                        of.percentile(50) / 1e6,
                        of.percentile(99) / 1e6,
                        of.percentile(99.9) / 1e6,
                        of.highest() / 1e6);
            }
        }
    }
}
