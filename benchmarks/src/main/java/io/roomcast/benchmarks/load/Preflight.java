package io.roomcast.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks beforehand whether this machine can carry a run, so that it is refused in words and not by a failure half-way. */
public final class Preflight {

    /** What a JVM has open besides connections, generously. */
    private static final int OTHER_FILES = 200;

    private Preflight() {}

    /**
     * Checks this process, whose limits the servers inherit.
     *
     * @param connections how many connections will be open at a time
     * @throws IllegalStateException if something is lacking; says what and how to get it
     */
    public static void check(int connections) throws IOException {
        if (!Files.isReadable(Path.of("/proc/self/stat"))) {
            throw new IllegalStateException(
                    "there is no /proc/self/stat: processor time is read there, this needs Linux");
        }
        long files = openFiles();
        if (files < connections + OTHER_FILES) {
            throw new IllegalStateException(
                    "a process may have " + files + " open files, " + (connections + OTHER_FILES)
                            + " are needed: raise it with ulimit -n, or ask for fewer connections");
        }
        SourceAddresses.check();
    }

    private static long openFiles() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring("Max open files".length()).trim().split("\\s+", -1)[0])
                .mapToLong(soft -> soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
