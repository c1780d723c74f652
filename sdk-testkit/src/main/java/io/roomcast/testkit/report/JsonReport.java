package io.roomcast.testkit.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.measure.Distribution;
import io.roomcast.testkit.measure.Second;
import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Key;
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
import java.util.Map;

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
            object(json, "environment", result.environment(), json::writeStringField);
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

    /** Writes what there is to say of one. */
    @FunctionalInterface
    private interface Fields<T> {
        void write(T each) throws IOException;
    }

    private static <T> void objects(JsonGenerator json, String name, Iterable<T> all, Fields<T> fields)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (T each : all) {
            json.writeStartObject();
            fields.write(each);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes one field. */
    @FunctionalInterface
    private interface Field<K, V> {
        void write(K key, V value) throws IOException;
    }

    private static <K, V> void object(JsonGenerator json, String name, Map<K, V> all, Field<K, V> field)
            throws IOException {
        json.writeObjectFieldStart(name);
        for (var each : all.entrySet()) {
            field.write(each.getKey(), each.getValue());
        }
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static void phases(JsonGenerator json, List<Phase> phases) throws IOException {
        objects(json, "phases", phases, phase -> {
            json.writeStringField("name", phase.name());
            json.writeNumberField("nanos", phase.duration().toNanos());
            json.writeNumberField("expectedPeers", phase.arrivals().expectedPeers());
        });
    }

    private static void faults(JsonGenerator json, List<Fault> faults) throws IOException {
        objects(json, "faults", faults, fault -> {
            json.writeStringField("kind", fault.kind().name());
            json.writeNumberField("atNanos", fault.at().toNanos());
            json.writeNumberField("lastsNanos", fault.lasts().toNanos());
            json.writeNumberField("node", fault.node());
            json.writeNumberField("other", fault.other());
            json.writeNumberField("amount", fault.amount());
        });
    }

    private static void outcomes(JsonGenerator json, List<Objective.Outcome> outcomes) throws IOException {
        objects(json, "objectives", outcomes, outcome -> {
            json.writeStringField("asked", outcome.text());
            json.writeStringField("seen", outcome.observed());
            json.writeBooleanField("met", outcome.met());
        });
    }

    private static void checked(JsonGenerator json, Checked checked) throws IOException {
        json.writeObjectFieldStart("checked");
        json.writeNumberField("broadcasts", checked.broadcasts());
        json.writeNumberField("owed", checked.owed());
        json.writeNumberField("permitted", checked.permitted());
        json.writeNumberField("arrived", checked.arrived());
        json.writeNumberField("found", checked.found());
        objects(json, "findings", checked.findings(), finding -> {
            json.writeStringField("kind", finding.kind());
            json.writeNumberField("atNanos", finding.at());
            json.writeNumberField("peer", finding.peer());
            json.writeStringField("room", finding.room());
            json.writeStringField("text", finding.text());
            strings(json, "story", finding.story());
        });
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
        objects(json, "counts", measurements.counts().entrySet(), count -> {
            key(json, count.getKey());
            json.writeNumberField("value", count.getValue());
        });
        objects(json, "histograms", measurements.histograms().entrySet(), histogram -> {
            key(json, histogram.getKey());
            json.writeStringField(
                    "values", Distribution.of(histogram.getValue()).encoded());
        });
    }

    private static void key(JsonGenerator json, Key<?> key) throws IOException {
        json.writeStringField("what", key.what().name());
        json.writeNumberField("node", key.node());
        json.writeNumberField("phase", key.phase());
    }

    private static void timeline(JsonGenerator json, List<Sample> timeline) throws IOException {
        objects(json, "timeline", timeline, sample -> {
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
        });
    }

    private static void seconds(JsonGenerator json, List<Second> seconds) throws IOException {
        objects(json, "seconds", seconds, second -> {
            json.writeNumberField("phase", second.phase());
            object(json, "counts", second.counts(), (what, count) -> json.writeNumberField(what.name(), count));
            object(json, "gauges", second.gauges(), (gauge, value) -> json.writeNumberField(gauge.key(), value));
            object(json, "times", second.times(), (what, times) -> json.writeStringField(what.name(), times.encoded()));
        });
    }

    private static void knee(JsonGenerator json, List<KneeStep> steps) throws IOException {
        objects(json, "knee", steps, step -> {
            json.writeNumberField("peers", step.peers());
            json.writeNumberField("offered", step.offered());
            json.writeNumberField("achieved", step.achieved());
            json.writeNumberField("p99", step.p99());
            json.writeBooleanField("held", step.held());
            json.writeStringField("why", step.why());
        });
    }

    private static void profile(JsonGenerator json, List<HotFrame> frames) throws IOException {
        objects(json, "profile", frames, frame -> {
            json.writeStringField("frame", frame.name());
            json.writeNumberField("share", frame.share());
        });
    }
}
