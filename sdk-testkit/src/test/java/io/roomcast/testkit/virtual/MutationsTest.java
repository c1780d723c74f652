package io.roomcast.testkit.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bugs put into the runtime on purpose: the standard scenarios must find each, and nothing in the runtime as it is. Each is compiled by itself and runs in a JVM of its own, in which
 * it comes before the real class. Run by {@code mvn test -Pmutations}; what found what is left in {@code target/runs/mutations.txt}.
 */
@Tag("mutations")
class MutationsTest {

    private static final int ROUNDS = 20;
    /** Ten scenarios with a seed each. */
    private static final int ROUNDS_WITHOUT_BUG = Integer.getInteger("roomcast.mutations.rounds", ROUNDS);

    private static final int FOUND = 3;
    private static final Path FOUND_BY = Path.of("target", "runs", "mutations.txt");

    @TempDir
    Path classes;

    @BeforeAll
    static void begin() throws IOException {
        Files.createDirectories(FOUND_BY.getParent());
        Files.writeString(FOUND_BY, "");
    }

    static List<Mutation> mutations() throws IOException {
        return Mutation.all();
    }

    @Test
    void nothingIsFoundInTheRuntimeAsItIs() throws Exception {
        Run run = run(ROUNDS_WITHOUT_BUG);
        tell("no bug", run.output());
        assertThat(run.status()).as(run.output()).isZero();
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void aPlantedBugIsFound(Mutation mutation) throws Exception {
        mutation.compile(classes, classPath());
        Run run = run(ROUNDS);
        tell(mutation.name(), run.output());
        assertThat(run.status()).as(mutation.bug() + "\n" + run.output()).isEqualTo(FOUND);
    }

    private static void tell(String what, String output) throws IOException {
        String line = what + ": "
                + output.lines()
                        .filter(said -> said.startsWith("found"))
                        .findFirst()
                        .orElse(output);
        System.out.println(line);
        Files.writeString(FOUND_BY, line + "\n", StandardOpenOption.APPEND);
    }

    /** What a JVM said and how it ended. */
    private record Run(int status, String output) {}

    private Run run(int rounds) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                classes + File.pathSeparator + classPath(),
                StandardRuns.class.getName(),
                Integer.toString(rounds),
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
