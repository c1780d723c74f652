package io.roomcast.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLauncherTest {

    @TempDir
    Path directory;

    @Test
    void aMachineWithoutThePackagesIsToldWhatToDo() {
        // Where there is no Node, that is what is said.
        assertThat(new NodeLauncher(directory).missing())
                .hasValueSatisfying(reason -> assertThat(reason).containsAnyOf("npm ci", "install Node"));
    }

    @Test
    void aProfileLiesWhereItWasAskedFor() {
        Path profile = directory.resolve("run.cpuprofile");

        assertThat(new NodeLauncher(Path.of("programs")).command("ws", Optional.of(profile)))
                .containsExactly(
                        "node",
                        "--cpu-prof",
                        "--cpu-prof-dir=" + directory,
                        "--cpu-prof-name=run.cpuprofile",
                        Path.of("programs", "ws.js").toString());
    }
}
