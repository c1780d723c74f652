package io.roomcast.testkit.result;

import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.scenario.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a run. Immutable but for the measurements, which nobody changes any more.
 *
 * @param scenario the scenario's name
 * @param mode {@code virtual}, {@code loopback} or {@code remote}
 * @param seed what decided whatever was chance
 * @param replay the command or line of code that runs it again; empty where it cannot be run again alike
 * @param verdict what it says
 * @param reasons why it is not {@link Verdict#PASSED}, in words, with what to change where that is known
 * @param lasted how long it took on the run's own clock: virtual time where time is virtual
 * @param took how long somebody waited for it
 * @param cpu what the process took of processors meanwhile
 * @param nodes how many nodes, 0 where that is not known
 * @param phases the scenario's
 * @param faults what went wrong on purpose
 * @param measurements counts and histograms
 * @param timeline second by second
 * @param checked what was checked besides times
 * @param signature of everything that happened; two runs of one seed in virtual time have the same. 0 where there is none
 * @param environment what it ran on, for people: JVM, processors, system
 */
public record RunResult(
        String scenario,
        String mode,
        long seed,
        String replay,
        Verdict verdict,
        List<String> reasons,
        Duration lasted,
        Duration took,
        Duration cpu,
        int nodes,
        List<Phase> phases,
        List<Fault> faults,
        Measurements measurements,
        List<Sample> timeline,
        Checked checked,
        long signature,
        Map<String, String> environment) {

    public RunResult {
        reasons = List.copyOf(reasons);
        phases = List.copyOf(phases);
        faults = List.copyOf(faults);
        timeline = List.copyOf(timeline);
        environment = new TreeMap<>(environment);
    }

    /** Returns a count over all nodes and phases. */
    public long count(Count what) {
        return measurements.total(what);
    }

    /** Returns the signature as people compare it. */
    public String signatureText() {
        return String.format("%016x", signature);
    }

    /** Returns the verdict, why, the findings, and how to run it again. */
    public String summary() {
        StringBuilder text = new StringBuilder(scenario)
                .append(' ')
                .append(verdict)
                .append(", seed ")
                .append(seed)
                .append(", signature ")
                .append(signatureText());
        reasons.forEach(reason -> text.append("\n  ").append(reason));
        for (Finding finding : checked.findings()) {
            text.append("\n  ").append(finding);
            finding.story().forEach(line -> text.append("\n      ").append(line));
        }
        if (verdict != Verdict.PASSED && !replay.isEmpty()) {
            text.append("\n  again: ").append(replay);
        }
        return text.toString();
    }
}
