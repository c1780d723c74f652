package io.roomcast.testkit.measure;

/**
 * The latencies of one measure, in microseconds. Immutable.
 *
 * @param fromPlan from the planned instant: what a user feels who wanted it then
 * @param service from the actual send: what the server alone had to do with; equal to {@code fromPlan} where nothing is sent
 * @param timeouts how many of the samples are waits that were given up
 */
public record Latency(Distribution fromPlan, Distribution service, long timeouts) {

    /** Returns the samples of both. */
    public Latency and(Latency other) {
        return new Latency(fromPlan.and(other.fromPlan), service.and(other.service), timeouts + other.timeouts);
    }
}
