package io.roomcast.benchmarks.bridge;

import io.roomcast.benchmarks.process.NodeLauncher;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Two servers of Socket.IO that are joined through Redis, each a process of its own. For one thread. */
final class SocketIoPair implements AutoCloseable {

    private static final String PROGRAM = "socketio-redis";
    private static final List<String> PACKAGES = List.of("socket.io", "@socket.io/redis-adapter", "redis");
    private static final long POLL_NANOS = 2_000_000;

    private final NodeProcess emitting;
    private final NodeProcess counting;

    private SocketIoPair(NodeProcess emitting, NodeProcess counting) {
        this.emitting = emitting;
        this.counting = counting;
    }

    /** Returns why it cannot be started, in words that say what to do about it; nothing if it can. */
    static Optional<String> missing(NodeLauncher launcher) {
        return launcher.missing(PACKAGES);
    }

    /** Starts both; returns when they listen to Redis. */
    static SocketIoPair start(NodeLauncher launcher, String redis, Path log) throws IOException {
        List<String> command = new ArrayList<>(launcher.command(PROGRAM, Optional.empty()));
        for (int number : List.of(Messages.ROOMS, Messages.BYTES, Messages.WINDOW)) {
            command.add(Integer.toString(number));
        }
        command.add(command.size() - 3, redis);
        NodeProcess counting = NodeProcess.start(command, Redirect.appendTo(log.toFile()));
        try {
            return new SocketIoPair(NodeProcess.start(command, Redirect.appendTo(log.toFile())), counting);
        } catch (IOException failure) {
            counting.close();
            throw failure;
        }
    }

    /** Sends messages from one to the other and returns how many arrived in a second. */
    double rate(int messages) throws IOException {
        long before = counted();
        long begun = System.nanoTime();
        emitting.ask("EMIT " + messages, "EMITTED");
        while (counted() < before + messages) {
            if (System.nanoTime() - begun > Waiting.PATIENCE.toNanos()) {
                throw new IOException("waited " + Waiting.PATIENCE + " in vain until " + messages
                        + " messages are there, and there are " + (counted() - before));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return messages * 1e9 / (System.nanoTime() - begun);
    }

    private long counted() throws IOException {
        return Long.parseLong(counting.ask("COUNT", "COUNT"));
    }

    @Override
    public void close() {
        emitting.close();
        counting.close();
    }
}
