package io.roomcast.benchmarks;

import io.roomcast.benchmarks.workload.Connect;
import io.roomcast.benchmarks.workload.Fanout;
import io.roomcast.benchmarks.workload.Idle;
import io.roomcast.benchmarks.workload.Workload;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The command line. Mutable while it is read, by {@link #parse} only. */
final class Options {

    static final String HELP = """
            Measures servers side by side. Options, with their defaults:
              --servers undertow,roomcast      also: bare, roomcast-blocking
              --workloads fanout,idle,connect
              --rounds 5                       every server once in each, in turn
              --peers 1000                     in the room of fanout
              --payload 128                    bytes of a message, a multiple of 8
              --bursts 1,10,50                 messages at a time in fanout
              --connections 5000               of idle
              --wave 1000                      clients that come at a time in connect
              --seconds 2                      of each measurement in fanout
              --io-threads 1                   of each server
              --server-cpus                    processors for the servers, as for taskset -c; default: all
              --jvm "-Xms1g -Xmx1g -XX:+UseG1GC"   flags of the servers' JVMs
              --output DIRECTORY               for results.json, logs and recordings; default: results, beside the jar
              --profile                        a flight recording of each server; its figures do not count
              --quick                          small and short, to see that everything works: the figures mean little
            """;

    private List<Contender> contenders = List.of(Contender.UNDERTOW, Contender.ROOMCAST);
    private List<String> workloads = List.of("fanout", "idle", "connect");
    private int rounds = 5;
    private int peers = 1000;
    private int payload = 128;
    private List<Integer> bursts = List.of(1, 10, 50);
    private int connections = 5000;
    private int wave = 1000;
    private int warmUpWaves = 6;
    private int warmWaves = 10;
    private Duration time = Duration.ofSeconds(2);
    private Duration firstWarmUp = Duration.ofSeconds(3);
    private Duration warmUp = Duration.ofMillis(500);
    private int ioThreads = 1;
    private @Nullable String serverCpus;
    private String jvmFlags = "-Xms1g -Xmx1g -XX:+UseG1GC";
    private Path output = besideTheJar().resolve("results");
    private boolean profile;

    private Options() {}

    private static Path besideTheJar() {
        try {
            Path code = Path.of(Options.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Path.of("")
                    .toAbsolutePath()
                    .relativize(code.toAbsolutePath())
                    .resolveSibling("");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the harness does not know where it was loaded from", e);
        }
    }

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it cannot; says what was expected
     */
    static Options parse(String... arguments) {
        Options options = new Options();
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i];
            switch (name) {
                case "--quick" -> options.quick();
                case "--profile" -> options.profile = true;
                default -> {
                    if (i + 1 == arguments.length) {
                        throw new IllegalArgumentException(name + " is unknown or lacks its value, see --help");
                    }
                    options.set(name, arguments[++i]);
                }
            }
        }
        return options;
    }

    private void quick() {
        rounds = 1;
        peers = 200;
        connections = 500;
        wave = 300;
        warmUpWaves = 1;
        warmWaves = 2;
        time = Duration.ofMillis(500);
        firstWarmUp = Duration.ofSeconds(1);
        warmUp = Duration.ofMillis(300);
    }

    private void set(String name, String value) {
        switch (name) {
            case "--servers" ->
                contenders = Stream.of(value.split(",")).map(Contender::of).toList();
            case "--workloads" -> workloads = List.of(value.split(","));
            case "--rounds" -> rounds = number(name, value, 1, 1000);
            case "--peers" -> peers = number(name, value, 1, 1_000_000);
            case "--payload" -> {
                payload = number(name, value, 16, 32_768);
                if (payload % Long.BYTES != 0) {
                    throw new IllegalArgumentException(name + " is " + value + ", expected a multiple of 8");
                }
            }
            case "--bursts" ->
                bursts = Stream.of(value.split(","))
                        .map(burst -> number(name, burst, 1, 1000))
                        .toList();
            case "--connections" -> connections = number(name, value, 1, 1_000_000);
            case "--wave" -> wave = number(name, value, 1, 1_000_000);
            case "--seconds" -> time = Duration.ofSeconds(number(name, value, 1, 3600));
            case "--io-threads" -> ioThreads = number(name, value, 1, 1024);
            case "--server-cpus" -> serverCpus = value;
            case "--jvm" -> jvmFlags = value.trim();
            case "--output" -> output = Path.of(value);
            default -> throw new IllegalArgumentException(name + " is unknown, see --help");
        }
    }

    private static int number(String name, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(name + " is " + value + ", expected a number from " + least + " to " + most);
    }

    List<Contender> contenders() {
        return contenders;
    }

    List<Workload> workloads() {
        return workloads.stream().map(this::workload).toList();
    }

    private Workload workload(String name) {
        return switch (name) {
            case "fanout" -> new Fanout(peers, payload, bursts, firstWarmUp, warmUp, time);
            case "idle" -> new Idle(connections);
            case "connect" -> new Connect(wave, warmUpWaves, warmWaves);
            default ->
                throw new IllegalArgumentException(
                        "--workloads names " + name + ", expected some of fanout,idle,connect");
        };
    }

    int rounds() {
        return rounds;
    }

    int ioThreads() {
        return ioThreads;
    }

    @Nullable
    String serverCpus() {
        return serverCpus;
    }

    String jvmFlags() {
        return jvmFlags;
    }

    Path output() {
        return output;
    }

    boolean profile() {
        return profile;
    }
}
