package io.roomcast.testkit.report;

import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Finding;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** One HTML file that needs nothing else: no network, no fonts, no scripts from elsewhere. */
public final class HtmlReport {

    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private HtmlReport() {}

    /** Writes a file. */
    public static void write(Path file, RunReport report) throws IOException {
        Files.writeString(file, html(report));
    }

    /** Returns the page. */
    public static String html(RunReport report) {
        RunResult result = report.result();
        String verdict = verdict(report);
        StringBuilder out = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
        out.append(Html.text(result.scenario())).append(": ").append(verdict).append("</title>\n<style>\n");
        out.append(resource("report.css")).append("</style>\n</head>\n<body>\n<main>\n<header><div><h1>");
        out.append(Html.text(result.scenario()))
                .append("<span class=\"verdict ")
                .append(verdict)
                .append("\">")
                .append(title(verdict))
                .append("</span></h1>\n<p class=\"sub\">")
                .append(Html.text(circumstances(report)))
                .append("</p></div><button id=\"theme\" type=\"button\">light / dark</button></header>\n");
        out.append("<p class=\"lead\">").append(Html.text(Story.of(result))).append("</p>\n");
        reasons(out, report);
        Tiles.write(out, report);
        objectives(out, report);
        knee(out, report);
        out.append("<h2>Over time</h2>\n<div class=\"plots\">\n");
        Plots.overTime(report).forEach(chart -> out.append(chart.html()));
        out.append("</div>\n<h2>How it is spread</h2>\n<div class=\"plots\">\n");
        Plots.spread(report).forEach(chart -> out.append(chart.html()));
        out.append("</div>\n");
        Tables.write(out, report);
        checked(out, result.checked());
        profile(out, report.profile());
        counts(out, result);
        footer(out, result);
        return out.append("</main>\n<script>\n")
                .append(resource("report.js"))
                .append("</script>\n</body>\n</html>\n")
                .toString();
    }

    /** Returns the verdict's word, also the name of its style: a void run stays void whatever its objectives say. */
    static String verdict(RunReport report) {
        Verdict verdict = report.result().verdict();
        return verdict == Verdict.PASSED && !report.objectivesMet() ? "MISSED" : verdict.name();
    }

    private static String title(String verdict) {
        return switch (verdict) {
            case "PASSED" -> "passed";
            case "FAILED" -> "failed";
            case "MISSED" -> "objective missed";
            default -> "void: this run says nothing";
        };
    }

    private static String circumstances(RunReport report) {
        RunResult result = report.result();
        return WHEN.format(report.at()) + " · " + result.mode()
                + (result.nodes() > 0 ? " · " + result.nodes() + (result.nodes() == 1 ? " node" : " nodes") : "")
                + " · seed " + result.seed() + " · " + seconds(result.lasted()) + " · "
                + String.join(
                        " · ",
                        result.environment().entrySet().stream()
                                .map(fact -> fact.getKey() + ": " + fact.getValue())
                                .toList());
    }

    private static String seconds(Duration time) {
        return Format.nanos(time.toNanos());
    }

    private static void reasons(StringBuilder out, RunReport report) {
        if (report.result().reasons().isEmpty()) {
            return;
        }
        out.append("<ul class=\"why ").append(report.result().verdict()).append("\">\n");
        report.result()
                .reasons()
                .forEach(reason -> out.append("<li>").append(Html.text(reason)).append("</li>\n"));
        out.append("</ul>\n");
        if (!report.result().replay().isEmpty()) {
            out.append("<p>Again:</p><pre>")
                    .append(Html.text(report.result().replay()))
                    .append("</pre>\n");
        }
    }

    private static void objectives(StringBuilder out, RunReport report) {
        if (report.outcomes().isEmpty()) {
            return;
        }
        out.append("<h2>Objectives</h2>\n<div class=\"scroll\"><table><tr><th>asked</th><th>seen</th><th></th></tr>\n");
        for (Objective.Outcome outcome : report.outcomes()) {
            out.append("<tr><td>")
                    .append(Html.text(outcome.text()))
                    .append("</td><td>")
                    .append(Html.text(outcome.observed()))
                    .append(outcome.met() ? "</td><td class=\"met\">✓ kept" : "</td><td class=\"missed\">✗ missed")
                    .append("</td></tr>\n");
        }
        out.append("</table></div>\n");
        if (report.result().verdict() == Verdict.VOID) {
            out.append("<p class=\"dim\">The run is void: what these say is not to be relied on.</p>\n");
        }
    }

