package io.roomcast.testkit.load;

import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.measure.Recording;
import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** Says what the parts of a run come to together. */
final class Judgement {

    private static final long MILLI = 1_000_000;
    private static final int MOST_REASONS = 30;

    private Judgement() {}

    /**
     * Joins parts and judges them.
     *
     * @param nodes how many nodes there are, 0 where that is not known
     * @param cpu what this process took of processors
     */
    static LoadResult of(
            Order order,
            String mode,
            int nodes,
            LoadSettings settings,
            List<LoadPart> parts,
            Duration took,
            Duration cpu) {
        Recording recording =
                parts.stream().map(LoadPart::recording).reduce(Recording::and).orElseThrow();
        Checked checked =
                parts.stream().map(LoadPart::checked).reduce(Judgement::both).orElseThrow();
        List<String> complaints = complaints(parts);
        List<String> reasons = new ArrayList<>(voids(recording, settings, parts, complaints));
        Verdict verdict = Verdict.VOID;
        if (reasons.isEmpty()) {
            reasons.addAll(failures(order, recording, checked));
            verdict = reasons.isEmpty() ? Verdict.PASSED : Verdict.FAILED;
        }
        if (verdict != Verdict.PASSED) {
            reasons.addAll(complaints.subList(0, Math.min(MOST_REASONS, complaints.size())));
        }
        RunResult result = new RunResult(
                order.scenario().name(),
                mode,
                order.seed(),
                "",
                verdict,
                reasons,
                Duration.ofSeconds(recording.seconds().size()),
                took,
                cpu,
                nodes,
                order.scenario().phases(),
                order.faults().faults(),
                recording.totals(),
                recording.timeline(),
                checked,
                0,
                environment(parts));
        return new LoadResult(result, recording, complaints);
    }

    private static List<String> voids(
            Recording recording, LoadSettings settings, List<LoadPart> parts, List<String> complaints) {
        List<String> reasons = new ArrayList<>();
        if (parts.stream().anyMatch(LoadPart::stopped)) {
            reasons.add("the run was stopped before its end");
        }
        if (parts.stream().anyMatch(LoadPart::hopeless)) {
            reasons.add("nobody came through" + (complaints.isEmpty() ? "" : ": " + complaints.get(0)));
        }
        Histogram lag = recording.totals().merged(Metric.LAG);
        long late = lag.getTotalCount() == 0 ? 0 : lag.getValueAtPercentile(99);
        if (late > settings.mostLag().toNanos()) {
            reasons.add("the generator was late: 1 % of what it did came " + millis(late)
                    + " or more after its time, at most "
                    + millis(settings.mostLag().toNanos())
                    + " is allowed; use fewer peers, more processes or machines, or a machine that does nothing else");
        }
        return reasons;
    }

    private static List<String> failures(Order order, Recording recording, Checked checked) {
        List<String> reasons = new ArrayList<>();
        if (checked.found() > 0) {
            reasons.add(checked.found() + " deliveries are not as promised, of " + checked.owed() + " that had to be");
        }
        long unfinished = recording.totals().total(Count.PEERS_UNFINISHED);
        if (unfinished > 0) {
            reasons.add(unfinished + " of " + recording.totals().total(Count.PEERS_STARTED)
                    + " peers did not come to their end");
        }
        long lost = recording.totals().total(Count.CONNECTIONS_LOST);
        if (lost > 0 && order.faults().isEmpty()) {
            reasons.add(lost + " connections were lost");
        }
        return reasons;
    }

    private static List<String> complaints(List<LoadPart> parts) {
        Map<String, Integer> all = new LinkedHashMap<>();
        parts.forEach(part -> part.complaints().forEach(line -> all.merge(line, 1, Integer::sum)));
        parts.forEach(part -> part.warmUp()
                .faults()
                .forEach(fault -> all.merge("in the warm-up, which is not judged: " + fault, 1, Integer::sum)));
        return List.copyOf(all.keySet());
    }

    private static Checked both(Checked one, Checked other) {
        List<io.roomcast.testkit.result.Finding> findings = new ArrayList<>(one.findings());
        findings.addAll(other.findings());
        return new Checked(
                one.broadcasts() + other.broadcasts(),
                one.owed() + other.owed(),
                one.permitted() + other.permitted(),
                one.arrived() + other.arrived(),
                findings.subList(0, Math.min(Checked.MOST_FINDINGS, findings.size())),
                one.found() + other.found());
    }

    private static Map<String, String> environment(List<LoadPart> parts) {
        Map<String, String> facts = new TreeMap<>();
        facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("heap", Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB");
        warmUp(parts).ifPresent(text -> facts.put(WarmUp.FACT, text));
        return facts;
    }

    /** All parts warm up for the same time, each with faults of its own. */
    private static Optional<String> warmUp(List<LoadPart> parts) {
        return parts.stream()
                .map(LoadPart::warmUp)
                .filter(each -> !each.lasted().isZero())
                .reduce((one, other) -> new WarmUp(
                        one.lasted(),
                        Stream.concat(one.faults().stream(), other.faults().stream())
                                .distinct()
                                .toList()))
                .map(WarmUp::text);
    }

    private static String millis(long nanos) {
        return String.format(java.util.Locale.ROOT, "%.1f ms", nanos / (double) MILLI);
    }
}
