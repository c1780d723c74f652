package io.roomcast.benchmarks.report;

/**
 * One measured value.
 *
 * @param workload for example {@code fanout-10}
 * @param metric with its unit, for example {@code cpu_us_per_delivery}
 */
public record Figure(String workload, String metric, double value) {

    private static final String OF_GENERATOR = "generator_";

    /** Returns whether a metric says something about the load generator and nothing about a server: there is nothing to compare. */
    static boolean ofGenerator(String metric) {
        return metric.startsWith(OF_GENERATOR);
    }
}
