package io.roomcast.benchmarks;

import io.roomcast.benchmarks.load.Preflight;
import io.roomcast.benchmarks.process.JvmLauncher;
import io.roomcast.benchmarks.process.Launcher;
import io.roomcast.benchmarks.process.NodeLauncher;
import io.roomcast.benchmarks.report.JsonReport;
import io.roomcast.benchmarks.report.Machine;
import io.roomcast.benchmarks.report.Results;
import io.roomcast.benchmarks.report.Target;
import io.roomcast.benchmarks.report.TextReport;
import io.roomcast.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The side-by-side harness. {@code docs/performance.md} says how to run it and how to read it. Exit codes: 0 every run gave
 * figures, 1 a run was void or failed, 2 the command line or the machine will not do.
 */
public final class Benchmarks {

    private Benchmarks() {}

    /**
     * Runs it and ends the process.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(Options.HELP);
            return;
        }
        try {
            Options options = Options.parse(arguments);
            List<Workload> workloads = options.workloads();
            Preflight.check(
                    workloads.stream().mapToInt(Workload::connections).max().orElse(0));
            for (Workload workload : workloads) {
                workload.check();
            }
            Map<Contender.Platform, Launcher> launchers = Map.of(
                    Contender.Platform.JVM, new JvmLauncher(options.jvmFlags()),
                    Contender.Platform.NODE, new NodeLauncher(options.nodeDirectory()));
            List<Contender> present = present(options, launchers);
            System.exit(run(options, present, launchers) ? 0 : 1);
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    /** Leaves out, by name, what cannot run here, unless it was asked for. */
    private static List<Contender> present(Options options, Map<Contender.Platform, Launcher> launchers) {
        List<Contender> present = new ArrayList<>();
        for (Contender contender : options.contenders()) {
            Optional<String> missing =
                    Optional.ofNullable(launchers.get(contender.platform())).flatMap(Launcher::missing);
            if (missing.isEmpty()) {
                present.add(contender);
            } else if (options.mustHaveAll()) {
                throw new IllegalStateException("server " + contender.label() + " cannot run: " + missing.get());
            } else {
                System.out.println("# LEFT OUT: " + contender.label() + ": " + missing.get());
            }
        }
        return present;
    }

    private static boolean run(Options options, List<Contender> contenders, Map<Contender.Platform, Launcher> launchers)
            throws IOException {
        Map<String, String> machine = Machine.describe(String.join(" ", options.jvmFlags()));
        Files.createDirectories(options.output());
        TextReport.machine(machine).forEach(System.out::println);
        for (Contender contender : contenders) {
            System.out.println("# " + contender.label() + ": " + contender.description() + "; takes part in "
                    + String.join(", ", contender.workloads()));
        }
        Results results = new Campaign(options, contenders, launchers, System.out).run();
        TextReport.results(results, Contender.SUBJECTS).forEach(System.out::println);
        if (options.targets()) {
            Target.all().forEach(target -> System.out.println(target.line(results)));
        }
        Path json = options.output().resolve("results.json");
        JsonReport.write(json, machine, results, Contender.SUBJECTS);
        System.out.println("# every round: " + json);
        return results.voids().isEmpty();
    }
}
