package io.roomcast.samples.tracker.requirement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides for {@link RequiresChromium}. */
final class ChromiumCondition implements ExecutionCondition {

    private static final Path NOT_RUN = Path.of("target", "not-run.txt");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (Chromium.find().isPresent()) {
            return ConditionEvaluationResult.enabled("there is a Chromium");
        }
        String reason = "no Chromium on the PATH, and CHROMIUM names none";
        if ("1".equals(System.getenv("ROOMCAST_REQUIRE_ALL"))) {
            throw new AssertionError(context.getDisplayName() + " was not run: " + reason);
        }
        note(context.getRequiredTestClass().getName() + ": " + reason);
        return ConditionEvaluationResult.disabled(reason);
    }

    private static void note(String line) {
        try {
            Files.createDirectories(NOT_RUN.toAbsolutePath().getParent());
            Files.writeString(NOT_RUN, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(NOT_RUN + " cannot be written", failed);
        }
    }
}
