package io.roomcast.benchmarks.bridge;

import io.roomcast.benchmarks.process.NodeLauncher;
import io.roomcast.benchmarks.report.Machine;
import io.roomcast.benchmarks.report.Results;
import io.roomcast.benchmarks.report.Target;
import io.roomcast.benchmarks.report.TextReport;
import io.roomcast.testkit.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/**
 * Measures the Redis bridge beside others, on a Redis of its own. docs/performance.md says how to run and how to read it. Everything shares this
 * machine's processors with Redis: what is compared is compared within a round.
 */
public final class RedisBridgeBenchmark {

    static final String BRIDGE = "roomcast";
    static final String JEDIS = "jedis";
    static final String BARE_SOCKETS = "bare-sockets";
    static final String JEDIS_BESIDE = "jedis-beside-bridge";
    static final String SOCKET_IO = "socketio-redis-adapter";

    private static final int PER_SECOND = 20_000;

    private final BridgeOptions options;
    private final RedisServer redis;
    private final Usage usage;
    private final Results results = new Results();

    private RedisBridgeBenchmark(BridgeOptions options, RedisServer redis) {
        this.options = options;
        this.redis = redis;
        this.usage = new Usage(redis);
    }

    /**
     * Runs it. Ends the process with 2 if the command line or the machine will not do.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(BridgeOptions.HELP);
            return;
        }
        try (RedisServer redis = RedisServer.start()) {
            new RedisBridgeBenchmark(BridgeOptions.parse(arguments), redis).run();
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    private void run() throws IOException {
        TextReport.machine(Machine.describe("none: the nodes are in the harness' own JVM"))
                .forEach(System.out::println);
        System.out.println("machine redis: " + usage.version());
        if (options.measures("throughput")) {
            throughput();
        }
        if (options.measures("paced")) {
            paced();
        }
        if (options.measures("history")) {
            try (HistoryCost history = new HistoryCost(redis, usage, options.historyMessages())) {
                rounds("history", round -> history.round(round, results));
            }
        }
        if (options.measures("rooms")) {
            results.add(0, BRIDGE, new Resubscription(redis, usage, options.rooms()).measure());
        }
        TextReport.results(results, List.of(BRIDGE)).forEach(System.out::println);
        targets().forEach(target -> System.out.println(target.line(results)));
    }

    private void throughput() throws IOException {
        try (Throughput throughput = new Throughput(redis, usage, socketIo(), options.seconds())) {
            throughput.warmUp();
            rounds("throughput", round -> throughput.round(round, results));
        }
    }

    private void paced() throws IOException {
        try (Latency latency = new Latency(redis, usage, PER_SECOND, options.spinning(), options.seconds())) {
            latency.warmUp();
            rounds("paced", round -> latency.round(round, results));
        }
    }

    private interface Round {
        void run(int number) throws IOException;
    }

    private void rounds(String what, Round round) throws IOException {
        for (int number = 0; number < options.rounds(); number++) {
            long begun = System.nanoTime();
            round.run(number);
            System.out.printf("# %s round %d: %.1f s%n", what, number + 1, (System.nanoTime() - begun) / 1e9);
        }
    }

    private Optional<SocketIoPair> socketIo() throws IOException {
        NodeLauncher launcher = new NodeLauncher(options.node());
        Optional<String> missing = SocketIoPair.missing(launcher);
        if (missing.isEmpty()) {
            return Optional.of(
                    SocketIoPair.start(launcher, redis.uri(), Files.createTempFile("socketio-redis", ".log")));
        }
        if (options.mustHaveAll()) {
            throw new IllegalStateException(SOCKET_IO + " cannot run: " + missing.get());
        }
        System.out.println("# LEFT OUT: " + SOCKET_IO + ": " + missing.get());
        return Optional.empty();
    }

    private static List<Target> targets() {
        return List.of(
                target("bridge", "throughput", Optional.of(JEDIS), Target.Sense.AT_LEAST, 10),
                target("bridge", "throughput", Optional.of(SOCKET_IO), Target.Sense.AT_LEAST, 5),
                target("bridge-paced", "p50_us", Optional.of(JEDIS), Target.Sense.AT_MOST, 2),
                target("bridge-paced", "p50_us", Optional.of(JEDIS_BESIDE), Target.Sense.AT_MOST, 2),
                target("bridge-history", "redis_cpu_us_per_message", Optional.of(JEDIS), Target.Sense.AT_MOST, 2.5),
                target("bridge-rooms", "resubscribed_ms", Optional.empty(), Target.Sense.AT_MOST, 2000),
                target("bridge-rooms", "nodes_suspected", Optional.empty(), Target.Sense.AT_MOST, 0));
    }

    private static Target target(
            String workload, String metric, Optional<String> other, Target.Sense sense, double bound) {
        return new Target(workload, metric, BRIDGE, other, sense, bound);
    }
}
