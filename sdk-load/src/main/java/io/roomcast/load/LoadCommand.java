package io.roomcast.load;

import io.roomcast.testkit.report.HotFrame;
import io.roomcast.testkit.report.Objective;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a scenario once and reports. */
@Command(
        name = "load",
        description = "Puts a server under load and reports.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LoadCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private WhatOptions what;

    @Option(
            names = {"-n", "--peers"},
            paramLabel = "NUMBER",
            defaultValue = "200",
            description = "How many peers there are when all have come. Default: ${DEFAULT-VALUE}.")
    private int peers;

    @Option(
            names = "--slo",
            paramLabel = "OBJECTIVE",
            description = "What the run must keep, such as delivery.p99<200ms, request.average<5ms, errors<0.1%% or"
                    + " achieved>98%%; may be given several times. Default: the preset's own.")
    private List<String> objectives = List.of();

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RunnerOptions runners;

    @Option(
            names = "--profile",
            paramLabel = "TIME",
            description =
                    "Makes a flight recording of the server, where it is on this machine, for so long, and shows its top frames.")
    private @Nullable Duration profile;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutOptions out;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter terminal = spec.commandLine().getOut();
        List<Objective> asked = Usage.of(spec, () -> what.objectives(objectives));
        Scenario scenario = Usage.of(spec, () -> what.scenario(peers));
        Duration recorded = profile;
        if (recorded != null && recorded.toSeconds() < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--profile is " + Durations.text(recorded) + ", expected at least 1s");
        }
        Runner made = Usage.of(spec, () -> runners.runner(what, () -> what.shape(peers)));
        out.check();
        terminal.println(what.describe(scenario) + " " + runners.describe() + ".");
        terminal.println(runners.schedule(what, scenario, peers, what.warmUp()).text() + ".");
        terminal.flush();
        ProgressLines progress = ProgressLines.to(terminal);
        RunReport report;
        String advice;
        try (Runner runner = made;
                Interrupt interrupt = Interrupt.stopping(runner);
                Profile recording = Profile.begin(profile, runners)) {
            report = runner.run(scenario, what.seed, progress);
            progress.done();
            report = judged(report, asked, recording.frames());
            advice = recording.advice();
            interrupt.finished();
        }
        Summary.print(terminal, report);
        if (!advice.isEmpty()) {
            terminal.println("  " + advice);
        }
        adviseOnRooms(terminal, report);
        out.write(report, terminal);
        return ExitCode.of(report, runners.where().settings().mostLag().toNanos());
    }

    /** A server without the rooms of the preset is most likely that of another one. */
    private void adviseOnRooms(PrintWriter terminal, RunReport report) {
        long refused = report.result().count(Count.JOINS_REFUSED);
        if (refused > 0 && report.result().count(Count.JOINS) == 0) {
            what.preset().ifPresent(preset -> {
                terminal.println(
                        "  nobody got into a room; the server of this preset is started with: serve " + preset.key());
                terminal.flush();
            });
        }
    }

    static RunReport judged(RunReport report, List<Objective> objectives, List<HotFrame> frames) {
        return new RunReport(
                report.result(),
                report.at(),
                report.seconds(),
                objectives.stream()
                        .map(objective -> objective.judge(report.result()))
                        .toList(),
                report.complaints(),
                report.knee(),
                frames);
    }
}
