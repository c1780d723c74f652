package io.roomcast.benchmarks.bridge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program in Node that takes commands in lines and answers in lines that begin with {@code @}. For one thread. */
final class NodeProcess implements AutoCloseable {

    private static final String GONE = "the end of its output";

    private final List<String> command;
    private final Process process;
    private final PrintStream commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private NodeProcess(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread reader = new Thread(this::readAnswers, "answers of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts one; returns when it says that it is ready. */
    static NodeProcess start(List<String> command, Redirect errors) throws IOException {
        NodeProcess started = new NodeProcess(
                command, new ProcessBuilder(command).redirectError(errors).start());
        try {
            started.answer("READY");
            return started;
        } catch (IOException failure) {
            started.close();
            throw failure;
        }
    }

    /** Returns what follows the expected word in the answer. */
    String ask(String question, String expected) throws IOException {
        commands.println(question);
        return answer(expected);
    }

    private String answer(String expected) throws IOException {
        String answer;
        try {
            answer = answers.poll(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it waited for " + command, interrupted);
        }
        if (answer == null || !answer.startsWith(expected)) {
            throw new IOException(
                    "got \"" + answer + "\" from " + String.join(" ", command) + ", expected " + expected);
        }
        return answer.substring(expected.length()).trim();
    }

    private void readAnswers() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("@ ")) {
                    answers.add(line.substring(2));
                }
            }
        } catch (IOException ended) {
            // That is said below.
        }
        answers.add(GONE);
    }

    @Override
    public void close() {
        commands.close();
        process.destroy();
    }
}
