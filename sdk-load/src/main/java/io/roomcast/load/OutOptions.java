package io.roomcast.load;

import io.roomcast.testkit.report.HtmlReport;
import io.roomcast.testkit.report.JUnitReport;
import io.roomcast.testkit.report.JsonReport;
import io.roomcast.testkit.report.RunReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where reports go, as typed. */
final class OutOptions {

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FOLDER",
            defaultValue = "roomcast-load",
            description = "The folder for report.html, run.json and junit.xml. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    /**
     * Looks whether the folder can be made: better now than after a long run.
     *
     * @throws IllegalArgumentException if it cannot
     */
    void check() {
        Path there = folder.toAbsolutePath();
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            throw new IllegalArgumentException(
                    "--out is " + folder + ", and " + there + " is no folder that can be written to");
        }
    }

    void write(RunReport report, PrintWriter out) throws IOException {
        Files.createDirectories(folder);
        HtmlReport.write(folder.resolve("report.html"), report);
        JsonReport.write(folder.resolve("run.json"), report);
        JUnitReport.write(folder.resolve("junit.xml"), report);
        out.println();
        out.println("report: " + folder.resolve("report.html").toAbsolutePath().normalize());
        out.flush();
    }
}
