package io.roomcast.testkit.report;

import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Sample;
import org.HdrHistogram.Histogram;

/** The few numbers that people look for first. */
final class Tiles {

    private Tiles() {}

    static void write(StringBuilder out, RunReport report) {
        RunResult result = report.result();
        double seconds = Math.max(1, result.lasted().toMillis() / 1e3);
        out.append("<div class=\"tiles\">\n");
        tile(
                out,
                Format.number(result.timeline().stream()
                        .mapToLong(Sample::peers)
                        .max()
                        .orElse(0)),
                "peers at most");
        tile(
                out,
                Format.number((result.count(Count.MESSAGES_SENT) + result.count(Count.REQUESTS)) / seconds) + " /s",
                "sent");
        tile(
                out,
                Format.number((result.count(Count.MESSAGES_RECEIVED) + result.count(Count.REPLIES)) / seconds) + " /s",
                "received");
        p99(out, result, Metric.DELIVERY, "delivery, p99");
        p99(out, result, Metric.REQUEST, "reply, p99");
        p99(out, result, Metric.CONNECT, "connect, p99");
        tile(out, Format.percent(Objective.errorShare(result)), "errors");
        p99(out, result, Metric.LAG, "sender lag, p99");
        out.append("</div>\n");
    }

    private static void p99(StringBuilder out, RunResult result, Metric metric, String title) {
        Histogram of = result.measurements().merged(metric);
        if (of.getTotalCount() > 0 && Plots.takesTime(result)) {
            tile(out, Format.nanos(of.getValueAtPercentile(99)), title);
        }
    }

    private static void tile(StringBuilder out, String value, String title) {
        out.append("<div class=\"tile\"><b>")
                .append(Html.text(value))
                .append("</b><span>")
                .append(Html.text(title))
                .append("</span></div>\n");
    }
}
