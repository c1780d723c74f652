package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A node whose clock is wrong harms nobody: no clock is read. Ages are measured by Redis's, all else by a time that only this process knows. */
class ClocksTest {

    private static final List<String> CLOCKS =
            List.of("currentTimeMillis", "java/time/Instant", "java/time/Clock", "java/util/Date", "ZonedDateTime");

    @Test
    void theBridgeReadsNoClock() throws Exception {
        Path classes = Path.of(
                        RedisBridge.class.getResource("RedisBridge.class").toURI())
                .getParent();
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(file -> file.toString().endsWith(".class")).toList();
        }
        assertThat(files)
                .hasSizeGreaterThan(40)
                .allSatisfy(file -> assertThat(text(file)).doesNotContain(CLOCKS));
    }

    @Test
    void scriptsTakeTheTimeFromRedis() {
        assertThat(List.of(Script.APPEND, Script.READ))
                .allSatisfy(script -> assertThat(script.text()).contains("redis.call('TIME')"));
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }
}
