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
            defaultValue = "roomcast-load",
            description = "The folder for report.html, run.json and junit.xml. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

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
