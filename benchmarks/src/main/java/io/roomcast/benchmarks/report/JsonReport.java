package io.roomcast.benchmarks.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Results as JSON, every round of them, for programs that draw or compare. */
public final class JsonReport {

    private JsonReport() {}

    /**
     * Writes a file; the directory must exist.
     *
     * @param subjects the servers that are compared with the others, later ones also with earlier ones
     */
    public static void write(Path file, Map<String, String> machine, Results results, List<String> subjects)
            throws IOException {
        try (Writer writer = Files.newBufferedWriter(file);
                JsonGenerator json = new JsonFactory().createGenerator(writer).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeObjectFieldStart("machine");
            for (Map.Entry<String, String> fact : machine.entrySet()) {
                json.writeStringField(fact.getKey(), fact.getValue());
            }
            json.writeEndObject();
            json.writeArrayFieldStart("figures");
            for (String workload : results.workloads()) {
                for (String metric : results.metrics(workload)) {
                    for (String server : results.servers(workload)) {
                        writeSamples(
                                json, workload, metric, "server", server, results.samples(workload, metric, server));
                    }
                }
            }
            json.writeEndArray();
            json.writeArrayFieldStart("ratios");
            for (String workload : results.workloads()) {
                for (String metric : results.metrics(workload)) {
                    for (String subject : subjects) {
                        writeRatios(json, results, workload, metric, subject, subjects);
                    }
                }
            }
            json.writeEndArray();
            json.writeArrayFieldStart("void");
            for (String reason : results.voids()) {
                json.writeString(reason);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void writeRatios(
            JsonGenerator json, Results results, String workload, String metric, String subject, List<String> subjects)
            throws IOException {
        for (String other : results.servers(workload)) {
            if (Results.compared(subjects, subject, other)) {
                writeSamples(
                        json,
                        workload,
                        metric,
                        "of",
                        subject + "/" + other,
                        results.ratios(workload, metric, subject, other));
            }
        }
    }

    private static void writeSamples(
            JsonGenerator json, String workload, String metric, String role, String name, Optional<Samples> samples)
            throws IOException {
        if (samples.isEmpty()) {
            return;
        }
        json.writeStartObject();
        json.writeStringField("workload", workload);
        json.writeStringField("metric", metric);
        json.writeStringField(role, name);
        json.writeNumberField("median", samples.get().median());
        json.writeArrayFieldStart("rounds");
        for (double value : samples.get().values()) {
            json.writeNumber(value);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
