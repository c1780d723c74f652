package io.roomcast.benchmarks.report;

/**
 * One measured value.
 *
 * @param workload for example {@code fanout-10}
 * @param metric with its unit, for example {@code cpu_us_per_delivery}
 */
public record Figure(String workload, String metric, double value) {}
