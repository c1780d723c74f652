package io.roomcast.load.requirement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Disables a test where there is no Chromium, and leaves a note of it. */
final class ChromiumCondition implements ExecutionCondition {

    private static final Path NOT_RUN = Path.of(System.getProperty("basedir", "."), "target", "not-run.txt");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (Chromium.find().isPresent()) {
            return ConditionEvaluationResult.enabled("there is a Chromium");
        }
        String reason = context.getUniqueId()
                + " was not run: install Chromium (the program chromium, chromium-browser or google-chrome)";
        if (Boolean.getBoolean("roomcast.requireAll") || "1".equals(System.getenv("ROOMCAST_REQUIRE_ALL"))) {
            throw new ExtensionConfigurationException(reason);
        }
        note(reason);
        return ConditionEvaluationResult.disabled(reason);
    }

    private static void note(String reason) {
        try {
            Files.createDirectories(NOT_RUN.getParent());
            Files.writeString(NOT_RUN, reason + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(NOT_RUN + " cannot be written", failed);
        }
    }
}
