package io.roomcast.testkit.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bugs put into the runtime on purpose: the standard scenarios must find each, and nothing in the runtime as it is. A mutation is a file in
 * {@code src/test/mutations}: what it does, a source of the runtime, a piece of it and what that becomes. Each is compiled by itself and runs in a JVM of its own, in which
 * it comes before the real class. Run by {@code mvn test -Pmutations}.
 */
@Tag("mutations")
class MutationsTest {

    private static final Path MUTATIONS = Path.of("src/test/mutations");
    private static final Path SOURCES = Path.of("../sdk-runtime/src/main/java");
    private static final String ROUNDS = "20";
    private static final int FOUND = 3;

    @TempDir
    Path classes;

    static Stream<Path> mutations() throws IOException {
        try (Stream<Path> files = Files.list(MUTATIONS)) {
            return files.sorted().toList().stream();
        }
    }

    @Test
    void thereAreAtLeastTwelve() throws IOException {
        assertThat(mutations()).hasSizeGreaterThanOrEqualTo(12);
    }

    @Test
    void nothingIsFoundInTheRuntimeAsItIs() throws Exception {
        Run run = run();
        assertThat(run.status()).as(run.output()).isZero();
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void aPlantedBugIsFound(Path mutation) throws Exception {
        compile(mutation);
        Run run = run();
        System.out.println(mutation.getFileName() + ": "
                + run.output()
                        .lines()
                        .filter(line -> line.startsWith("found"))
                        .findFirst()
                        .orElse(run.output()));
        assertThat(run.status())
                .as(Files.readString(mutation).lines().findFirst().orElse("") + "\n" + run.output())
                .isEqualTo(FOUND);
    }

    private void compile(Path mutation) throws IOException {
        String[] parts = Files.readString(mutation).split("=== ", 3);
        String file = parts[1].substring(0, parts[1].indexOf('\n'));
        String before = parts[1].substring(parts[1].indexOf('\n') + 1).stripTrailing();
        String after = parts[2].substring(parts[2].indexOf('\n') + 1).stripTrailing();
        String source = Files.readString(SOURCES.resolve(file));
        assertThat(source.split(Pattern.quote(before), -1))
                .as("the piece that " + mutation + " replaces is once in " + file
                        + "; write the mutation anew where the source has changed")
                .hasSize(2);
        Path mutated = classes.resolve("sources").resolve(file);
        Files.createDirectories(mutated.getParent());
        Files.writeString(mutated, source.replace(before, after));
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-nowarn",
                        "-cp",
                        classPath(),
                        "-d",
                        classes.toString(),
                        mutated.toString());
        assertThat(status).as("compiling " + mutated).isZero();
    }

    /** What a JVM said and how it ended. */
    private record Run(int status, String output) {}

    private Run run() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                classes + File.pathSeparator + classPath(),
                StandardRuns.class.getName(),
                ROUNDS,
                "1"));
        Path output = classes.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            // A mutant may run for ever; that, too, is to be seen.
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            return new Run(
                    ended ? process.exitValue() : FOUND, ended ? Files.readString(output) : "found to run for ever");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
