package io.roomcast.testkit.report;

import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * A service level that a run must keep, such as {@code delivery.p99<200ms}, {@code errors<0.1%} or {@code achieved>98%}. Immutable.
 *
 * <p>Times are from the planned instant: {@code connect}, {@code join}, {@code request}, {@code delivery}; {@code request-service} and {@code delivery-service} are
 * from the actual send. Of each, {@code average}, {@code p50}, {@code p99.9} and the like, {@code max}. Phases whose names begin with {@code warm-up} are not judged.
 *
 * @param text as it was given
 */
public record Objective(String text) {

    private static final Pattern TIME =
            Pattern.compile("([a-z-]+)\\.(average|max|p[0-9]+(?:\\.[0-9]+)?)<([0-9]+(?:\\.[0-9]+)?)(us|ms|s)");
    private static final Pattern SHARE = Pattern.compile("(errors)<([0-9.]+)%|(achieved)>([0-9.]+)%");
    private static final double PERCENT = 100;
    private static final String WARM_UP = "warm-up";

    /**
     * What came of it.
     *
     * @param text what was asked
     * @param observed what was seen, for people
     * @param met whether it was kept; never without a sample
     */
    public record Outcome(String text, String observed, boolean met) {}

    /** Checks. */
    public Objective {
        text = text.replace(" ", "");
        Matcher time = TIME.matcher(text);
        Matcher share = SHARE.matcher(text);
        if (time.matches()) {
            metric(time.group(1));
            if (time.group(2).startsWith("p")
                    && Double.parseDouble(time.group(2).substring(1)) > PERCENT) {
                throw new IllegalArgumentException("the objective is " + text + ", expected p0 to p100");
            }
        } else if (!share.matches()) {
            throw new IllegalArgumentException("the objective is \"" + text
                    + "\", expected one like delivery.p99<200ms, request.average<5ms, errors<0.1% or achieved>98%");
        }
    }

    private static Metric metric(String name) {
        return Arrays.stream(Metric.values())
                .filter(Metric::isTime)
                .filter(metric -> key(metric).equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("the objective is about \"" + name + "\", expected one of "
                                + Arrays.stream(Metric.values())
                                        .filter(Metric::isTime)
                                        .map(Objective::key)
                                        .collect(Collectors.joining(", "))));
    }

    /** Returns a metric's name in objectives. */
    static String key(Metric metric) {
        return metric.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Says whether a run keeps it. */
    public Outcome judge(RunResult result) {
        Matcher time = TIME.matcher(text);
        if (time.matches()) {
            Histogram of = judged(result, metric(time.group(1)));
            if (of.getTotalCount() == 0) {
                return new Outcome(text, "no sample", false);
            }
            double limit = Double.parseDouble(time.group(3)) * unit(time.group(4));
            double value = statistic(of, time.group(2));
            return new Outcome(text, Format.nanos(value), value < limit);
        }
        Matcher share = SHARE.matcher(text);
        if (!share.matches()) {
            throw new IllegalStateException("an objective that was not checked: " + text);
        }
        if (share.group(1) != null) {
            double errors = errorShare(result);
            return new Outcome(text, Format.percent(errors), errors * PERCENT < Double.parseDouble(share.group(2)));
        }
        double achieved = achievedShare(result);
        return new Outcome(text, Format.percent(achieved), achieved * PERCENT > Double.parseDouble(share.group(4)));
    }

    private static double statistic(Histogram of, String name) {
        return switch (name) {
            case "average" -> of.getMean();
            case "max" -> of.getMaxValue();
            default -> of.getValueAtPercentile(Double.parseDouble(name.substring(1)));
        };
    }

    private static double unit(String name) {
        return switch (name) {
            case "us" -> 1e3;
            case "ms" -> 1e6;
            default -> 1e9;
        };
    }

    private static Histogram judged(RunResult result, Metric metric) {
        Histogram sum = new Histogram(3);
        sum.setAutoResize(true);
        for (int phase = 0; phase < result.phases().size(); phase++) {
            if (isJudged(result, phase)) {
                sum.add(result.measurements().merged(metric, phase));
            }
        }
        return sum;
    }

    private static boolean isJudged(RunResult result, int phase) {
        return !result.phases().get(phase).name().startsWith(WARM_UP);
    }

    private static long judged(RunResult result, List<Count> counts) {
        long sum = 0;
        for (int phase = 0; phase < result.phases().size(); phase++) {
            if (isJudged(result, phase)) {
                for (Count count : counts) {
                    sum += result.measurements().total(count, phase);
                }
            }
        }
        return sum;
    }

    /** Returns how many of the things that were tried ended in an error: connections, joins, messages, requests, deliveries that had to come. */
    public static double errorShare(RunResult result) {
        long errors = judged(
                        result,
                        List.of(
                                Count.CONNECTS_FAILED,
                                Count.CONNECTIONS_LOST,
                                Count.JOINS_REFUSED,
                                Count.REQUESTS_REFUSED,
                                Count.REQUESTS_TIMED_OUT,
                                Count.EXPECTATIONS_MISSED,
                                Count.ERRORS))
                + result.checked().found();
        long tried = judged(result, List.of(Count.CONNECTS, Count.JOINS, Count.MESSAGES_PLANNED))
                + result.checked().owed();
        return tried == 0 ? errors == 0 ? 0 : 1 : Math.min(1, errors / (double) tried);
    }

    /** Returns how much of what was planned came to its end: the lower of what was sent of the planned and of what arrived of the owed. */
    public static double achievedShare(RunResult result) {
        long planned = judged(result, List.of(Count.MESSAGES_PLANNED));
        long sent = judged(result, List.of(Count.MESSAGES_SENT, Count.REPLIES));
        long owed = result.checked().owed();
        double ofPlanned = planned == 0 ? 1 : Math.min(1, sent / (double) planned);
        double ofOwed = owed == 0 ? 1 : Math.max(0, owed - result.checked().found()) / (double) owed;
        return Math.min(ofPlanned, ofOwed);
    }
}
