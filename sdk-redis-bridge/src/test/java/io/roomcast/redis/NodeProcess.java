package io.roomcast.redis;

import io.roomcast.bridge.Retention;
import io.roomcast.testkit.bridge.BridgeRecorder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A node in a JVM of its own, which appends without a pause and says what was acknowledged. Made to be killed. */
final class NodeProcess implements AutoCloseable {

    static final Retention RETENTION = new Retention(100_000, Duration.ofHours(1));
    static final String ROOM = "history/shared";

    private final Process process;
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());
    private final Thread reader;

    NodeProcess(String uri, String nodeId) throws IOException {
        process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeProcess.class.getName(),
                        uri,
                        nodeId)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        reader = new Thread(this::read, "reads " + nodeId);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                // One that was cut off by the kill has no last word.
                if (line.endsWith(".")) {
                    said.add(line.substring(0, line.length() - 1));
                }
            }
        } catch (IOException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was acknowledged. */
    List<String> acknowledged() {
        synchronized (said) {
            return List.copyOf(said);
        }
    }

    /** Kills it, and returns when all that it said was read. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
            reader.join(5000);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    void pause(boolean paused) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill " + (paused ? "-STOP" : "-CONT") + " " + process.pid())
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        kill();
    }

    public static void main(String[] args) {
        RedisBridge bridge = Fast.builder(args[0]).build();
        bridge.start(args[1], new BridgeRecorder());
        bridge.subscribe("requests").toCompletableFuture().join();
        for (int number = 0; ; number++) {
            String text = args[1] + "/" + number;
            bridge.append(ROOM, RETENTION, null, text.getBytes(StandardCharsets.UTF_8))
                    .thenRun(() -> {
                        synchronized (System.out) {
                            System.out.println(text + ".");
                        }
                    });
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
