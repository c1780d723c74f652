package io.roomcast.testkit.report;

import io.roomcast.testkit.measure.Second;
import io.roomcast.testkit.result.RunResult;
import java.time.Instant;
import java.util.List;

/**
 * All that a report tells. Immutable but for the measurements, which nobody changes any more.
 *
 * @param result of the run; of {@code find-knee}, that of the last step that held
 * @param at when it began
 * @param seconds second by second with all that was recorded; empty where a driver has only the result's timeline
 * @param outcomes what was asked of it
 * @param complaints what went wrong, in words
 * @param knee the steps of {@code find-knee}, else empty
 * @param profile the frames that took most of the time, else empty
 */
public record RunReport(
        RunResult result,
        Instant at,
        List<Second> seconds,
        List<Objective.Outcome> outcomes,
        List<String> complaints,
        List<KneeStep> knee,
        List<HotFrame> profile) {

    /** Copies the lists. */
    public RunReport {
        seconds = List.copyOf(seconds);
        outcomes = List.copyOf(outcomes);
        complaints = List.copyOf(complaints);
        knee = List.copyOf(knee);
        profile = List.copyOf(profile);
    }

    /** A report of a result alone. */
    public static RunReport of(RunResult result, Instant at) {
        return new RunReport(result, at, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /** Returns whether nothing that was asked of it was missed. */
    public boolean objectivesMet() {
        return outcomes.stream().allMatch(Objective.Outcome::met);
    }
}
