package io.roomcast.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.load.preset.Preset;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes that may have few open files, as a shell makes them: a run that needs more is refused with what to change, and leaves no report. */
@EnabledOnOs(OS.LINUX)
class MachineTest {

    private static final int FEW = 400;
    private static final int MOST_SECONDS = 60;

    @TempDir
    private Path folder;

    private Process start(int openFiles, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "ulimit -n " + openFiles + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .start();
    }

    /** Runs a command to its end, which must be exit code 1 and no report, and returns what it said. */
    private String refused(int openFiles, String... words) throws Exception {
        Path out = folder.resolve("out");
        Process process = start(
                openFiles,
                Stream.concat(Stream.of(words), Stream.of("--out", out.toString()))
                        .toArray(String[]::new));
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isEqualTo(ExitCode.ERROR);
            assertThat(Files.exists(out)).as("whether there is a report").isFalse();
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void tooFewOpenFilesForTheClientsAreSaidBeforeTheRun() throws Exception {
        try (ServeCommand.Servers servers = new ServeCommand.Servers(Preset.ECHO, "127.0.0.1", 0, 1)) {
            assertThat(refused(FEW, "load", "echo", "--url", servers.urls().get(0), "--peers", "1000"))
                    .contains("1001 connections need 1201 open files", "may have " + FEW, "ulimit -n 1201");
        }
    }

    @Test
    void withBothEndsInOneProcessTwiceAsManyAreNeeded() throws Exception {
        assertThat(refused(FEW, "load", "echo", "--in-process", "1", "--peers", "300"))
                .contains("300 connections with both ends in this process need 800 open files", "ulimit -n 800");
    }

    @Test
    void tooFewOpenFilesOfTheServerAreSaidBeforeTheRun() throws Exception {
        Process server = start(FEW, "serve", "echo", "--port", "0");
        try {
            String url = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> line.contains("ws://"))
                    .map(line -> line.substring(line.indexOf("ws://")))
                    .findFirst()
                    .orElseThrow();
            assertThat(refused(4000, "load", "echo", "--url", url, "--peers", "1000"))
                    .contains("the server at " + url + ", process " + server.pid(), "1000 connections", "ulimit -n");
        } finally {
            server.destroyForcibly();
        }
    }
}
