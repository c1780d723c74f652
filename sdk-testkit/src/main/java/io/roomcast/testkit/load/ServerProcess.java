package io.roomcast.testkit.load;

import io.roomcast.testkit.measure.Gauge;
import io.roomcast.testkit.socket.MachineLimits;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ObjDoubleConsumer;

/** Tells what a server's process on this machine takes, as Linux knows it. Belongs to one thread. */
public final class ServerProcess implements GaugeSource {

    /** Linux promises user space 100 ticks a second, whatever the kernel itself uses. */
    private static final double TICKS = 100;

    private static final String LISTENING = "0A";
    private static final String RESIDENT = "VmRSS:";

    private final long pid;
    private long lastNanos = System.nanoTime();
    private long lastTicks;

    private ServerProcess(long pid) throws IOException {
        this.pid = pid;
        this.lastTicks = ticks();
    }

    /** Returns the process of this number, or empty if there is none or the system does not tell. */
    public static Optional<ServerProcess> of(long pid) {
        try {
            return Optional.of(new ServerProcess(pid));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Returns the process that listens at a port of this machine, or empty if there is none or the system does not tell. */
    public static Optional<ServerProcess> listeningAt(int port) {
        try {
            for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
                Optional<String> socket = socketOf(Path.of(table), port);
                if (socket.isPresent()) {
                    return ownerOf("socket:[" + socket.get() + "]").flatMap(ServerProcess::of);
                }
            }
        } catch (IOException | RuntimeException e) {
            // Not Linux, or not ours to see.
        }
        return Optional.empty();
    }

    private static Optional<String> socketOf(Path table, int port) throws IOException {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        for (String line : Files.readAllLines(table)) {
            String[] fields = line.trim().split("\\s+", -1);
            if (fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTENING)) {
                return Optional.of(fields[9]);
            }
        }
        return Optional.empty();
    }

    private static Optional<Long> ownerOf(String socket) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (has(process.resolve("fd"), socket)) {
                    return Optional.of(Long.parseLong(process.getFileName().toString()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean has(Path descriptors, String socket) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(descriptors)) {
            for (Path file : files) {
                if (Files.readSymbolicLink(file).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            // It has ended meanwhile, or is somebody else's.
        }
        return false;
    }

    /** Returns its number. */
    public long pid() {
        return pid;
    }

    /** Returns how many more files it may open, of which each connection takes one; empty where the system does not tell. */
    OptionalLong spareFiles() {
        OptionalLong most = MachineLimits.openFiles(pid);
        if (most.isEmpty()) {
            return most;
        }
        long open = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path file : files) {
                open++;
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Math.max(0, most.getAsLong() - open));
    }

    @Override
    public void read(ObjDoubleConsumer<Gauge> target) {
        try {
            long now = System.nanoTime();
            long ticks = ticks();
            double seconds = Math.max(1e-3, (now - lastNanos) / 1e9);
            target.accept(Gauge.SERVER_CPU, (ticks - lastTicks) / TICKS / seconds);
            lastNanos = now;
            lastTicks = ticks;
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith(RESIDENT)) {
                    target.accept(
                            Gauge.SERVER_MEMORY,
                            1024.0
                                    * Long.parseLong(line.substring(RESIDENT.length())
                                            .replace("kB", "")
                                            .trim()));
                }
            }
        } catch (IOException | RuntimeException e) {
            // It has ended: there is nothing more to tell.
        }
    }

    private long ticks() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The second field is the program's name, in which anything may stand; fields are counted from behind it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ", -1);
        return Long.parseLong(fields[14 - 3]) + Long.parseLong(fields[15 - 3]);
    }
}
