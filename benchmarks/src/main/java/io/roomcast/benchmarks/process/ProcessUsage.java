package io.roomcast.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What Linux says about a process.
 *
 * @param cpuNanos user and system time of all its threads, also of those that have ended; in steps of 10 ms
 * @param residentBytes physical memory
 */
public record ProcessUsage(long cpuNanos, long residentBytes) {

    /** Linux promises user space 100 ticks a second, whatever the kernel itself uses. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final String RESIDENT = "VmRSS:";

    /** Reads it. */
    public static ProcessUsage of(long pid) throws IOException {
        Path directory = Path.of("/proc", Long.toString(pid));
        return parse(Files.readString(directory.resolve("stat")), Files.readAllLines(directory.resolve("status")));
    }

    /** Reads the two files as {@code proc(5)} describes them. */
    static ProcessUsage parse(String stat, List<String> status) {
        // The second field is the program's name, in which anything may stand; fields are counted from behind it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ", -1);
        long ticks = Long.parseLong(fields[14 - 3]) + Long.parseLong(fields[15 - 3]);
        long kibibytes = status.stream()
                .filter(line -> line.startsWith(RESIDENT))
                .map(line -> line.substring(RESIDENT.length()).replace("kB", "").trim())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
        return new ProcessUsage(ticks * NANOS_PER_TICK, kibibytes * 1024);
    }
}
