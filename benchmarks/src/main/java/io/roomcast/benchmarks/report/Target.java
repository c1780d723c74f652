package io.roomcast.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A figure that Roomcast is meant to reach.
 *
 * @param metric of a workload
 * @param server whose figure it is
 * @param other whose figure of the same round it is divided by, if any
 */
public record Target(String workload, String metric, String server, Optional<String> other, Sense sense, double bound) {

    /** From this many rounds on a median says something. */
    private static final int LEAST_ROUNDS = 5;

    private static final String ROOMCAST = "roomcast";
    private static final String COALESCING = "roomcast-coalescing";
    private static final String CPU_PER_DELIVERY = "cpu_us_per_delivery";
    private static final String CPU_PER_SIGNAL = "cpu_us_per_signal";
    private static final String CPU_PER_CONNECT = "cpu_us_per_connect";

    /** On which side of the bound the figure should lie. */
    public enum Sense {
        AT_MOST("<="),
        AT_LEAST(">=");

        private final String sign;

        Sense(String sign) {
            this.sign = sign;
        }

        boolean holds(double value, double bound) {
            return this == AT_MOST ? value <= bound : value >= bound;
        }
    }

    /** Returns those that the project has set itself. */
    public static List<Target> all() {
        return List.of(
                ratio("fanout-1", CPU_PER_DELIVERY, ROOMCAST, "undertow", 0.80),
                ratio("fanout-1", CPU_PER_DELIVERY, ROOMCAST, "vertx", 0.75),
                ratio("fanout-1", CPU_PER_DELIVERY, ROOMCAST, "socketio", 0.55),
                value("fanout-1", "alloc_bytes_per_delivery", ROOMCAST, Sense.AT_MOST, 32),
                ratio("fanout-10", CPU_PER_DELIVERY, ROOMCAST, "undertow", 0.10),
                ratio("fanout-10", CPU_PER_DELIVERY, ROOMCAST, "vertx", 0.12),
                ratio("fanout-10", CPU_PER_DELIVERY, ROOMCAST, "socketio", 0.07),
                ratio("fanout-10", CPU_PER_DELIVERY, ROOMCAST, "netty", 0.80),
                ratio("fanout-50", CPU_PER_DELIVERY, ROOMCAST, "netty", 0.45),
                ratio("signalling", CPU_PER_SIGNAL, ROOMCAST, "undertow", 0.85),
                ratio("signalling", CPU_PER_SIGNAL, ROOMCAST, "socketio", 0.60),
                ratio("signalling", CPU_PER_SIGNAL, COALESCING, "undertow", 0.45),
                ratio("recorded", "cpu_us_per_session", COALESCING, "roomcast-json", 0.45),
                value("recorded", "candidate_bytes_to_naive_json", COALESCING, Sense.AT_MOST, 0.35),
                value("idle", "heap_bytes_per_connection", ROOMCAST, Sense.AT_MOST, 3072),
                ratio("connect-cold", CPU_PER_CONNECT, ROOMCAST, "undertow", 1.5),
                ratio("connect-warm", CPU_PER_CONNECT, ROOMCAST, "undertow", 1.5),
                value("connect-warm", "connects_per_s", ROOMCAST, Sense.AT_LEAST, 8000),
                ratio("echo", "p99_ms", ROOMCAST, "undertow", 1.0),
                ratio("echo", "cpu_us_per_reply", ROOMCAST, "undertow", 0.80),
                ratio("echo", "cpu_us_per_reply", ROOMCAST, "socketio", 0.40),
                value("stalled", "p99_some_to_none", ROOMCAST, Sense.AT_MOST, 1.25),
                value("stalled", "held_growth_bytes", ROOMCAST, Sense.AT_MOST, 16 << 20));
    }

    private static Target ratio(String workload, String metric, String server, String other, double bound) {
        return new Target(workload, metric, server, Optional.of(other), Sense.AT_MOST, bound);
    }

    private static Target value(String workload, String metric, String server, Sense sense, double bound) {
        return new Target(workload, metric, server, Optional.empty(), sense, bound);
    }

    /** Returns in a line whether it is reached. */
    public String line(Results results) {
        String name = String.format(
                Locale.ROOT,
                "target %s %s %s %s %s: ",
                workload,
                metric,
                other.map(divisor -> server + "/" + divisor).orElse(server),
                sense.sign,
                TextReport.number(bound));
        Optional<Samples> samples = other.isPresent()
                ? results.ratios(workload, metric, server, other.get())
                : results.samples(workload, metric, server);
        if (samples.isEmpty()) {
            return name + "not measured";
        }
        int rounds = samples.get().values().size();
        double median = samples.get().median();
        return name
                + TextReport.number(median)
                + (sense.holds(median, bound) ? " reached" : " NOT REACHED")
                + (rounds < LEAST_ROUNDS ? " (" + rounds + " of " + LEAST_ROUNDS + " rounds)" : "");
    }
}
