package io.roomcast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the client's own tests ({@code src/test/js}) with {@code node --test} and reports each of them. Where there is no Node
 * 20 or newer they are reported as not run, also in {@code target/not-run.txt}; with {@code ROOMCAST_REQUIRE_ALL=1} in the
 * environment that is a failure.
 */
class BrowserClientTest {

    private static final Path TESTS = Path.of("src/test/js");
    private static final Path NOT_RUN = Path.of("target/not-run.txt");
    private static final int OLDEST_NODE = 20;
    private static final int LONGEST_RUN_SECONDS = 300;
    private static final Pattern RESULT = Pattern.compile("\\s*(not ok|ok) \\d+ - (.*?)(?: # (?:SKIP|TODO|time=).*)?");

    @Test
    void theServedModulesAreOnTheClassPath() throws IOException {
        for (String file : List.of("client.js", "client.d.ts", "json.js", "policies.js", "policies.d.ts")) {
            try (InputStream in = getClass().getResourceAsStream("/META-INF/resources/roomcast/" + file)) {
                assertThat(in).as(file).isNotNull();
                assertThat(in.readAllBytes()).as(file).isNotEmpty();
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> theTestsOfTheClientItself() throws IOException, InterruptedException {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            return Stream.of(DynamicTest.dynamicTest("node --test", () -> notRun(obstacle.get())));
        }
        List<String> command = new ArrayList<>(List.of("node", "--test", "--test-reporter=tap"));
        try (Stream<Path> files = Files.list(TESTS)) {
            files.filter(file -> file.toString().endsWith(".test.js"))
                    .sorted()
                    .forEach(file -> command.add(file.toString()));
        }
        Output output = run(command);
        List<Result> results = parse(output.text());
        assertThat(results).as("results in:%n%s", output.text()).isNotEmpty();
        Stream<DynamicTest> whole = Stream.of(DynamicTest.dynamicTest(
                "node --test ends well",
                () -> assertThat(output.exitCode()).as(output.text()).isZero()));
        return Stream.concat(
                whole,
                results.stream()
                        .map(result -> DynamicTest.dynamicTest(result.name(), () -> {
                            if (!result.ok()) {
                                fail(result.details());
                            }
                        })));
    }

    private static Optional<String> obstacle() throws InterruptedException {
        try {
            String version = run(List.of("node", "--version")).text().strip();
            Matcher major = Pattern.compile("v(\\d+)\\..*").matcher(version);
            return major.matches() && Integer.parseInt(major.group(1)) >= OLDEST_NODE
                    ? Optional.empty()
                    : Optional.of("node is " + version + ", expected " + OLDEST_NODE + " or newer");
        } catch (IOException e) {
            return Optional.of("node cannot be run: " + e.getMessage());
        }
    }

    private static void notRun(String reason) throws IOException {
        String line = "sdk-js-client: node --test src/test/js: " + reason;
        if ("1".equals(System.getenv("ROOMCAST_REQUIRE_ALL"))) {
            fail(line);
        }
        Files.createDirectories(NOT_RUN.toAbsolutePath().getParent());
        Files.writeString(NOT_RUN, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        Assumptions.abort(line);
    }

    private static Output run(List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("node", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                fail(command + " took more than " + LONGEST_RUN_SECONDS + " s:\n" + Files.readString(log));
            }
            return new Output(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
        } finally {
            Files.delete(log);
        }
    }

    /** Reads TAP, in which what belongs to a result (its diagnostics, in YAML) follows it. */
    private static List<Result> parse(String tap) {
        List<Result> results = new ArrayList<>();
        for (String line : tap.lines().toList()) {
            Matcher result = RESULT.matcher(line);
            if (result.matches()) {
                results.add(new Result(result.group(1).equals("ok"), result.group(2), new StringBuilder(line)));
            } else if (!results.isEmpty()) {
                results.get(results.size() - 1).lines().append('\n').append(line);
            }
        }
        return results;
    }

    private record Output(int exitCode, String text) {}

    private record Result(boolean ok, String name, StringBuilder lines) {

        String details() {
            return lines.toString();
        }
    }
}
