package io.roomcast.benchmarks;

import io.roomcast.benchmarks.workload.Connect;
import io.roomcast.benchmarks.workload.Echo;
import io.roomcast.benchmarks.workload.Fanout;
import io.roomcast.benchmarks.workload.Idle;
import io.roomcast.benchmarks.workload.Recorded;
import io.roomcast.benchmarks.workload.Signalling;
import io.roomcast.benchmarks.workload.Stalled;
import io.roomcast.benchmarks.workload.Timing;
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
            Measures servers side by side: docs/performance.md. Options, with their defaults:
              --servers LIST      undertow,netty,vertx,netty-socketio,ws,socketio,roomcast,roomcast-coalescing,roomcast-json
                                  also: bare, roomcast-blocking. By default those that cannot run here are left out, by name;
                                  those that are named must be there
              --workloads LIST    fanout,signalling,recorded,echo,idle,connect,stalled
              --rounds 5          every server once in each, in turn
              --targets           says at the end which of the project's figures are reached
              --quick             small and short, to see that everything works: the figures mean little
              --profile           a flight recording of each server, and where its threads were; its figures do not count
            Workloads:
              --peers 1000        in the room of fanout and of stalled, and of echo
              --payload 128       bytes of a message in fanout and echo
              --bursts 1,10,50    messages at a time in fanout
              --pairs 2000        rooms of two in signalling
              --sessions 1000     pairs that play recorded sessions at once
              --traces DIRECTORY  of the recorded sessions; default: where they are in the source tree
              --connections 10000 of idle
              --wave 1000         clients that come at a time in connect
              --rate 20000        requests a second in echo
              --echo-seconds 5    of its measurement
              --stalled-rate 40   messages a second in stalled
              --stalled-payload 8192   bytes of each of them; the kernel takes some 4 MB for each that does not read
              --stalled-seconds 30     with stalled readers, and a third of it before, without
              --seconds 2         of each measurement in fanout and signalling
              --most-lag 20       milliseconds that the load generator may itself be late at the 99th percentile, where it has a
                                  schedule; a run in which it was later is void
              --resume on         whether clients of Roomcast ask for sessions that can be resumed and acknowledge what they get
            Processes:
              --io-threads 1      of each server
              --server-cpus LIST  processors for the servers, as for taskset -c; default: all
              --jvm "-Xms1g -Xmx1g -XX:+UseG1GC"   flags of the servers' JVMs
              --node DIRECTORY    of the servers that run in Node; default: where they are in the source tree
              --output DIRECTORY  for results.json, logs and recordings; default: results, beside the jar
            Exit codes: 0 every run gave figures, 1 a run was void, 2 the command line or the machine will not do.
            """;

    /** As in the build: a test or a server that cannot run is a failure. */
    private static final String REQUIRE_ALL = "ROOMCAST_REQUIRE_ALL";

    private static final List<String> WORKLOADS =
            List.of("fanout", "signalling", "recorded", "echo", "idle", "connect", "stalled");

    private List<Contender> contenders = Contender.byDefault();
    private boolean mustHaveAll = "1".equals(System.getenv(REQUIRE_ALL));
    private List<String> workloads = WORKLOADS;
    private int rounds = 5;
    private boolean targets;
    private int peers = 1000;
    private int payload = 128;
    private List<Integer> bursts = List.of(1, 10, 50);
    private int pairs = 2000;
    private int sessions = 1000;
    private int sessionsEach = Integer.MAX_VALUE;
    private Duration longestSession = Duration.ofMinutes(1);
    private Path traces = besideTheJar().resolve("../../sdk-js-client/src/test/data/webrtc");
    private int connections = 10_000;
    private int visitors = 500;
    private int wave = 1000;
    private int warmUpWaves = 6;
    private int warmWaves = 10;
    private int rate = 20_000;
    private Duration echoTime = Duration.ofSeconds(5);
    private int stalledRate = 40;
    private int stalledPayload = 8192;
    private Duration stalledTime = Duration.ofSeconds(30);
    private Duration time = Duration.ofSeconds(2);
    private Duration firstWarmUp = Duration.ofSeconds(3);
    private Duration warmUp = Duration.ofMillis(500);
    private int moreWarmUps = 24;
    private Duration mostLag = Duration.ofMillis(20);
    private boolean resume = true;
    private int ioThreads = 1;
    private @Nullable String serverCpus;
    private List<String> jvmFlags = List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC");
    private Path node = besideTheJar().resolve("../src/main/node");
    private Path output = besideTheJar().resolve("results");
    private boolean profile;

    private Options() {}

    /** Returns the directory {@code target}, relative to this one. */
    private static Path besideTheJar() {
        try {
            Path code = Path.of(Options.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Path.of("").toAbsolutePath().relativize(code.toAbsolutePath().resolveSibling(""));
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
                case "--targets" -> options.targets = true;
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
        bursts = List.of(1, 10);
        pairs = 50;
        sessions = 20;
        sessionsEach = 3;
        longestSession = Duration.ofMillis(400);
        connections = 500;
        visitors = 100;
        wave = 200;
        warmUpWaves = 1;
        warmWaves = 2;
        rate = 1000;
        echoTime = Duration.ofMillis(500);
        stalledTime = Duration.ofSeconds(1);
        time = Duration.ofMillis(300);
        firstWarmUp = Duration.ofMillis(300);
        warmUp = Duration.ofMillis(100);
        moreWarmUps = 0;
        // A machine that is busy with something else gives no figures, but shows that everything works.
        mostLag = Duration.ofSeconds(5);
    }

    private void set(String name, String value) {
        switch (name) {
            case "--servers" -> {
                contenders = Contender.listed(value);
                mustHaveAll = true;
            }
            case "--workloads" -> workloads = List.of(value.split(","));
            case "--rounds" -> rounds = number(name, value, 1, 1000);
            case "--peers" -> peers = number(name, value, 1, 1_000_000);
            case "--payload" -> payload = number(name, value, 16, 32_768);
            case "--bursts" ->
                bursts = Stream.of(value.split(","))
                        .map(burst -> number(name, burst, 1, 1000))
                        .toList();
            case "--pairs" -> pairs = number(name, value, 1, 1_000_000);
            case "--sessions" -> sessions = number(name, value, 1, 1_000_000);
            case "--traces" -> traces = Path.of(value);
            case "--connections" -> connections = number(name, value, 1, 1_000_000);
            case "--wave" -> wave = number(name, value, 1, 1_000_000);
            case "--rate" -> rate = number(name, value, 1, 10_000_000);
            case "--stalled-rate" -> stalledRate = number(name, value, 1, 100_000);
            case "--stalled-payload" -> stalledPayload = number(name, value, 16, 32_768);
            case "--stalled-seconds" -> stalledTime = Duration.ofSeconds(number(name, value, 1, 3600));
            case "--echo-seconds" -> echoTime = Duration.ofSeconds(number(name, value, 1, 3600));
            case "--seconds" -> time = Duration.ofSeconds(number(name, value, 1, 3600));
            case "--most-lag" -> mostLag = Duration.ofMillis(number(name, value, 1, 60_000));
            case "--resume" -> resume = onOrOff(name, value);
            case "--io-threads" -> ioThreads = number(name, value, 1, 1024);
            case "--server-cpus" -> serverCpus = value;
            case "--jvm" ->
                jvmFlags = Stream.of(value.split("\\s+"))
                        .filter(flag -> !flag.isEmpty())
                        .toList();
            case "--node" -> node = Path.of(value);
            case "--output" -> output = Path.of(value);
            default -> throw new IllegalArgumentException(name + " is unknown, see --help");
        }
    }

    private static boolean onOrOff(String name, String value) {
        return switch (value) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException(name + " is " + value + ", expected on or off");
        };
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
            case "fanout" -> new Fanout(peers, payload, bursts, timing(time));
            case "signalling" -> new Signalling(pairs, timing(time));
            case "recorded" -> new Recorded(sessions, traces, longestSession, sessionsEach, mostLag);
            case "echo" -> new Echo(peers, payload, rate, mostLag, timing(echoTime));
            case "idle" -> new Idle(visitors, connections);
            case "connect" -> new Connect(wave, warmUpWaves, warmWaves);
            case "stalled" -> new Stalled(peers, stalledPayload, stalledRate, mostLag, timing(stalledTime));
            default ->
                throw new IllegalArgumentException("--workloads names " + name + ", expected some of " + WORKLOADS);
        };
    }

    private Timing timing(Duration measured) {
        return new Timing(firstWarmUp, warmUp, moreWarmUps, measured);
    }

    /** Returns whether a server that cannot run here is an error. */
    boolean mustHaveAll() {
        return mustHaveAll;
    }

    boolean targets() {
        return targets;
    }

    boolean resume() {
        return resume;
    }

    Path nodeDirectory() {
        return node;
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

    List<String> jvmFlags() {
        return jvmFlags;
    }

    Path output() {
        return output;
    }

    boolean profile() {
        return profile;
    }
}
