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
            defaultValue = "200",
            description = "How many peers there are when all have come. Default: ${DEFAULT-VALUE}.")
    private int peers;

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
        List<Objective> objectives = what.objectives();
        Scenario scenario = what.scenario(peers);
        terminal.println(what.describe(scenario) + " " + runners.describe() + ".");
        terminal.flush();
        ProgressLines progress = ProgressLines.to(terminal);
        RunReport report;
        try (Runner runner = runners.runner(what, () -> what.shape(peers));
                Interrupt interrupt = Interrupt.stopping(runner);
                Profile recording = Profile.begin(profile, runners)) {
            report = runner.run(scenario, what.seed, progress);
            progress.done();
            report = judged(report, objectives, recording.frames());
            interrupt.finished();
        }
        Summary.print(terminal, report);
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
