package io.roomcast.testkit.report;

import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.measure.Gauge;
import io.roomcast.testkit.measure.Second;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Sample;
import io.roomcast.testkit.scenario.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.HdrHistogram.Histogram;

/** Which plots there are. */
final class Plots {

    private static final double NANOS = 1e9;
    private static final int BARS = 30;

    private Plots() {}

    static List<Chart> overTime(RunReport report) {
        RunResult result = report.result();
        List<Sample> line = result.timeline();
        double[] x = line.stream().mapToDouble(Sample::second).toArray();
        List<Chart> charts = new ArrayList<>();
        charts.add(new Chart("Offered against achieved", "messages and requests a second")
                .area("planned", 5, x, values(line, Sample::planned))
                .line("sent", 0, x, values(line, Sample::sent)));
        charts.add(new Chart("Received", "messages and replies a second")
                .area("received", 2, x, values(line, Sample::received)));
        charts.add(new Chart("Peers", "connected and welcomed").area("peers", 0, x, values(line, Sample::peers)));
        if (takesTime(result)) {
            charts.add(latency(result, line, x));
        }
        if (!report.seconds().isEmpty()) {
            charts.add(percentiles(report.seconds(), x));
        }
        if (takesTime(result)) {
            charts.add(new Chart("Sender lag", "99 % of what the generator did was at most this late")
                    .y(Format::nanos, true)
                    .line("lag, 99 %", 3, x, known(line, Sample::lag)));
        }
        if (line.stream().anyMatch(sample -> sample.errors() > 0)) {
            charts.add(new Chart("Errors", "of each second").line("errors", 4, x, values(line, Sample::errors)));
        }
        charts.addAll(machine(report, x));
        charts.removeIf(Chart::isEmpty);
        charts.forEach(chart -> annotate(chart, result));
        return charts;
    }

    /** Whether anything took any time. In virtual time nothing does unless a fault delays it, and plots of nothing say nothing. */
    static boolean takesTime(RunResult result) {
        return Arrays.stream(Metric.values())
                .filter(Metric::isTime)
                .anyMatch(metric -> result.measurements().merged(metric).getMaxValue() > 0);
    }

    private static Chart latency(RunResult result, List<Sample> line, double[] x) {
        return new Chart(
                        "Latency from the plan",
                        result.measurements().merged(Metric.DELIVERY).getTotalCount() > 0
                                ? "deliveries of each second"
                                : "replies of each second")
                .y(Format::nanos, true)
                .line("median", 2, x, known(line, Sample::p50))
                .line("90 %", 0, x, known(line, Sample::p90))
                .line("99 %", 1, x, known(line, Sample::p99))
                .line("highest", 4, x, known(line, Sample::most));
    }

    private static Chart percentiles(List<Second> seconds, double[] x) {
        Chart chart = new Chart("99th percentiles from the plan", "of each second").y(Format::nanos, true);
        int color = 0;
        for (Metric metric : new Metric[] {Metric.CONNECT, Metric.JOIN, Metric.REQUEST, Metric.DELIVERY}) {
            chart.line(
                    Tables.title(metric),
                    color++,
                    x,
                    seconds.stream()
                            .mapToDouble(second -> second.times().containsKey(metric)
                                    ? Math.max(1, second.times(metric).percentile(99))
                                    : Double.NaN)
                            .toArray());
        }
        return chart;
    }

    private static List<Chart> machine(RunReport report, double[] x) {
        List<Sample> line = report.result().timeline();
        List<Second> seconds = report.seconds();
        List<Chart> charts = new ArrayList<>();
        Chart cpu = new Chart("Processor time", "1 is one processor fully used");
        Chart memory = new Chart("Memory", "").bytes();
        Chart gc = new Chart("Garbage collection", "ms of each second");
        if (seconds.isEmpty()) {
            cpu.line("share of all processors", 1, x, known(line, Sample::cpu));
            memory.line("heap in use", 2, x, known(line, Sample::heapBytes));
            gc.line("collecting", 3, x, known(line, Sample::gcMillis));
        } else {
            boolean together = report.result().mode().equals("loopback");
            String generator = together ? "generator and nodes" : "generator";
            cpu.line(generator, 1, x, gauge(seconds, Gauge.GENERATOR_CPU));
            cpu.dashed("the thread that sends", 1, x, gauge(seconds, Gauge.SENDER_CPU));
            cpu.line("server", 0, x, gauge(seconds, Gauge.SERVER_CPU));
            memory.line("heap, " + generator, 1, x, gauge(seconds, Gauge.GENERATOR_HEAP));
            memory.line("heap, server", 0, x, gauge(seconds, Gauge.SERVER_HEAP));
            memory.dashed("resident, server", 0, x, gauge(seconds, Gauge.SERVER_MEMORY));
            gc.line(generator, 1, x, gauge(seconds, Gauge.GENERATOR_GC));
            gc.line("server", 0, x, gauge(seconds, Gauge.SERVER_GC));
            charts.add(new Chart("Backlog", "replies and deliveries that are waited for")
                    .line("open", 3, x, gauge(seconds, Gauge.BACKLOG)));
        }
        charts.add(cpu);
        charts.add(new Chart("Load average", "of the machine, over a minute")
                .line("load", 5, x, known(line, Sample::load)));
        charts.add(memory);
        charts.add(gc);
        charts.add(new Chart("Waiting in the servers’ queues", "")
                .bytes()
                .line("bytes", 3, x, known(line, Sample::outboundBytes)));
        return charts;
    }

