package io.roomcast.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonReportTest {

    @TempDir
    Path directory;

    @Test
    void everyRoundIsWritten() throws Exception {
        Results results = new Results();
        for (int round = 0; round < 2; round++) {
            results.add(round, "undertow", List.of(new Figure("idle", "heap", 4 + round)));
            results.add(round, "roomcast", List.of(new Figure("idle", "heap", 2)));
        }
        results.addVoid(0, "roomcast", "connect", "why");
        Path file = directory.resolve("results.json");

        JsonReport.write(file, Map.of("kernel", "x"), results, List.of("roomcast"));

        assertThat(Files.readString(file).replaceAll("\\s", ""))
                .isEqualTo("{\"machine\":{\"kernel\":\"x\"},\"figures\":["
                        + "{\"workload\":\"idle\",\"metric\":\"heap\",\"server\":\"undertow\",\"median\":4.5,\"rounds\":[4.0,5.0]},"
                        + "{\"workload\":\"idle\",\"metric\":\"heap\",\"server\":\"roomcast\",\"median\":2.0,\"rounds\":[2.0,2.0]}],"
                        + "\"ratios\":[{\"workload\":\"idle\",\"metric\":\"heap\",\"of\":\"roomcast/undertow\",\"median\":0.45,"
                        + "\"rounds\":[0.5,0.4]}],\"void\":[\"connectroomcastround1:why\"]}");
    }
}
