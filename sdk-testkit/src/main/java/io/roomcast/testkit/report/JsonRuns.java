package io.roomcast.testkit.report;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.fault.FaultKind;
import io.roomcast.testkit.measure.Distribution;
import io.roomcast.testkit.measure.Gauge;
import io.roomcast.testkit.measure.Second;
import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Finding;
import io.roomcast.testkit.result.Measurements;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Sample;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Phase;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what {@link JsonReport} wrote. Of a phase its name, its length and the number of its peers are kept, not how they came. */
public final class JsonRuns {

    private JsonRuns() {}

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it is something else; says what
     */
    public static RunReport read(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return read(reader);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    file + " is no report of a run: " + where(e) + e.getOriginalMessage(), e);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(file + " is no report of a run: it is not UTF-8", e);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(file + " is no report of a run: " + e.getMessage(), e);
        }
    }

    private static String where(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        return at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    }

    /** Reads one and leaves the reader open. */
    public static RunReport read(Reader reader) throws IOException {
        JsonTree json = JsonTree.read(reader);
        if (!json.text("format").equals(JsonReport.FORMAT)) {
            throw new IllegalArgumentException(
                    "its format is " + json.text("format") + ", expected " + JsonReport.FORMAT);
        }
        Map<String, String> environment = new TreeMap<>();
        JsonTree facts = json.object("environment");
        facts.names().forEach(name -> environment.put(name, facts.text(name)));
        RunResult result = new RunResult(
                json.text("scenario"),
                json.text("mode"),
                Long.parseLong(json.text("seed")),
                json.text("replay"),
                Verdict.valueOf(json.text("verdict")),
                json.texts("reasons"),
                nanos(json, "lastedNanos"),
                nanos(json, "tookNanos"),
                nanos(json, "cpuNanos"),
                json.integer("nodes"),
                json.objects("phases").stream().map(JsonRuns::phase).toList(),
                json.objects("faults").stream().map(JsonRuns::fault).toList(),
                measurements(json),
                json.objects("timeline").stream().map(JsonRuns::sample).toList(),
                checked(json.object("checked")),
                Long.parseUnsignedLong(json.text("signature"), 16),
                environment);
        return new RunReport(
                result,
                Instant.ofEpochMilli(json.number("startedMillis")),
                json.objects("seconds").stream().map(JsonRuns::second).toList(),
                json.objects("objectives").stream()
                        .map(each -> new Objective.Outcome(each.text("asked"), each.text("seen"), each.flag("met")))
                        .toList(),
                json.texts("complaints"),
                json.objects("knee").stream()
                        .map(each -> new KneeStep(
                                each.number("peers"),
                                each.real("offered"),
                                each.real("achieved"),
                                each.number("p99"),
                                each.flag("held"),
                                each.text("why")))
                        .toList(),
                json.objects("profile").stream()
                        .map(each -> new HotFrame(each.text("frame"), each.real("share")))
                        .toList());
    }

    private static Duration nanos(JsonTree json, String name) {
        return Duration.ofNanos(json.number(name));
    }

    private static Phase phase(JsonTree json) {
        return new Phase(
                json.text("name"),
                Arrivals.spike((int) Math.max(1, json.number("expectedPeers"))),
                nanos(json, "nanos"));
    }

    private static Fault fault(JsonTree json) {
        return new Fault(
                FaultKind.valueOf(json.text("kind")),
                nanos(json, "atNanos"),
                nanos(json, "lastsNanos"),
                json.integer("node"),
                json.integer("other"),
                json.integer("amount"));
    }

    private static Measurements measurements(JsonTree json) {
        Measurements all = new Measurements();
        for (JsonTree each : json.objects("counts")) {
            all.count(
                    Count.valueOf(each.text("what")),
                    each.integer("node"),
                    each.integer("phase"),
                    each.number("value"));
        }
        for (JsonTree each : json.objects("histograms")) {
            Distribution.decoded(each.text("values"))
                    .addTo(all.histogram(
                            Metric.valueOf(each.text("what")), each.integer("node"), each.integer("phase")));
        }
        return all;
    }

    private static Checked checked(JsonTree json) {
        List<Finding> findings = json.objects("findings").stream()
                .map(each -> new Finding(
                        each.text("kind"),
                        each.number("atNanos"),
                        each.integer("peer"),
                        each.text("room"),
                        each.text("text"),
                        each.texts("story")))
                .toList();
        return new Checked(
                json.number("broadcasts"),
                json.number("owed"),
                json.number("permitted"),
                json.number("arrived"),
                findings,
                json.number("found"));
    }

    private static Sample sample(JsonTree json) {
        return new Sample(
                json.integer("second"),
                json.integer("phase"),
                json.number("peers"),
                json.number("planned"),
                json.number("sent"),
                json.number("received"),
                json.number("errors"),
                json.number("p50"),
                json.number("p90"),
                json.number("p99"),
                json.number("most"),
                json.number("lag"),
                json.real("cpu"),
                json.real("load"),
                json.number("heapBytes"),
                json.number("gcMillis"),
                json.number("outboundBytes"));
    }

    private static Second second(JsonTree json) {
        Map<Count, Long> counts = new EnumMap<>(Count.class);
        JsonTree counted = json.object("counts");
        counted.names().forEach(name -> counts.put(Count.valueOf(name), counted.number(name)));
        Map<Gauge, Double> gauges = new EnumMap<>(Gauge.class);
        JsonTree values = json.object("gauges");
        values.names().forEach(name -> gauges.put(gauge(name), values.real(name)));
        Map<Metric, Distribution> times = new EnumMap<>(Metric.class);
        JsonTree recorded = json.object("times");
        recorded.names().forEach(name -> times.put(Metric.valueOf(name), Distribution.decoded(recorded.text(name))));
        return new Second(json.integer("phase"), counts, gauges, times);
    }

    private static Gauge gauge(String key) {
        return Arrays.stream(Gauge.values())
                .filter(gauge -> gauge.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no gauge \"" + key + "\""));
    }
}
