package io.roomcast.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Results in lines, for people and for {@code grep}: medians over the rounds, least and most in brackets; then the medians of
 * the rounds' ratios.
 */
public final class TextReport {

    private TextReport() {}

    /** Returns the lines that say where it was. */
    public static List<String> machine(Map<String, String> facts) {
        List<String> lines = new ArrayList<>();
        facts.forEach((name, value) -> lines.add("machine " + name + ": " + value));
        return lines;
    }

    /**
     * Returns the lines that say what came out.
     *
     * @param subjects the servers that are compared with the others, later ones also with earlier ones
     */
    public static List<String> results(Results results, List<String> subjects) {
        List<String> lines = new ArrayList<>();
        for (String workload : results.workloads()) {
            for (String server : results.servers(workload)) {
                lines.add("server " + server + " " + workload + figures(results, workload, server));
            }
        }
        for (String workload : results.workloads()) {
            for (String metric : results.metrics(workload)) {
                for (String subject : subjects) {
                    lines.addAll(ratios(results, workload, metric, subject, subjects));
                }
            }
        }
        results.voids().forEach(reason -> lines.add("void " + reason));
        return lines;
    }

    private static List<String> ratios(
            Results results, String workload, String metric, String subject, List<String> subjects) {
        List<String> lines = new ArrayList<>();
        for (String other : results.servers(workload)) {
            if (Results.compared(subjects, subject, other)) {
                results.ratios(workload, metric, subject, other)
                        .ifPresent(ratios -> lines.add("ratio " + workload + " " + metric + " " + subject + "/" + other
                                + " " + number(ratios.median())));
            }
        }
        return lines;
    }

    private static String figures(Results results, String workload, String server) {
        StringBuilder line = new StringBuilder();
        for (String metric : results.metrics(workload)) {
            results.samples(workload, metric, server)
                    .ifPresent(samples -> line.append(' ')
                            .append(metric)
                            .append('=')
                            .append(number(samples.median()))
                            .append(" [")
                            .append(number(samples.least()))
                            .append("..")
                            .append(number(samples.most()))
                            .append(']'));
        }
        return line.toString();
    }

    /** Three digits or all before the point, so that no figure looks more certain than it is. */
    static String number(double value) {
        double size = Math.abs(value);
        return String.format(
                Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    }
}
