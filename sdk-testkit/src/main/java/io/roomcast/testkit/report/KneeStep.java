package io.roomcast.testkit.report;

/**
 * One try of {@code find-knee}.
 *
 * @param peers how many
 * @param offered messages and requests a second that were planned
 * @param achieved of them a second, those that were sent and came to their end
 * @param p99 nanoseconds from the plan; −1 without a sample
 * @param held whether all was as it should be
 * @param why it did not hold; empty if it did
 */
public record KneeStep(long peers, double offered, double achieved, long p99, boolean held, String why) {}
