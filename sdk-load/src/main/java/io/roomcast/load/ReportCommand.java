package io.roomcast.load;

import io.roomcast.testkit.load.LoadSettings;
import io.roomcast.testkit.report.JsonRuns;
import io.roomcast.testkit.report.RunReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the report of a run anew. */
@Command(
        name = "report",
        description = "Makes the report anew from a run.json, also one that a test left behind.",
        mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "run.json", description = "What load or find-knee has written.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutOptions out;

    @Override
    public Integer call() throws IOException {
        RunReport report = JsonRuns.read(file);
        Summary.print(spec.commandLine().getOut(), report);
        out.write(report, spec.commandLine().getOut());
        return ExitCode.of(report, LoadSettings.DEFAULTS.mostLag().toNanos());
    }
}
