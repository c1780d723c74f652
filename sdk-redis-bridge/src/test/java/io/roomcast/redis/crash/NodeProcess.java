package io.roomcast.redis.crash;

import io.roomcast.testkit.socket.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A {@link NodeProgram} in a JVM of its own. Belongs to the test's thread. */
final class NodeProcess implements AutoCloseable {

    private final String name;
    private final Process process;
    private final CompletableFuture<Target> listens = new CompletableFuture<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private boolean spared = true;
    private boolean frozen;

    /** Starts it. @param name for people */
    NodeProcess(String name, String redisUri) {
        this.name = name;
        try {
            process = new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/java",
                            "-Xmx96m",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Dorg.jboss.logging.provider=slf4j",
                            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                            "-cp",
                            System.getProperty("java.class.path"),
                            NodeProgram.class.getName(),
                            redisUri)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException("no JVM for " + name, failure);
        }
        Thread reader = new Thread(this::read, "reads " + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith(NodeProgram.LISTENS)) {
                    listens.complete(
                            Target.of("ws://127.0.0.1:" + line.substring(NodeProgram.LISTENS.length()) + "/roomcast"));
                } else if (line.startsWith(NodeProgram.COMPLAINS)) {
                    complaints.add(name + " " + line);
                }
            }
        } catch (IOException ended) {
            // It was killed.
        }
        listens.completeExceptionally(new IOException(name + " ended before it listened"));
    }

    /** Returns whether it has said where it listens, or has ended. */
    boolean isDecided() {
        return listens.isDone();
    }

    /** Returns where it listens. */
    Target target() {
        return listens.join();
    }

    /** Returns whether nothing was done to it: whoever is connected to it has nothing to complain of. */
    boolean isSpared() {
        return spared;
    }

    /** Returns whether a client would try it: it listens, and was not killed. */
    boolean isListening() {
        return listens.isDone() && !listens.isCompletedExceptionally() && process.isAlive();
    }

    /** Returns whether it serves those who try. */
    boolean isServing() {
        return isListening() && !frozen;
    }

    /** Returns what it found wrong. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** SIGKILL. Returns when it is gone. */
    void kill() {
        spared = false;
        process.destroyForcibly();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new AssertionError(name + " outlives SIGKILL");
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** SIGSTOP. */
    void freeze() {
        spared = false;
        frozen = true;
        signal("-STOP");
    }

    /** SIGCONT. */
    void thaw() {
        signal("-CONT");
        frozen = false;
    }

    /** What was done to it is over: from now on it must serve like any other. */
    void forgive() {
        spared = true;
    }

    private void signal(String signal) {
        try {
            int status = new ProcessBuilder("sh", "-c", "kill " + signal + " " + process.pid())
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new AssertionError("kill " + signal + " of " + name + " ended with status " + status);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("no shell", failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Stops it as a deployment does, by saying goodbye; returns whether it ended by itself. */
    boolean stop() {
        spared = false;
        try {
            process.getOutputStream().close();
            return process.waitFor(20, TimeUnit.SECONDS);
        } catch (IOException gone) {
            return !process.isAlive();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return name;
    }
}
