package io.roomcast.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the module's Node programs, whose dependencies it installs when they are missing or old. */
final class NodeProgram {

    private static final Path MODULE =
            Path.of(System.getProperty("basedir", ".")).toAbsolutePath();
    private static final int MINUTES = 3;

    private NodeProgram() {}

    /** Installs what {@code package-lock.json} names, unless that was done. */
    static void install() throws IOException, InterruptedException {
        Path installed = MODULE.resolve("node_modules/.package-lock.json");
        Path wanted = MODULE.resolve("package-lock.json");
        if (Files.exists(installed)
                && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(wanted)) >= 0) {
            return;
        }
        Result result = execute(List.of("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"));
        if (result.exitCode != 0) {
            throw new IOException("npm ci failed:\n" + result.output);
        }
    }

    /** Runs a program of {@code src/test/node} to its end. */
    static Result run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("node", MODULE.resolve("src/test/node").resolve(program).toString()));
        command.addAll(List.of(arguments));
        return execute(command);
    }

    private static Result execute(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(Files.createDirectories(MODULE.resolve("target")), "node", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(MODULE.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        return new Result(
                ended ? process.exitValue() : -1, ended ? text : text + "\n(cut after " + MINUTES + " minutes)");
    }

    record Result(int exitCode, String output) {}
}
