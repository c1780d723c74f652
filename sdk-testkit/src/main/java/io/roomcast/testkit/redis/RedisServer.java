package io.roomcast.testkit.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One Redis process on a loopback port. It keeps nothing on disk unless asked to. Closing it kills the process and deletes its folder; so does
 * the end of the JVM. Not thread-safe, but for {@link #ask}.
 *
 * <pre>{@code
 * try (RedisServer redis = RedisServer.start()) {
 *     RedisBridge bridge = RedisBridge.connect(redis.uri());
 * }
 * }</pre>
 */
public final class RedisServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Path program;
    private final int port;
    private final String host;
    private final Path folder;
    private final List<String> arguments;
    private final Thread hook = new Thread(this::kill, "roomcast-redis-end");
    private volatile @Nullable Process process;

    private RedisServer(Builder builder, Path program) {
        this.program = program;
        this.port = builder.port == 0 ? FreePorts.one() : builder.port;
        this.host = "127.0.0.1";
        try {
            this.folder = Files.createTempDirectory("roomcast-redis");
            this.arguments = arguments(builder);
        } catch (IOException unwritable) {
            throw new UncheckedIOException("no folder for Redis", unwritable);
        }
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts one with default settings. */
    public static RedisServer start() {
        return builder().start();
    }

    /** Returns a builder. */
    public static Builder builder() {
        return new Builder();
    }

    private List<String> arguments(Builder builder) throws IOException {
        List<String> all = new ArrayList<>();
        all.add(program.toString());
        if (builder.sentinel != null) {
            Path config = folder.resolve("sentinel.conf");
            Files.writeString(config, builder.sentinel);
            all.add(config.toString());
            all.add("--sentinel");
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("port", String.valueOf(port));
        settings.put("bind", host);
        settings.put("dir", folder.toString());
        settings.put("daemonize", "no");
        if (builder.sentinel == null) {
            settings.put("save", "");
            settings.put("appendonly", "no");
        }
        settings.putAll(builder.settings);
        settings.forEach((name, value) -> {
            all.add("--" + name);
            // Several words, as in "client-output-buffer-limit", are several arguments.
            all.addAll(value.isEmpty() ? List.of("") : List.of(value.split(" ", -1)));
        });
        return all;
    }

    /** Returns where it is, as a bridge wants to know it. */
    public String uri() {
        return "redis://" + host + ":" + port;
    }

    /** Returns its port. */
    public int port() {
        return port;
    }

    /**
     * Runs one command.
     *
     * @return a text, a Long, a list of those, or null
     * @throws IllegalStateException if Redis does not answer, or answers with an error
     */
    public @Nullable Object ask(String... words) {
        try {
            return RedisClient.ask(port, words);
        } catch (IOException failure) {
            throw new IllegalStateException(
                    "Redis on port " + port + " was asked " + words[0] + ": " + failure.getMessage(), failure);
        }
    }

    /** Starts the process, if it does not run, and waits until it answers. */
    public void launch() {
        if (isRunning()) {
            return;
        }
        try {
            process = new ProcessBuilder(arguments)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("redis.log").toFile())
                    .start();
        } catch (IOException unusable) {
            throw new UncheckedIOException("cannot run " + program, unusable);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers()) {
            if (!isRunning() || System.nanoTime() - deadline > 0) {
                String said = log();
                close();
                throw new IllegalStateException("Redis on port " + port + " does not answer; it said:\n" + said);
            }
            Pause.briefly();
        }
    }

    /** Returns whether its process lives, paused or not. */
    public boolean isRunning() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** Stops it from doing anything until {@link #resume}, as SIGSTOP does. */
    public void pause() {
        signal("-STOP");
    }

    /** Lets it go on. */
    public void resume() {
        signal("-CONT");
    }

    /** Kills it, as SIGKILL does. {@link #launch} starts it again, on the same port. */
    public void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            try {
                running.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns what it wrote to its log. */
    public String log() {
        try {
            return Files.readString(folder.resolve("redis.log"));
        } catch (IOException none) {
            return "";
        }
    }

    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The hook is what runs.
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException left) {
            throw new UncheckedIOException("cannot delete " + folder, left);
        }
    }

    private boolean answers() {
        try {
            Object pong = RedisClient.ask(port, "PING");
            return "PONG".equals(pong);
        } catch (IOException notYet) {
            // An error is an answer, too: it may want a password.
            return String.valueOf(notYet.getMessage()).contains("NOAUTH");
        }
    }

    private void signal(String signal) {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("Redis on port " + port + " does not run");
        }
        try {
            // The shell's own: a small system has no program of that name.
            int status = new ProcessBuilder("sh", "-c", "kill " + signal + " " + running.pid())
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill " + signal + " ended with status " + status);
            }
        } catch (IOException noKill) {
            throw new UncheckedIOException("no shell", noKill);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says what a server is to be like. Not thread-safe. */
    public static final class Builder {

        private final Map<String, String> settings = new LinkedHashMap<>();
        private RedisBinary binary = RedisBinary.ANY;
        private int port;
        private @Nullable String sentinel;

        private Builder() {}

        /** Sets where the program comes from; default {@link RedisBinary#ANY}. */
        public Builder binary(RedisBinary from) {
            binary = from;
            return this;
        }

        /** Sets the port; default: a free one. */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /** Adds a setting of redis.conf, such as {@code maxmemory}, {@code 10mb}. */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /** Makes it keep everything in an append-only file, until it is closed. */
        public Builder persistent() {
            return setting("appendonly", "yes").setting("appendfsync", "always");
        }

        /** Makes it a Sentinel. */
        Builder sentinel(String config) {
            sentinel = config;
            return this;
        }

        /**
         * Starts it and waits until it answers.
         *
         * @throws IllegalStateException if there is no such program, or it does not start
         */
        public RedisServer start() {
            Path program = binary.find()
                    .orElseThrow(() -> new IllegalStateException("no Redis (" + binary
                            + "): expected redis-server on the PATH, or com.github.codemonstur:embedded-redis on the class"
                            + " path"));
            RedisServer server = new RedisServer(this, program);
            server.launch();
            return server;
        }
    }
}
