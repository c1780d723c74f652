package io.roomcast.load;

import io.roomcast.testkit.report.HotFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * A flight recording: of this process where the server is in it, else of the server's, which {@code jcmd} of this JDK asks for it. One that is elsewhere, or is no JVM, cannot be
 * recorded from here.
 */
final class Profile implements AutoCloseable {

    private static final int MOST_FRAMES = 20;
    private static final String NAME = "roomcast-load";
    private static final int JCMD_SECONDS = 20;

    /** With fewer, a method that was seen once seems to matter. */
    private static final int FEW_SAMPLES = 100;

    private final @Nullable Recording own;
    private final long pid;
    private final @Nullable Path file;
    /** How many it had, -1 while that is not known. */
    private int samples = -1;

    private Profile(@Nullable Recording own, long pid, @Nullable Path file) {
        this.own = own;
        this.pid = pid;
        this.file = file;
    }

    /** Begins one, or none if no time is given. */
    static Profile begin(@Nullable Duration time, RunnerOptions runners) throws IOException {
        if (time == null) {
            return new Profile(null, 0, null);
        }
        Path file = Files.createTempFile("roomcast-load", ".jfr");
        if (runners.isInProcess() || runners.isVirtual()) {
            try {
                Recording recording = new Recording(jdk.jfr.Configuration.getConfiguration("profile"));
                recording.setDuration(time);
                recording.start();
                return new Profile(recording, 0, file);
            } catch (java.text.ParseException e) {
                throw new IOException("the JDK's profile configuration cannot be read", e);
            }
        }
        OptionalLong pid = RemoteRunner.server(runners.where().targets(), runners.serverPid()).stream()
                .mapToLong(server -> server.pid())
                .findFirst();
        if (pid.isEmpty()) {
            throw new IllegalArgumentException(
                    "the server's process is not found on this machine, so --profile cannot record it; run load with --profile where the server is, or leave it out");
        }
        jcmd(
                pid.getAsLong(),
                "JFR.start",
                "name=" + NAME,
                "settings=profile",
                "duration=" + time.toSeconds() + "s",
                "filename=" + file);
        return new Profile(null, pid.getAsLong(), file);
    }

    private static void jcmd(long pid, String... command) throws IOException {
        Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(program)) {
            throw new IllegalArgumentException(
                    "there is no " + program + ": --profile needs a JDK to record another process");
        }
        List<String> line = new java.util.ArrayList<>(List.of(program.toString(), Long.toString(pid)));
        line.addAll(List.of(command));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!process.waitFor(JCMD_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalArgumentException("process " + pid + " cannot be recorded: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while process " + pid + " was asked for a recording", e);
        }
    }

    /** Ends it and returns where the time went; empty if there is none. */
    List<HotFrame> frames() throws IOException {
        Path recorded = file;
        if (recorded == null) {
            return List.of();
        }
        if (own != null) {
            if (own.getState() == jdk.jfr.RecordingState.RUNNING) {
                own.stop();
            }
            own.dump(recorded);
        } else {
            try {
                jcmd(pid, "JFR.stop", "name=" + NAME, "filename=" + recorded);
            } catch (IllegalArgumentException e) {
                // Its time was over, and it has written the file by itself; if not, that is said when it is read.
            }
        }
        Sampled sampled = sampled(recorded);
        samples = sampled.samples();
        return sampled.frames();
    }

    /** Returns what is to be known of it, for people; empty if nothing is. */
    String advice() {
        return samples < 0 || samples >= FEW_SAMPLES
                ? ""
                : "the profile has " + samples
                        + " samples, too few to say much: record for longer, or while there is more to do";
    }

    /** @param samples how many there were of all frames */
    private record Sampled(List<HotFrame> frames, int samples) {}

    private static Sampled sampled(Path recorded) throws IOException {
        Map<String, Integer> times = new HashMap<>();
        int samples = 0;
        try (RecordingFile events = new RecordingFile(recorded)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                String type = event.getEventType().getName();
                RecordedStackTrace stack = event.getStackTrace();
                if (stack != null
                        && !stack.getFrames().isEmpty()
                        && (type.equals("jdk.ExecutionSample")
                                || type.equals("jdk.NativeMethodSample") && !waits(stack))) {
                    RecordedFrame top = stack.getFrames().get(0);
                    times.merge(
                            top.getMethod().getType().getName() + "."
                                    + top.getMethod().getName(),
                            1,
                            Integer::sum);
                    samples++;
                }
            }
        }
        int all = Math.max(1, samples);
        List<HotFrame> frames = times.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_FRAMES)
                .map(entry -> new HotFrame(entry.getKey(), entry.getValue() / (double) all))
                .toList();
        return new Sampled(frames, samples);
    }

    /** A thread in a selector or accept is waiting, not working, though it is in native code. */
    private static boolean waits(RecordedStackTrace stack) {
        String method = stack.getFrames().get(0).getMethod().getName().toLowerCase(Locale.ROOT);
        return method.contains("wait")
                || method.contains("accept")
                || method.contains("poll")
                || method.contains("select");
    }

    @Override
    public void close() throws IOException {
        if (own != null) {
            own.close();
        }
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
