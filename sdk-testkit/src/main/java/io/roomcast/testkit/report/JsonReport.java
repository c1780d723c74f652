package io.roomcast.testkit.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.measure.Distribution;
import io.roomcast.testkit.measure.Second;
import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Finding;
import io.roomcast.testkit.result.Measurements;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Sample;
import io.roomcast.testkit.scenario.Phase;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A run as JSON: percentiles to read, and every histogram in HdrHistogram's compressed form, in base64, so that runs can be added up. {@link JsonRuns} reads it. Times are
 * in nanoseconds where nothing else is said.
 */
public final class JsonReport {

    /** The value of {@code format}. A reader refuses another number in front of the dot. */
    static final String FORMAT = "roomcast-run/1";

    private JsonReport() {}

    /** Writes a file. */
    public static void write(Path file, RunReport report) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file)) {
            write(writer, report);
        }
    }

    /** Writes it and leaves the writer open. */
    public static void write(Writer writer, RunReport report) throws IOException {
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(writer)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .useDefaultPrettyPrinter()) {
            RunResult result = report.result();
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeStringField("scenario", result.scenario());
            json.writeStringField("mode", result.mode());
            json.writeStringField("verdict", result.verdict().name());
            json.writeBooleanField("objectivesMet", report.objectivesMet());
            strings(json, "reasons", result.reasons());
            json.writeStringField("seed", Long.toString(result.seed()));
            json.writeStringField("signature", result.signatureText());
            json.writeStringField("replay", result.replay());
            json.writeNumberField("startedMillis", report.at().toEpochMilli());
            json.writeNumberField("lastedNanos", result.lasted().toNanos());
            json.writeNumberField("tookNanos", result.took().toNanos());
            json.writeNumberField("cpuNanos", result.cpu().toNanos());
            json.writeNumberField("nodes", result.nodes());
            json.writeObjectFieldStart("environment");
            for (var fact : result.environment().entrySet()) {
                json.writeStringField(fact.getKey(), fact.getValue());
            }
            json.writeEndObject();
            phases(json, result.phases());
            faults(json, result.faults());
            outcomes(json, report.outcomes());
            strings(json, "complaints", report.complaints());
            checked(json, result.checked());
            summary(json, result.measurements());
            measurements(json, result.measurements());
            timeline(json, result.timeline());
            seconds(json, report.seconds());
            knee(json, report.knee());
            profile(json, report.profile());
            json.writeEndObject();
        }
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static void phases(JsonGenerator json, List<Phase> phases) throws IOException {
        json.writeArrayFieldStart("phases");
        for (Phase phase : phases) {
            json.writeStartObject();
            json.writeStringField("name", phase.name());
            json.writeNumberField("nanos", phase.duration().toNanos());
            json.writeNumberField("expectedPeers", phase.arrivals().expectedPeers());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void faults(JsonGenerator json, List<Fault> faults) throws IOException {
        json.writeArrayFieldStart("faults");
        for (Fault fault : faults) {
            json.writeStartObject();
            json.writeStringField("kind", fault.kind().name());
            json.writeNumberField("atNanos", fault.at().toNanos());
            json.writeNumberField("lastsNanos", fault.lasts().toNanos());
            json.writeNumberField("node", fault.node());
            json.writeNumberField("other", fault.other());
            json.writeNumberField("amount", fault.amount());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void outcomes(JsonGenerator json, List<Objective.Outcome> outcomes) throws IOException {
        json.writeArrayFieldStart("objectives");
        for (Objective.Outcome outcome : outcomes) {
            json.writeStartObject();
            json.writeStringField("asked", outcome.text());
            json.writeStringField("seen", outcome.observed());
            json.writeBooleanField("met", outcome.met());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void checked(JsonGenerator json, Checked checked) throws IOException {
        json.writeObjectFieldStart("checked");
        json.writeNumberField("broadcasts", checked.broadcasts());
        json.writeNumberField("owed", checked.owed());
        json.writeNumberField("permitted", checked.permitted());
        json.writeNumberField("arrived", checked.arrived());
        json.writeNumberField("found", checked.found());
        json.writeArrayFieldStart("findings");
        for (Finding finding : checked.findings()) {
            json.writeStartObject();
            json.writeStringField("kind", finding.kind());
            json.writeNumberField("atNanos", finding.at());
            json.writeNumberField("peer", finding.peer());
            json.writeStringField("room", finding.room());
            json.writeStringField("text", finding.text());
            strings(json, "story", finding.story());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Over all nodes and phases, for people and scripts; readers of runs go by what follows it. */
    private static void summary(JsonGenerator json, Measurements measurements) throws IOException {
        json.writeObjectFieldStart("summary");
        for (Metric metric : Metric.values()) {
            Distribution of = Distribution.of(measurements.merged(metric));
            if (of.count() > 0) {
                json.writeObjectFieldStart(Objective.key(metric));
                json.writeNumberField("count", of.count());
                json.writeNumberField("average", of.average());
                json.writeNumberField("lowest", of.lowest());
                json.writeNumberField("lowOutliers", of.lowOutliers());
                json.writeNumberField("p50", of.percentile(50));
                json.writeNumberField("p90", of.percentile(90));
                json.writeNumberField("p99", of.percentile(99));
                json.writeNumberField("p99.9", of.percentile(99.9));
                json.writeNumberField("highOutliers", of.highOutliers());
                json.writeNumberField("highest", of.highest());
                json.writeEndObject();
            }
        }
        json.writeEndObject();
    }

    private static void measurements(JsonGenerator json, Measurements measurements) throws IOException {
        json.writeArrayFieldStart("counts");
        for (var count : measurements.counts().entrySet()) {
            json.writeStartObject();
            json.writeStringField("what", count.getKey().what().name());
            json.writeNumberField("node", count.getKey().node());
            json.writeNumberField("phase", count.getKey().phase());
            json.writeNumberField("value", count.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("histograms");
        for (var histogram : measurements.histograms().entrySet()) {
            json.writeStartObject();
            json.writeStringField("what", histogram.getKey().what().name());
            json.writeNumberField("node", histogram.getKey().node());
            json.writeNumberField("phase", histogram.getKey().phase());
            json.writeStringField(
                    "values", Distribution.of(histogram.getValue()).encoded());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void timeline(JsonGenerator json, List<Sample> timeline) throws IOException {
        json.writeArrayFieldStart("timeline");
        for (Sample sample : timeline) {
            json.writeStartObject();
            json.writeNumberField("second", sample.second());
            json.writeNumberField("phase", sample.phase());
            json.writeNumberField("peers", sample.peers());
            json.writeNumberField("planned", sample.planned());
            json.writeNumberField("sent", sample.sent());
            json.writeNumberField("received", sample.received());
            json.writeNumberField("errors", sample.errors());
            json.writeNumberField("p50", sample.p50());
            json.writeNumberField("p90", sample.p90());
            json.writeNumberField("p99", sample.p99());
            json.writeNumberField("most", sample.most());
            json.writeNumberField("lag", sample.lag());
            json.writeNumberField("cpu", sample.cpu());
            json.writeNumberField("load", sample.load());
            json.writeNumberField("heapBytes", sample.heapBytes());
            json.writeNumberField("gcMillis", sample.gcMillis());
            json.writeNumberField("outboundBytes", sample.outboundBytes());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void seconds(JsonGenerator json, List<Second> seconds) throws IOException {
        json.writeArrayFieldStart("seconds");
        for (Second second : seconds) {
            json.writeStartObject();
            json.writeNumberField("phase", second.phase());
            json.writeObjectFieldStart("counts");
            for (var count : second.counts().entrySet()) {
                json.writeNumberField(count.getKey().name(), count.getValue());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("gauges");
            for (var gauge : second.gauges().entrySet()) {
                json.writeNumberField(gauge.getKey().key(), gauge.getValue());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("times");
            for (var times : second.times().entrySet()) {
                json.writeStringField(times.getKey().name(), times.getValue().encoded());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void knee(JsonGenerator json, List<KneeStep> steps) throws IOException {
        json.writeArrayFieldStart("knee");
        for (KneeStep step : steps) {
            json.writeStartObject();
            json.writeNumberField("peers", step.peers());
            json.writeNumberField("offered", step.offered());
            json.writeNumberField("achieved", step.achieved());
            json.writeNumberField("p99", step.p99());
            json.writeBooleanField("held", step.held());
            json.writeStringField("why", step.why());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void profile(JsonGenerator json, List<HotFrame> frames) throws IOException {
        json.writeArrayFieldStart("profile");
        for (HotFrame frame : frames) {
            json.writeStartObject();
            json.writeStringField("frame", frame.name());
            json.writeNumberField("share", frame.share());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
