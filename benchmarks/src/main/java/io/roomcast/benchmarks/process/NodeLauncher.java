package io.roomcast.benchmarks.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Starts the servers that run in Node.
 *
 * @param directory where their programs lie, with their packages in {@code node_modules}
 */
public record NodeLauncher(Path directory) implements Launcher {

    private static final int LEAST_VERSION = 20;
    private static final Pattern VERSION = Pattern.compile("v(\\d+)\\..*");
    private static final List<String> PACKAGES = List.of("ws", "socket.io");

    @Override
    public Optional<String> missing() {
        return missing(PACKAGES);
    }

    /**
     * Returns why a program that needs certain packages cannot be started here, in words that say what to do about it; nothing if it can.
     */
    public Optional<String> missing(List<String> packages) {
        Optional<Path> node = executable();
        if (node.isEmpty()) {
            return Optional.of("there is no node on the PATH; install Node " + LEAST_VERSION + " or newer");
        }
        String version = version(node.get());
        Matcher major = VERSION.matcher(version);
        if (!major.matches() || Integer.parseInt(major.group(1)) < LEAST_VERSION) {
            return Optional.of("Node is \"" + version + "\", expected " + LEAST_VERSION + " or newer");
        }
        return packages.stream()
                .filter(name -> !Files.isReadable(
                        directory.resolve("node_modules").resolve(name).resolve("package.json")))
                .findFirst()
                .map(name -> "package " + name + " is not in " + directory.resolve("node_modules") + "; run npm ci in "
                        + directory);
    }

    private static Optional<Path> executable() {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(entry -> Path.of(entry, "node"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String version(Path node) {
        try {
            Process process = new ProcessBuilder(node.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public List<String> command(String server, Optional<Path> profile) {
        List<String> command = new ArrayList<>(List.of("node"));
        profile.ifPresent(file -> command.addAll(List.of(
                "--cpu-prof",
                "--cpu-prof-dir=" + file.toAbsolutePath().getParent(),
                "--cpu-prof-name=" + file.getFileName())));
        command.add(directory.resolve(server + ".js").toString());
        return command;
    }
}
