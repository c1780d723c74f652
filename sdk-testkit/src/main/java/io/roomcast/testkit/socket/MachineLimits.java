package io.roomcast.testkit.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether this machine lets a process have so many connections. Asked before a run, so that it is refused in words and not by a failure half-way. What a machine
 * does not tell is not checked: Linux tells all of it, in {@code /proc}.
 */
public final class MachineLimits {

    /** What a JVM has open besides connections, generously. */
    private static final int OTHER_FILES = 200;

    private final OptionalLong openFiles;
    private final OptionalLong ports;

    MachineLimits(OptionalLong openFiles, OptionalLong ports) {
        this.openFiles = openFiles;
        this.ports = ports;
    }

    /** Reads those of this process. */
    public static MachineLimits here() {
        return new MachineLimits(
                openFiles(Path.of("/proc/self/limits")), ports(Path.of("/proc/sys/net/ipv4/ip_local_port_range")));
    }

    /** Returns how many files another process of this machine may have open; empty where the machine does not tell. */
    public static OptionalLong openFiles(long pid) {
        return openFiles(Path.of("/proc", Long.toString(pid), "limits"));
    }

    private static OptionalLong openFiles(Path file) {
        return lines(file).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring("Max open files".length()).trim().split("\\s+", -1)[0])
                .mapToLong(soft -> soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft))
                .findFirst();
    }

    private static OptionalLong ports(Path file) {
        return lines(file).stream()
                .map(line -> line.trim().split("\\s+", -1))
                .mapToLong(range -> Long.parseLong(range[1]) - Long.parseLong(range[0]) + 1)
                .findFirst();
    }

    private static List<String> lines(Path file) {
        if (!Files.isReadable(file)) {
            return List.of();
        }
        try {
            // By lines: the kernel gives all of such a file to the first read, however small that is.
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** Returns how many connections this process may have, as far as open files go; {@link Integer#MAX_VALUE} where the machine does not tell. @param bothEnds whether their other ends are in it too */
    public int mostConnections(boolean bothEnds) {
        long most = openFiles.isPresent()
                ? Math.max(0, (openFiles.getAsLong() - OTHER_FILES) / (bothEnds ? 2 : 1))
                : Integer.MAX_VALUE;
        return (int) Math.min(Integer.MAX_VALUE, most);
    }

    /**
     * Returns what is lacking, each with what to change; empty if nothing is.
     *
     * @param connections how many connections this process will have open at a time
     * @param bothEnds whether their other ends are in this process too
     * @param manySources whether they can come from many source addresses, as on the loopback interface
     */
    public List<String> lacking(int connections, boolean bothEnds, boolean manySources) {
        List<String> lacking = new ArrayList<>();
        long files = (bothEnds ? 2L : 1L) * connections + OTHER_FILES;
        if (openFiles.isPresent() && openFiles.getAsLong() < files) {
            lacking.add(connections + " connections" + (bothEnds ? " with both ends in this process" : "") + " need "
                    + files
                    + " open files, and this process may have " + openFiles.getAsLong() + ": raise it with ulimit -n "
                    + files
                    + ", or ask for at most " + mostConnections(bothEnds)
                    + (bothEnds
                            ? ", or run the server in a process of its own"
                            : ", or spread them over several processes"));
        }
        if (ports.isPresent()) {
            if (manySources && ports.getAsLong() < 2 * SourceAddresses.CONNECTIONS_PER_ADDRESS) {
                lacking.add("the kernel hands out " + ports.getAsLong() + " ports for each address, and "
                        + 2 * SourceAddresses.CONNECTIONS_PER_ADDRESS
                        + " are needed: widen net.ipv4.ip_local_port_range");
            }
            if (!manySources && ports.getAsLong() < connections) {
                lacking.add(connections + " connections from one address need as many ports, and the kernel hands out "
                        + ports.getAsLong()
                        + ": widen net.ipv4.ip_local_port_range, or run agents on several machines");
            }
        }
        return lacking;
    }
}
