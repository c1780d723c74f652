package io.roomcast.load;

import io.roomcast.testkit.measure.Distribution;
import io.roomcast.testkit.measure.Gauge;
import io.roomcast.testkit.measure.Second;
import io.roomcast.testkit.report.KneeStep;
import io.roomcast.testkit.report.Objective;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the most peers that hold: geometric growth until a step fails, bisection down to a tenth, and three confirmations. A step fails when its 99th
 * percentile from the plan is above the bound, less than 98 % of what was offered was achieved, more than 0.1 % went wrong, or what waits for an answer grows and grows.
 */
final class Knee {

    private static final double LEAST_ACHIEVED = 0.98;
    private static final double MOST_ERRORS = 0.001;
    private static final double CLOSE_ENOUGH = 1.1;
    private static final int CONFIRMATIONS = 3;
    private static final int MOST_STEPS = 60;
    private static final double BACK = 0.9;
    private static final int NOISE = 100;

    private final int from;
    private final int to;
    private final Duration slo;

    Knee(int from, int to, Duration slo) {
        if (from < 2 || to < from) {
            throw new IllegalArgumentException(
                    "from " + from + " to " + to + " peers, expected at least 2, and not fewer to than from");
        }
        this.from = from;
        this.to = to;
        this.slo = slo;
    }

    /** Runs a step. */
    interface Try {
        RunReport with(int peers) throws IOException;
    }

    /**
     * What was found.
     *
     * @param best the last step that held, or the only one if none did
     * @param found whether there is a number that holds
     * @param saturated whether the generator was the first to fail
     */
    record Search(List<KneeStep> steps, RunReport best, boolean found, boolean saturated, String conclusion) {}

    Search search(Try tries, Consumer<KneeStep> told) throws IOException {
        return new Course(tries, told).run();
    }

    private final class Course {

        private final Try tries;
        private final Consumer<KneeStep> told;
        private final List<KneeStep> steps = new ArrayList<>();
        private @Nullable RunReport best;
        private @Nullable RunReport last;
        private boolean saturated;

        Course(Try tries, Consumer<KneeStep> told) {
            this.tries = tries;
            this.told = told;
        }

        private boolean holds(int peers) throws IOException {
            RunReport report = tries.with(peers);
            KneeStep step = judge(peers, report);
            steps.add(step);
            told.accept(step);
            last = report;
            saturated |= report.result().verdict() == Verdict.VOID;
            if (step.held()) {
                best = report;
            }
            return step.held();
        }

        Search run() throws IOException {
            int held = 0;
            int failed = 0;
            for (int peers = from; failed == 0; peers = (int) Math.min(to, 2L * peers)) {
                if (holds(peers)) {
                    held = peers;
                    if (peers == to) {
                        break;
                    }
                } else {
                    failed = peers;
                }
            }
            boolean firstToFail = saturated;
            while (held > 0
                    && failed > held * CLOSE_ENOUGH
                    && failed - held > 1
                    && !firstToFail
                    && steps.size() < MOST_STEPS) {
                int between = held + (failed - held) / 2;
                if (holds(between)) {
                    held = between;
                } else {
                    failed = between;
                }
            }
            int confirmed = 0;
            while (held >= 2 && confirmed < CONFIRMATIONS && !firstToFail && steps.size() < MOST_STEPS) {
                if (holds(held)) {
                    confirmed++;
                } else {
                    failed = held;
                    held = (int) (held * BACK);
                    confirmed = 0;
                }
            }
            return conclude(held, failed, confirmed, firstToFail);
        }

        private Search conclude(int held, int failed, int confirmed, boolean firstToFail) {
            RunReport report = best == null ? last : best;
            if (report == null) {
                throw new IllegalStateException("no step was tried");
            }
            boolean found = confirmed == CONFIRMATIONS;
            String conclusion;
            if (firstToFail) {
                conclusion = String.format(
                        Locale.ROOT,
                        "the generator gave in at %,d peers%s: use more agents, or a machine of its own",
                        failed,
                        held > 0 ? String.format(Locale.ROOT, ", the server holds at least %,d", held) : "");
            } else if (found && failed == 0) {
                conclusion = String.format(
                        Locale.ROOT, "all %,d peers hold, three times over; the knee is above --to", held);
            } else if (found) {
                conclusion = String.format(Locale.ROOT, "%,d peers hold, three times over; %,d do not", held, failed);
            } else {
                conclusion = String.format(
                        Locale.ROOT, "no number of peers holds, not even %,d; begin with fewer with --from", failed);
            }
            return new Search(List.copyOf(steps), report, found, firstToFail, conclusion);
        }
    }

    /** Says whether a step held. */
    KneeStep judge(int peers, RunReport report) {
        RunResult result = report.result();
        double seconds = Math.max(1, result.lasted().toMillis() / 1e3);
        long planned = result.count(Count.MESSAGES_PLANNED);
        double offered = (planned > 0 ? planned : result.count(Count.MESSAGES_RECEIVED)) / seconds;
        double share = Objective.achievedShare(result);
        long p99 = p99(result);
        String why = "";
        if (result.verdict() == Verdict.VOID) {
            why = "void: " + String.join("; ", result.reasons());
        } else if (p99 < 0) {
            why = "nothing was measured";
        } else if (p99 > slo.toNanos()) {
            why = String.format(Locale.ROOT, "p99 is %.1f ms, above %d ms", p99 / 1e6, slo.toMillis());
        } else if (share < LEAST_ACHIEVED) {
            why = String.format(Locale.ROOT, "only %.1f %% of what was offered was achieved", share * 100);
        } else if (Objective.errorShare(result) > MOST_ERRORS) {
            why = String.format(Locale.ROOT, "%.2f %% went wrong", Objective.errorShare(result) * 100);
        } else if (rises(report)) {
            why = "what waits for an answer grew and grew";
        }
        return new KneeStep(peers, offered, offered * share, p99, why.isEmpty(), why);
    }

    private static long p99(RunResult result) {
        long worst = -1;
        for (Metric metric : new Metric[] {Metric.DELIVERY, Metric.REQUEST}) {
            Distribution of = Distribution.of(result.measurements().merged(metric));
            if (of.count() > 0) {
                worst = Math.max(worst, of.percentile(99));
            }
        }
        return worst;
    }

    /** Compares the first third of the time in which all peers are there with the last. */
    static boolean rises(RunReport report) {
        long most = report.seconds().stream()
                .mapToLong(second -> (long) second.gauge(Gauge.PEERS, 0))
                .max()
                .orElse(0);
        List<Second> full = report.seconds().stream()
                .filter(second -> second.gauge(Gauge.PEERS, 0) >= most * BACK)
                .toList();
        int third = full.size() / 3;
        if (third == 0) {
            return false;
        }
        return backlog(full.subList(full.size() - third, full.size())) > 2 * backlog(full.subList(0, third)) + NOISE;
    }

    private static double backlog(List<Second> seconds) {
        return seconds.stream()
                .mapToDouble(second -> second.gauge(Gauge.BACKLOG, 0))
                .average()
                .orElse(0);
    }
}
