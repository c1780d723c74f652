package io.roomcast.testkit.report;

import io.roomcast.testkit.measure.Distribution;
import io.roomcast.testkit.measure.Gauge;
import io.roomcast.testkit.measure.Second;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Measurements;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Sample;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** The tables: averages with their low and high outliers, what the machine did, phases, nodes. */
final class Tables {

    private Tables() {}

    static String title(Metric metric) {
        return switch (metric) {
            case CONNECT -> "connect";
            case JOIN -> "join";
            case REQUEST -> "request and reply";
            case REQUEST_SERVICE -> "request, service";
            case DELIVERY -> "delivery";
            case DELIVERY_SERVICE -> "delivery, service";
            case LAG -> "sender lag";
            case PAYLOAD -> "payload received";
            case ROOM_SIZE -> "peers in a room";
            default -> metric.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        };
    }

    private static DoubleFunction<String> unit(Metric metric) {
        return metric.isTime() ? Format::nanos : metric == Metric.PAYLOAD ? Format::bytes : Format::number;
    }

    static void write(StringBuilder out, RunReport report) {
        RunResult result = report.result();
        out.append(
                "<h2>In numbers</h2>\n<div class=\"scroll\"><table><tr><th></th><th>samples</th><th>low outliers</th><th>average</th><th>median</th><th>90 %</th><th>99 %</th><th>99.9 %</th><th>high outliers</th></tr>\n");
        for (Metric metric : Metric.values()) {
            row(
                    out,
                    title(metric),
                    unit(metric),
                    Distribution.of(result.measurements().merged(metric)));
        }
        out.append(
                "</table></div>\n<p class=\"dim\">Outliers: how many there are, and the farthest. Where there is none, the lowest and highest values.</p>\n");
        machine(out, report);
        if (result.phases().size() > 1) {
            phases(out, result);
        }
        if (result.nodes() > 1) {
            nodes(out, result);
        }
    }

    private static void row(StringBuilder out, String title, DoubleFunction<String> unit, Distribution of) {
        if (of.count() == 0) {
            return;
        }
        out.append("<tr><td>").append(Html.text(title)).append("</td><td>").append(Format.number(of.count()));
        cell(out, outlier(of.lowOutliers(), unit.apply(of.lowest())));
        cell(out, Html.text(unit.apply(of.average())));
        for (double percent : new double[] {50, 90, 99, 99.9}) {
            cell(out, Html.text(unit.apply(of.percentile(percent))));
        }
        cell(out, outlier(of.highOutliers(), unit.apply(of.highest())));
        out.append("</td></tr>\n");
    }

    private static String outlier(long count, String farthest) {
        return count == 0
                ? "<small>none,</small> " + Html.text(farthest)
                : "<small>" + Format.number(count) + ", to</small> " + Html.text(farthest);
    }

    private static void cell(StringBuilder out, String content) {
        out.append("</td><td>").append(content);
    }

    private static void machine(StringBuilder out, RunReport report) {
        RunResult result = report.result();
        out.append(
                "<h2>What it took</h2>\n<div class=\"scroll\"><table><tr><th></th><th>lowest</th><th>average</th><th>highest</th><th>in all</th></tr>\n");
        List<Sample> line = result.timeline();
        over(
                out,
                "messages received a second",
                Format::number,
                line,
                Sample::received,
                Format.number(result.count(Count.MESSAGES_RECEIVED) + result.count(Count.REPLIES)));
        over(
                out,
                "payload received",
                Format::bytes,
                List.of(),
                Sample::received,
                Format.bytes(result.count(Count.BYTES_RECEIVED)));
        over(
                out,
                "payload sent",
                Format::bytes,
                List.of(),
                Sample::received,
                Format.bytes(result.count(Count.BYTES_SENT)));
        over(out, "load average", Format::number, line, Sample::load, "");
        List<Second> seconds = report.seconds();
        if (seconds.isEmpty()) {
            over(
                    out,
                    "share of all processors",
                    Format::percent,
                    line,
                    Sample::cpu,
                    Format.nanos(result.cpu().toNanos()) + " of processor time");
            over(out, "heap in use", Format::bytes, line, Sample::heapBytes, "");
            over(
                    out,
                    "collecting garbage, ms a second",
                    Format::number,
                    line,
                    Sample::gcMillis,
                    Format.number(line.stream()
                                    .mapToLong(sample -> Math.max(0, sample.gcMillis()))
                                    .sum()) + " ms");
        } else {
            String generator = result.mode().equals("loopback") ? "generator and nodes" : "generator";
            gauge(out, "processors, " + generator, Format::number, seconds, Gauge.GENERATOR_CPU, true);
            gauge(out, "processors, the thread that sends", Format::number, seconds, Gauge.SENDER_CPU, true);
            gauge(out, "processors, server", Format::number, seconds, Gauge.SERVER_CPU, true);
            gauge(out, "heap, " + generator, Format::bytes, seconds, Gauge.GENERATOR_HEAP, false);
            gauge(out, "heap, server", Format::bytes, seconds, Gauge.SERVER_HEAP, false);
            gauge(out, "resident memory, server", Format::bytes, seconds, Gauge.SERVER_MEMORY, false);
            gauge(
                    out,
                    "collecting garbage, ms a second, " + generator,
                    Format::number,
                    seconds,
                    Gauge.GENERATOR_GC,
                    false);
            gauge(out, "collecting garbage, ms a second, server", Format::number, seconds, Gauge.SERVER_GC, false);
        }
        over(out, "waiting in the servers’ queues", Format::bytes, line, Sample::outboundBytes, "");
        out.append("</table></div>\n");
    }

