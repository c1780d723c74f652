package io.roomcast.testkit.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reports that outlive their test: {@code target/runs/NAME.html} and {@code .json}. CI keeps them. */
public final class KeptReport {

    private static final Path FOLDER = Path.of("target", "runs");

    private KeptReport() {}

    /** Writes both; a report of an earlier run of this name is replaced. */
    public static void keep(String name, RunReport report) {
        try {
            Files.createDirectories(FOLDER);
            HtmlReport.write(FOLDER.resolve(name + ".html"), report);
            JsonReport.write(FOLDER.resolve(name + ".json"), report);
        } catch (IOException e) {
            throw new UncheckedIOException("the report of " + name + " cannot be written to " + FOLDER, e);
        }
    }
}
