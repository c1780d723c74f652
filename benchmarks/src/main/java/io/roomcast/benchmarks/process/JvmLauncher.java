package io.roomcast.benchmarks.process;

import io.roomcast.benchmarks.server.ServerMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts servers in JVMs like this one.
 *
 * @param flags of the JVMs
 */
public record JvmLauncher(List<String> flags) implements Launcher {

    public JvmLauncher {
        flags = List.copyOf(flags);
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public List<String> command(String server, Optional<Path> profile) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        // Threads in native code are sampled as often as others, or the kernel's share would look like half of what it
        // is.
        profile.ifPresent(file -> command.add("-XX:StartFlightRecording:settings=profile,dumponexit=true,"
                + "jdk.NativeMethodSample#period=10ms,jdk.ExecutionSample#period=10ms,filename=" + file));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ServerMain.class.getName(), server));
        return command;
    }
}
