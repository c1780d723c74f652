package io.roomcast.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HotSpotsTest {

    @TempDir
    Path directory;

    @Test
    void theMethodThatRanIsNamed() throws Exception {
        Instant start = Instant.now();
        Path file = directory.resolve("x.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(1));
            recording.start();
            assertThat(spin(Duration.ofMillis(400))).isNotZero();
            recording.stop();
            recording.dump(file);
        }

        Instant now = Instant.now();
        assertThat(HotSpots.of(file, List.of(new Window(now, now))).get(0)).startsWith("0 samples");

        List<String> lines = HotSpots.of(file, List.of(new Window(start, now)));
        assertThat(lines.get(0)).endsWith("samples in " + file + "; running:");
        assertThat(lines).anyMatch(line -> line.matches(" +\\d+\\.\\d % HotSpotsTest\\.\\w+"));
    }

    private static long spin(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        long sum = 1;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 10_000; i++) {
                sum = sum * 31 + i;
            }
        }
        return sum;
    }
}
