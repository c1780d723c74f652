package io.roomcast.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server under test in a process of its own, over the lines that its {@code ControlLoop} describes. */
public final class ServerProcess implements MeasuredServer {

    private static final int ANSWER_SECONDS = 30;
    private static final String GONE = "gone";

    private final String name;
    private final Path log;
    private final Process process;
    private final PrintStream commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final List<Window> measured = new ArrayList<>();
    private final int port;

    private ServerProcess(String name, Process process, Path log, int ioThreads) throws IOException {
        this.name = name;
        this.log = log;
        this.process = process;
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread reader = new Thread(this::readAnswers, "answers of " + name);
        reader.setDaemon(true);
        reader.start();
        this.port =
                Integer.parseInt(ask("START io-threads=" + ioThreads, "READY").get("port"));
    }

    /**
     * Starts one.
     *
     * @param command the program and its arguments
     * @param log what the server writes besides its answers; overwritten
     */
    public static ServerProcess start(String name, List<String> command, Path log, int ioThreads) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(Redirect.to(log.toFile()))
                .start();
        try {
            return new ServerProcess(name, process, log, ioThreads);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Snapshot snapshot() throws IOException {
        return snapshot("SNAPSHOT");
    }

    @Override
    public Snapshot snapshotCollected() throws IOException {
        return snapshot("SNAPSHOT collect");
    }

    @Override
    public void measured(Snapshot before, Snapshot after) {
        measured.add(new Window(before.at(), after.at()));
    }

    /** Returns when there were measurements, so far. */
    public List<Window> measured() {
        return List.copyOf(measured);
    }

    private Snapshot snapshot(String command) throws IOException {
        Map<String, String> answer = ask(command, "SNAPSHOT");
        return new Snapshot(
                System.nanoTime(),
                Instant.now(),
                ProcessUsage.of(process.pid()),
                Integer.parseInt(answer.get("connections")),
                Long.parseLong(answer.get("compiling")),
                Long.parseLong(answer.get("allocated")),
                Long.parseLong(answer.get("heap")),
                Long.parseLong(answer.get("direct")));
    }

    private Map<String, String> ask(String command, String expected) throws IOException {
        commands.println(command);
        String answer;
        try {
            answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " was asked for " + command, e);
        }
        if (answer == null || !answer.startsWith(expected)) {
            throw new IOException("server " + name + " answered " + command + " with "
                    + (answer == null ? "nothing in " + ANSWER_SECONDS + " s" : "\"" + answer + "\"") + ", expected "
                    + expected + "; its log is " + log);
        }
        Map<String, String> values = new HashMap<>();
        for (String word : answer.substring(expected.length()).trim().split(" ", -1)) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                values.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return values;
    }

    private void readAnswers() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("@ ")) {
                    answers.add(line.substring(2));
                }
            }
        } catch (IOException e) {
            // The process has ended; that is said below.
        }
        answers.add(GONE);
    }

    @Override
    public void close() {
        commands.println("STOP");
        try {
            if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