    private static void gauge(
            StringBuilder out,
            String title,
            DoubleFunction<String> unit,
            List<Second> seconds,
            Gauge gauge,
            boolean adds) {
        DoubleSummaryStatistics statistics = seconds.stream()
                .filter(second -> second.gauges().containsKey(gauge))
                .mapToDouble(second -> second.gauge(gauge, 0))
                .summaryStatistics();
        write(out, title, unit, statistics, adds ? Format.number(statistics.getSum()) + " s of processor time" : "");
    }

    private static void over(
            StringBuilder out,
            String title,
            DoubleFunction<String> unit,
            List<Sample> line,
            ToDoubleFunction<Sample> of,
            String all) {
        DoubleSummaryStatistics statistics =
                line.stream().mapToDouble(of).filter(value -> value >= 0).summaryStatistics();
        write(out, title, unit, statistics, all);
    }

    private static void write(
            StringBuilder out, String title, DoubleFunction<String> unit, DoubleSummaryStatistics of, String all) {
        if (of.getCount() == 0 && all.isEmpty() || of.getCount() == 0 && all.startsWith("0 s")) {
            return;
        }
        boolean any = of.getCount() > 0;
        out.append("<tr><td>").append(Html.text(title));
        cell(out, any ? unit.apply(of.getMin()) : "");
        cell(out, any ? unit.apply(of.getAverage()) : "");
        cell(out, any ? unit.apply(of.getMax()) : "");
        cell(out, Html.text(all));
        out.append("</td></tr>\n");
    }

    private static void phases(StringBuilder out, RunResult result) {
        out.append(
                "<h2>Phases</h2>\n<div class=\"scroll\"><table><tr><th></th><th>lasts</th><th>peers came</th><th>planned</th><th>sent</th><th>received</th><th>connect p99</th><th>reply p99</th><th>delivery p99</th></tr>\n");
        Measurements all = result.measurements();
        for (int phase = 0; phase < result.phases().size(); phase++) {
            out.append("<tr><td>").append(Html.text(result.phases().get(phase).name()));
            cell(out, Format.nanos(result.phases().get(phase).duration().toNanos()));
            cell(out, Format.number(all.total(Count.PEERS_STARTED, phase)));
            cell(out, Format.number(all.total(Count.MESSAGES_PLANNED, phase)));
            cell(out, Format.number(all.total(Count.MESSAGES_SENT, phase) + all.total(Count.REQUESTS, phase)));
            cell(out, Format.number(all.total(Count.MESSAGES_RECEIVED, phase) + all.total(Count.REPLIES, phase)));
            for (Metric metric : new Metric[] {Metric.CONNECT, Metric.REQUEST, Metric.DELIVERY}) {
                Distribution of = Distribution.of(all.merged(metric, phase));
                cell(out, of.count() == 0 ? "–" : Format.nanos(of.percentile(99)));
            }
            out.append("</td></tr>\n");
        }
        out.append("</table></div>\n");
    }

    private static void nodes(StringBuilder out, RunResult result) {
        out.append(
                "<h2>Nodes</h2>\n<div class=\"scroll\"><table><tr><th>node</th><th>connections begun</th><th>sent</th><th>received</th><th>lost connections</th></tr>\n");
        for (int node = 1; node <= result.nodes(); node++) {
            out.append("<tr><td>").append(node);
            for (Count count :
                    new Count[] {Count.CONNECTS, Count.MESSAGES_SENT, Count.MESSAGES_RECEIVED, Count.CONNECTIONS_LOST
                    }) {
                int number = node;
                cell(
                        out,
                        Format.number(result.measurements().counts().entrySet().stream()
                                .filter(entry -> entry.getKey().what() == count
                                        && entry.getKey().node() == number)
                                .mapToLong(java.util.Map.Entry::getValue)
                                .sum()));
            }
            out.append("</td></tr>\n");
        }
        out.append("</table></div>\n");
    }
}
