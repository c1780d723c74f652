package io.roomcast.load;

import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.result.Metric;

/** With what a command ends. */
final class ExitCode {

    static final int PASSED = 0;
    static final int ERROR = 1;
    /** What was typed cannot be meant. */
    static final int USAGE = 2;

    /** An objective was missed, or something was not as promised. */
    static final int MISSED = 3;
    /** The generator was too slow: the run says nothing. */
    static final int SATURATED = 4;

    private ExitCode() {}

    /** Returns that of a run. A void run is never a pass. */
    static int of(RunReport report, long mostLagNanos) {
        return switch (report.result().verdict()) {
            case VOID -> late(report, mostLagNanos) ? SATURATED : ERROR;
            case FAILED -> MISSED;
            case PASSED -> report.objectivesMet() ? PASSED : MISSED;
        };
    }

    private static boolean late(RunReport report, long mostLagNanos) {
        var lag = report.result().measurements().merged(Metric.LAG);
        return lag.getTotalCount() > 0 && lag.getValueAtPercentile(99) > mostLagNanos;
    }
}
