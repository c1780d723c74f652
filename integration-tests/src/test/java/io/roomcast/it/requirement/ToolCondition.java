package io.roomcast.it.requirement;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Disables a test where a tool is missing, and leaves a note of it. */
abstract class ToolCondition implements ExecutionCondition {

    private static final Path NOT_RUN = Path.of(System.getProperty("basedir", "."), "target", "not-run.txt");

    /** Returns what a person has to install. */
    abstract String toInstall();

    abstract boolean isThere() throws IOException, InterruptedException;

    @Override
    public final ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        try {
            if (isThere()) {
                return ConditionEvaluationResult.enabled(toInstall() + " is there");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for " + toInstall(), e);
        }
        String reason = context.getUniqueId() + " was not run: install " + toInstall();
        if (isAllRequired()) {
            throw new ExtensionConfigurationException(reason);
        }
        note(reason);
        return ConditionEvaluationResult.disabled(reason);
    }

    /** Returns the first of the programs that is on the PATH. */
    static Optional<Path> onPath(String... programs) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(programs)
                .flatMap(program ->
                        Arrays.stream(path.split(File.pathSeparator)).map(folder -> Path.of(folder, program)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean isAllRequired() {
        return Boolean.getBoolean("roomcast.requireAll") || "1".equals(System.getenv("ROOMCAST_REQUIRE_ALL"));
    }

    private static void note(String reason) {
        try {
            Files.createDirectories(NOT_RUN.getParent());
            Files.writeString(NOT_RUN, reason + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
