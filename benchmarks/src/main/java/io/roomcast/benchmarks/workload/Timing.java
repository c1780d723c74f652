package io.roomcast.benchmarks.workload;

import java.time.Duration;

/**
 * How long a workload takes.
 *
 * @param firstWarmUp before the first measurement of a process
 * @param warmUp before each of the others
 * @param moreWarmUps how many times more, at most, if the server still compiles
 * @param time of each measurement
 */
public record Timing(Duration firstWarmUp, Duration warmUp, int moreWarmUps, Duration time) {}
