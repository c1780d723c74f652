package io.roomcast.redis;

import io.roomcast.testkit.redis.RedisBinary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The test needs {@code redis-server} on the PATH; all others run on the embedded one where there is none. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresRedis7.Condition.class)
@interface RequiresRedis7 {

    /** Disables a test where there is no Redis, and leaves a note of it. */
    final class Condition implements ExecutionCondition {

        private static final Path NOT_RUN = Path.of(System.getProperty("basedir", "."), "target", "not-run.txt");

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (RedisBinary.INSTALLED.isAvailable()) {
                return ConditionEvaluationResult.enabled("there is a redis-server");
            }
            String reason = context.getUniqueId() + " was not run: install Redis 7 (the program redis-server)";
            if (Boolean.getBoolean("roomcast.requireAll") || "1".equals(System.getenv("ROOMCAST_REQUIRE_ALL"))) {
                throw new ExtensionConfigurationException(reason);
            }
            try {
                Files.createDirectories(NOT_RUN.getParent());
                Files.writeString(NOT_RUN, reason + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException failed) {
                throw new UncheckedIOException(NOT_RUN + " cannot be written", failed);
            }
            return ConditionEvaluationResult.disabled(reason);
        }
    }
}