    private static void knee(StringBuilder out, RunReport report) {
        List<KneeStep> steps = report.knee();
        if (steps.isEmpty()) {
            return;
        }
        out.append("<h2>The knee</h2>\n");
        if (steps.size() > 1) {
            out.append("<div class=\"plots\">\n")
                    .append(Plots.knee(steps).html())
                    .append(Plots.kneeLatency(steps).html())
                    .append("</div>\n");
        }
        out.append(
                "<div class=\"scroll\"><table><tr><th>peers</th><th>offered /s</th><th>achieved /s</th><th>p99 from the plan</th><th></th></tr>\n");
        for (KneeStep step : steps) {
            out.append("<tr><td>")
                    .append(Format.number(step.peers()))
                    .append("</td><td>")
                    .append(Format.number(step.offered()))
                    .append("</td><td>")
                    .append(Format.number(step.achieved()))
                    .append("</td><td>")
                    .append(Format.nanos(step.p99()))
                    .append(
                            step.held()
                                    ? "</td><td class=\"met\">✓ held"
                                    : "</td><td class=\"missed wide\">✗ " + Html.text(step.why()))
                    .append("</td></tr>\n");
        }
        out.append("</table></div>\n");
    }

    private static void checked(StringBuilder out, Checked checked) {
        if (checked.broadcasts() == 0) {
            return;
        }
        out.append("<h2>Was everything delivered?</h2>\n<p>")
                .append(Format.number(checked.broadcasts()))
                .append(" messages were followed. ")
                .append(Format.number(checked.owed()))
                .append(" deliveries had to come; ")
                .append(Format.number(checked.permitted()))
                .append(" more were allowed, because somebody joined, left or was cut off at that moment. ")
                .append(
                        checked.found() == 0
                                ? "All that had to come came, once."
                                : "<b class=\"missed\">" + Format.number(checked.found()) + " are not as promised.</b>")
                .append("</p>\n");
        if (!checked.findings().isEmpty()) {
            out.append(
                    "<div class=\"scroll\"><table><tr><th>what</th><th>at</th><th>peer</th><th>room</th><th>what was expected and seen</th></tr>\n");
            for (Finding finding : checked.findings()) {
                out.append("<tr><td>")
                        .append(Html.text(finding.kind()))
                        .append("</td><td>")
                        .append(Format.nanos(finding.at()))
                        .append("</td><td>")
                        .append(finding.peer() < 0 ? "–" : Integer.toString(finding.peer()))
                        .append("</td><td>")
                        .append(Html.text(finding.room()))
                        .append("</td><td class=\"wide\">")
                        .append(Html.text(finding.text()));
                if (!finding.story().isEmpty()) {
                    out.append("<details><summary>its story</summary><pre>")
                            .append(Html.text(String.join("\n", finding.story())))
                            .append("</pre></details>");
                }
                out.append("</td></tr>\n");
            }
            out.append("</table></div>\n");
        }
    }

    private static void profile(StringBuilder out, List<HotFrame> frames) {
        if (frames.isEmpty()) {
            return;
        }
        double most = frames.get(0).share();
        out.append(
                "<h2>Where the time went</h2>\n<p class=\"dim\">Top frames of the flight recording, as shares of all samples of running threads.</p>\n<div class=\"hot\">\n");
        for (HotFrame frame : frames) {
            out.append(String.format(
                    Locale.ROOT,
                    "<div><i style=\"width:%.1f%%\"></i>%s</div><span>%s</span>%n",
                    100 * frame.share() / most,
                    Html.text(frame.name()),
                    Format.percent(frame.share())));
        }
        out.append("</div>\n");
    }

    private static void counts(StringBuilder out, RunResult result) {
        out.append("<h2>Counts</h2>\n<details><summary>all that is not zero</summary><div class=\"scroll\"><table>\n");
        for (Count count : Count.values()) {
            long value = result.count(count);
            if (value != 0) {
                out.append("<tr><td>")
                        .append(count.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                        .append("</td><td>")
                        .append(String.format(Locale.ROOT, "%,d", value))
                        .append("</td></tr>\n");
            }
        }
        out.append("</table></div></details>\n");
    }

    private static void footer(StringBuilder out, RunResult result) {
        out.append("<footer><h2>How to read this</h2>\n"
                + "<p>Times count from the instant for which the scenario planned something, not from when the generator got round to it. So a server, or a generator, that stands still for a "
                + "moment is charged for everybody who had to wait. “Service” counts from the actual send. Sender lag is what lies between: the generator’s own lateness. When "
                + "it is too high the run is void, and says nothing about the server.</p>\n"
                + "<p>What never came is a sample too, as long as it was waited for. Percentiles come from all samples of all processes together. Outliers are values that lie more than three "
                + "times the distance of the quartiles beyond them.</p>\n");
        if (result.signature() != 0) {
            out.append("<p>Signature ")
                    .append(result.signatureText())
                    .append(": the same seed gives the same signature.</p>\n");
        }
        out.append("<p>Made by the Roomcast testkit.</p></footer>\n");
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + name + " cannot be read", e);
        }
    }
}