    private static void annotate(Chart chart, RunResult result) {
        for (Fault fault : result.faults()) {
            chart.band(
                    fault.at().toNanos() / NANOS,
                    fault.until().toNanos() / NANOS,
                    fault.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + fault.node());
        }
        if (result.phases().size() > 1) {
            double at = 0;
            for (Phase phase : result.phases()) {
                chart.mark(at, phase.name());
                at += phase.duration().toNanos() / NANOS;
            }
        }
    }

    static List<Chart> spread(RunReport report) {
        RunResult result = report.result();
        Chart spectrum = new Chart("Percentile spectrum", "from the plan; dashed from the actual send")
                .x("percentile", Plots::percentile, true)
                .y(Format::nanos, true);
        int color = 0;
        for (Metric metric : new Metric[] {Metric.CONNECT, Metric.JOIN, Metric.REQUEST, Metric.DELIVERY}) {
            if (!takesTime(result)) {
                break;
            }
            spectrum(spectrum, result, metric, color, false);
            if (metric == Metric.REQUEST) {
                spectrum(spectrum, result, Metric.REQUEST_SERVICE, color, true);
            } else if (metric == Metric.DELIVERY) {
                spectrum(spectrum, result, Metric.DELIVERY_SERVICE, color, true);
            }
            color++;
        }
        List<Chart> charts = new ArrayList<>(List.of(
                spectrum,
                bars(
                        "Payload sizes received",
                        "messages of each size",
                        chart -> chart.xBytes(""),
                        result.measurements().merged(Metric.PAYLOAD),
                        2),
                bars(
                        "Room sizes",
                        "messages sent into rooms of that many peers",
                        chart -> chart.xCounts(""),
                        result.measurements().merged(Metric.ROOM_SIZE),
                        3)));
        charts.removeIf(Chart::isEmpty);
        return charts;
    }

    /** Along 1/(1−p), so that the tail has the room it deserves (HdrHistogram's own plots do so). */
    private static void spectrum(Chart chart, RunResult result, Metric metric, int color, boolean dashed) {
        Histogram of = result.measurements().merged(metric);
        if (of.getTotalCount() == 0) {
            return;
        }
        List<double[]> points = new ArrayList<>();
        for (double x = 1; x <= of.getTotalCount() * 1.01; x *= 1.15) {
            points.add(new double[] {x, Math.max(1, of.getValueAtPercentile(100 - 100 / x))});
        }
        points.add(new double[] {Math.max(1, of.getTotalCount()), Math.max(1, of.getMaxValue())});
        double[] x = points.stream().mapToDouble(point -> point[0]).toArray();
        double[] y = points.stream().mapToDouble(point -> point[1]).toArray();
        if (dashed) {
            chart.dashed(Tables.title(metric), color, x, y);
        } else {
            chart.line(Tables.title(metric), color, x, y);
        }
    }

    private static String percentile(double x) {
        double percent = 100 - 100 / x;
        int digits = x < 100 ? 0 : (int) Math.floor(Math.log10(x) + 1e-9) - 2;
        return String.format(Locale.ROOT, "%." + Math.max(0, digits) + "f %%", percent);
    }

    private static Chart bars(String title, String note, UnaryOperator<Chart> axis, Histogram of, int color) {
        Chart chart = axis.apply(new Chart(title, note)).asBars();
        if (of.getTotalCount() == 0) {
            return chart;
        }
        long low = of.getMinValue();
        long high = of.getMaxValue();
        long width = Math.max(1, (high - low + BARS) / BARS);
        int count = (int) ((high - low) / width) + 1;
        double[] x = new double[count];
        double[] y = new double[count];
        for (int i = 0; i < count; i++) {
            x[i] = low + i * width + (width - 1) / 2.0;
            y[i] = of.getCountBetweenValues(low + i * width, low + (i + 1) * width - 1);
        }
        return chart.line("how many", color, x, y);
    }

    static Chart knee(List<KneeStep> steps) {
        List<KneeStep> sorted = sorted(steps);
        double[] x = sorted.stream().mapToDouble(KneeStep::offered).toArray();
        return new Chart("Achieved against offered", "a second")
                .xCounts("offered a second")
                .dashed("offered", 5, x, x)
                .line(
                        "achieved",
                        0,
                        x,
                        sorted.stream().mapToDouble(KneeStep::achieved).toArray());
    }

    static Chart kneeLatency(List<KneeStep> steps) {
        List<KneeStep> sorted = sorted(steps);
        return new Chart("Latency against offered", "99th percentile from the plan")
                .xCounts("offered a second")
                .y(Format::nanos, true)
                .line(
                        "99 %",
                        1,
                        sorted.stream().mapToDouble(KneeStep::offered).toArray(),
                        sorted.stream()
                                .mapToDouble(step -> step.p99() < 0 ? Double.NaN : Math.max(1, step.p99()))
                                .toArray());
    }

    private static List<KneeStep> sorted(List<KneeStep> steps) {
        return steps.stream()
                .sorted(java.util.Comparator.comparingDouble(KneeStep::offered))
                .toList();
    }

    private static double[] values(List<Sample> line, ToDoubleFunction<Sample> of) {
        return line.stream().mapToDouble(of).toArray();
    }

    /** Where a sample does not know there is a hole. */
    private static double[] known(List<Sample> line, ToDoubleFunction<Sample> of) {
        return line.stream()
                .mapToDouble(of)
                .map(value -> value < 0 ? Double.NaN : value)
                .toArray();
    }

    private static double[] gauge(List<Second> seconds, Gauge gauge) {
        return seconds.stream()
                .mapToDouble(second -> second.gauge(gauge, Double.NaN))
                .toArray();
    }
}
