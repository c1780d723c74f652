package io.roomcast.benchmarks.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the harness and a server under test say to each other, in lines over the server's standard input and output. Lines
 * of the server begin with {@code "@ "}; others are taken for logging.
 *
 * <pre>
 * → START io-threads=1          ← @ READY port=34567
 * → SNAPSHOT                    ← @ SNAPSHOT connections=1000 compiling=4321 allocated=123456 heap=-1 direct=-1
 * → SNAPSHOT collect            ← @ SNAPSHOT connections=1000 compiling=4321 allocated=123456 heap=7890 direct=345
 * → STOP                        ← @ STOPPED, and the process ends
 * </pre>
 *
 * {@code compiling}: milliseconds spent compiling since the start, 0 where nothing is compiled or nobody knows. {@code allocated}:
 * bytes allocated since the start, −1 where that cannot be known. {@code heap} and {@code direct}: bytes alive after a full
 * collection, in the heap and in direct buffers, −1 when none was asked for or there is no such thing. Processor time and resident memory are
 * read from outside.
 */
final class ControlLoop {

    private final ServerUnderTest server;
    private final AllocationLedger allocations = new AllocationLedger();

    ControlLoop(ServerUnderTest server) {
        this.server = server;
    }

    /** Returns when told to stop, or when nobody is there any more. */
    void run(BufferedReader commands, PrintStream answers) throws IOException {
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.trim().split(" ");
            switch (words[0]) {
                case "START" -> answer(answers, "READY port=" + server.start(ioThreads(words)));
                case "SNAPSHOT" -> answer(answers, snapshot(words.length > 1 && words[1].equals("collect")));
                case "STOP" -> {
                    server.close();
                    answer(answers, "STOPPED");
                    return;
                }
                default -> throw new IOException("got \"" + line + "\", expected START, SNAPSHOT or STOP");
            }
        }
        server.close();
    }

    private static int ioThreads(String[] words) throws IOException {
        if (words.length != 2 || !words[1].startsWith("io-threads=")) {
            throw new IOException("got \"" + String.join(" ", words) + "\", expected START io-threads=<number>");
        }
        return Integer.parseInt(words[1].substring("io-threads=".length()));
    }

    private String snapshot(boolean collect) {
        long allocated = allocations.totalBytes();
        return "SNAPSHOT connections=" + server.connections() + " compiling="
                + ManagementFactory.getCompilationMXBean().getTotalCompilationTime() + " allocated=" + allocated
                + " heap=" + (collect ? liveHeap() : -1) + " direct=" + (collect ? directBuffers() : -1);
    }

    private static long liveHeap() {
        // The second collection takes what the first one's cleaners and reference queues let go.
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long directBuffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static void answer(PrintStream answers, String line) {
        answers.println("@ " + line);
        answers.flush();
    }
}
