package io.roomcast.load;

import io.roomcast.testkit.report.KneeStep;
import io.roomcast.testkit.report.Objective;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Finds how many peers a server carries. */
@Command(
        name = "find-knee",
        description =
                "Finds how many peers a server carries: twice as many each time until something does not hold, then between,"
                        + " then three times to be sure.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class FindKneeCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private WhatOptions what;

    @Option(
            names = "--from",
            paramLabel = "NUMBER",
            defaultValue = "100",
            description = "With how many peers to begin. Default: ${DEFAULT-VALUE}.")
    private int from;

    @Option(
            names = "--to",
            paramLabel = "NUMBER",
            defaultValue = "100000",
            description = "How many to try at most. Default: ${DEFAULT-VALUE}.")
    private int to;

    @Option(
            names = "--slo-p99",
            paramLabel = "TIME",
            defaultValue = "250ms",
            description =
                    "How long a delivery or reply may take, at the 99th percentile, from the plan. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration slo;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RunnerOptions runners;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutOptions out;

    @Override
    public Integer call() throws IOException {
        if (what.preset().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    what.name()
                            + " has the number of peers that it has; find-knee needs a preset, whose number it can change");
        }
        Knee knee = Usage.of(spec, () -> new Knee(from, to, slo));
        Scenario first = Usage.of(spec, () -> what.scenario(from));
        if (runners.isVirtual()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--virtual has no meaning with find-knee: in virtual time nothing takes long, however many peers there are; run with --in-process or at a --url");
        }
        AtomicInteger peers = new AtomicInteger(from);
        Runner made = Usage.of(spec, () -> runners.runner(what, () -> what.shape(peers.get())));
        out.check();
        PrintWriter terminal = spec.commandLine().getOut();
        if (!what.warmUp().isZero()) {
            terminal.println("Before the first step: warm-up " + Durations.spoken(what.warmUp()) + ".");
        }
        terminal.println("Each step: "
                + runners.schedule(what, first, from, Duration.ZERO).text() + ".");
        ProgressLines progress = ProgressLines.to(terminal);
        Knee.Search search;
        try (Runner runner = made;
                Interrupt interrupt = Interrupt.stopping(runner)) {
            search = knee.search(
                    count -> {
                        terminal.printf(Locale.ROOT, "%,d peers%n", count);
                        terminal.flush();
                        peers.set(count);
                        RunReport report = runner.run(what.scenario(count), what.seed, progress);
                        progress.done();
                        return report;
                    },
                    step -> {
                        terminal.println("  " + (step.held() ? "held" : "did not hold: " + step.why()));
                        terminal.flush();
                    });
            interrupt.finished();
        }
        return conclude(terminal, search);
    }

    private int conclude(PrintWriter terminal, Knee.Search search) throws IOException {
        RunReport last = search.best();
        RunReport report = new RunReport(
                last.result(),
                last.at(),
                last.seconds(),
                List.of(new Objective.Outcome("a number of peers that holds", search.conclusion(), search.found())),
                last.complaints(),
                search.steps(),
                List.of());
        Summary.print(terminal, report);
        for (KneeStep step : search.steps()) {
            terminal.printf(
                    Locale.ROOT,
                    "  %,8d peers  %,10.0f/s offered  %,10.0f/s achieved  %s%n",
                    step.peers(),
                    step.offered(),
                    step.achieved(),
                    step.held() ? "held" : step.why());
        }
        terminal.println(search.conclusion());
        out.write(report, terminal);
        return search.saturated() ? ExitCode.SATURATED : search.found() ? ExitCode.PASSED : ExitCode.MISSED;
    }
}
