package io.roomcast.benchmarks;

import io.roomcast.benchmarks.load.Preflight;
import io.roomcast.benchmarks.report.JsonReport;
import io.roomcast.benchmarks.report.Machine;
import io.roomcast.benchmarks.report.Results;
import io.roomcast.benchmarks.report.TextReport;
import io.roomcast.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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
        Options options;
        try {
            options = Options.parse(arguments);
            Preflight.check(options.workloads().stream()
                    .mapToInt(Workload::connections)
                    .max()
                    .orElse(0));
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(run(options) ? 0 : 1);
    }

    private static boolean run(Options options) throws IOException {
        Map<String, String> machine = Machine.describe(options.jvmFlags());
        Files.createDirectories(options.output());
        TextReport.machine(machine).forEach(System.out::println);
        options.contenders()
                .forEach(contender -> System.out.println("# " + contender.label() + ": " + contender.description()));
        Results results = new Campaign(options, System.out).run();
        String subject = Contender.ROOMCAST.label();
        TextReport.results(results, subject).forEach(System.out::println);
        Path json = options.output().resolve("results.json");
        JsonReport.write(json, machine, results, subject);
        System.out.println("# every round: " + json);
        return results.voids().isEmpty();
    }
}
