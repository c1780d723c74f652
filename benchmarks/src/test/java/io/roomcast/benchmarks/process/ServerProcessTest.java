package io.roomcast.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {

    @TempDir
    Path directory;

    @Test
    void aServerThatAnswersSomethingElseIsRefusedAndItsLogNamed() {
        Path log = directory.resolve("server.log");

        assertThatThrownBy(() ->
                        ServerProcess.start("odd", List.of("sh", "-c", "echo noise; echo '@ HELLO'; cat"), log, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("odd")
                .hasMessageContaining("HELLO")
                .hasMessageContaining(log.toString());
    }

    @Test
    void aServerThatEndsIsNoticedAtOnce() {
        assertThatThrownBy(() -> ServerProcess.start("short", List.of("true"), directory.resolve("log"), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void snapshotsCarryWhatTheServerSays() throws Exception {
        String script =
                "read a; echo '@ READY port=4711'; read b; echo '@ SNAPSHOT connections=3 compiling=4 allocated=5 heap=-1 direct=6'; read c";
        try (MeasuredServer server =
                ServerProcess.start("script", List.of("sh", "-c", script), directory.resolve("log"), 1)) {
            assertThat(server.port()).isEqualTo(4711);
            Snapshot snapshot = server.snapshot();
            assertThat(snapshot.connections()).isEqualTo(3);
            assertThat(snapshot.compilingMillis()).isEqualTo(4);
            assertThat(snapshot.allocatedBytes()).isEqualTo(5);
            assertThat(snapshot.liveHeapBytes()).isEqualTo(-1);
            assertThat(snapshot.directBytes()).isEqualTo(6);
        }
    }
}
