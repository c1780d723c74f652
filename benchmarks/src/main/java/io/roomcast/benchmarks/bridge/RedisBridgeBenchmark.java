package io.roomcast.benchmarks.bridge;

import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.Retention;
import io.roomcast.redis.RedisBridge;
import io.roomcast.testkit.redis.RedisServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.Jedis;

/**
 * Measures the Redis bridge on a Redis of its own, all in one go, so that its figures can be set in relation:
 *
 * <pre>java -cp benchmarks/target/benchmarks.jar io.roomcast.benchmarks.bridge.RedisBridgeBenchmark [--quick]</pre>
 *
 * <p>Everything shares this machine's processors with Redis. Trust the ratios.
 */
public final class RedisBridgeBenchmark {

    private static final int BYTES = 128;
    private static final int ROOMS = 100;
    /** Under way at once; less than the bridge's queue. */
    private static final int WINDOW = 16_384;

    private static final Retention RETENTION = new Retention(1000, Duration.ofMinutes(10));
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final RedisServer redis;
    private final boolean quick;

    private RedisBridgeBenchmark(RedisServer redis, boolean quick) {
        this.redis = redis;
        this.quick = quick;
    }

    /** Runs all and prints a line for each figure. */
    public static void main(String[] args) {
        try (RedisServer redis = RedisServer.start()) {
            RedisBridgeBenchmark benchmark =
                    new RedisBridgeBenchmark(redis, Arrays.asList(args).contains("--quick"));
            benchmark.throughput();
            benchmark.latency();
            benchmark.processorTime();
            benchmark.resubscription();
        }
    }

    // ---- throughput

    private void throughput() {
        int messages = quick ? 50_000 : 2_000_000;
        CountingNode to = new CountingNode(0);
        try (Bridge listening = start("listening", to);
                Bridge publishing = start("publishing", new CountingNode(0))) {
            for (int room = 0; room < ROOMS; room++) {
                join(listening.subscribe("room/" + room));
            }
            publish(publishing, messages / 10);
            await("the first are there", () -> to.arrived() == messages / 10);
            long begun = System.nanoTime();
            publish(publishing, messages);
            await("all are there", () -> to.arrived() == messages / 10 + messages);
            double bridged = rate(messages, begun);

            int single = quick ? 5_000 : 100_000;
            long before = System.nanoTime();
            try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
                for (int i = 0; i < single; i++) {
                    jedis.publish(("plain/" + i % ROOMS).getBytes(), new byte[BYTES]);
                }
            }
            double plain = rate(single, before);
            say("throughput, bridge to bridge, %d bytes, %d rooms: %,.0f messages/s", BYTES, ROOMS, bridged);
            say("throughput, one thread with Jedis, one by one, nobody listening: %,.0f messages/s", plain);
            say("ratio: %.1f", bridged / plain);
        }
    }

    private static void publish(Bridge bridge, int messages) {
        Semaphore window = new Semaphore(WINDOW);
        LongAdder failed = new LongAdder();
        byte[] envelope = new byte[BYTES];
        for (int i = 0; i < messages; i++) {
            window.acquireUninterruptibly();
            bridge.publish("room/" + i % ROOMS, envelope).whenComplete((done, failure) -> {
                if (failure != null) {
                    failed.increment();
                }
                window.release();
            });
        }
        window.acquireUninterruptibly(WINDOW);
        if (failed.sum() > 0) {
            throw new IllegalStateException(failed.sum() + " publishes failed");
        }
    }

    // ---- latency

    private void latency() {
        int perSecond = 20_000;
        int seconds = quick ? 1 : 10;
        CountingNode to = new CountingNode(perSecond * seconds);
        try (Bridge listening = start("listening", to);
                Bridge publishing = start("publishing", new CountingNode(0))) {
            for (int room = 0; room < ROOMS; room++) {
                join(listening.subscribe("room/" + room));
            }
            long begun = System.nanoTime();
            int messages = perSecond * seconds;
            for (int i = 0; i < messages; i++) {
                long due = begun + i * (1_000_000_000L / perSecond);
                long left;
                while ((left = due - System.nanoTime()) > 0) {
                    LockSupport.parkNanos(left);
                }
                byte[] envelope = new byte[BYTES];
                // From the call, which never waits: a timer that wakes this thread late is not the bridge's.
                ByteBuffer.wrap(envelope).putLong(System.nanoTime());
                publishing.publish("room/" + i % ROOMS, envelope);
            }
            await("all are there", () -> to.arrived() == messages);
            long[] ages = to.ages();
            int warm = ages.length / 4;
            long[] measured = Arrays.copyOfRange(ages, warm, ages.length);
            Arrays.sort(measured);
            long roundTrip = roundTrip();
            long half = measured[measured.length / 2];
            say("latency at %,d/s, bridge to bridge: p50 %d µs, p99 %d µs", perSecond, half / 1000, at(measured, 99));
            say(
                    "round trip of one publish with Jedis: p50 %d µs; ratio %.1f",
                    roundTrip / 1000, (double) half / roundTrip);
        }
    }

    private static long at(long[] sorted, int percent) {
        return sorted[(int) ((long) sorted.length * percent / 100)] / 1000;
    }

    private long roundTrip() {
        int count = quick ? 500 : 20_000;
        long[] times = new long[count];
        try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
            for (int i = 0; i < count; i++) {
                long begun = System.nanoTime();
                jedis.publish("room/0".getBytes(), new byte[BYTES]);
                times[i] = System.nanoTime() - begun;
            }
        }
        Arrays.sort(times);
        return times[count / 2];
    }

    // ---- what Redis's own processor time goes to

    private void processorTime() {
        int messages = quick ? 20_000 : 500_000;
        try (Bridge bridge = start("appending", new CountingNode(0))) {
            double before = processorSeconds();
            try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
                var pipeline = jedis.pipelined();
                for (int i = 0; i < messages; i++) {
                    pipeline.publish(("plain/" + i % ROOMS).getBytes(), new byte[BYTES]);
                    if (i % 128 == 127) {
                        pipeline.sync();
                    }
                }
                pipeline.sync();
            }
            double published = (processorSeconds() - before) / messages;
            before = processorSeconds();
            Semaphore window = new Semaphore(WINDOW);
            for (int i = 0; i < messages; i++) {
                window.acquireUninterruptibly();
                bridge.append("room/" + i / 64 % ROOMS, RETENTION, null, new byte[BYTES])
                        .whenComplete((done, failure) -> window.release());
            }
            window.acquireUninterruptibly(WINDOW);
            double appended = (processorSeconds() - before) / messages;
            say(
                    "Redis's processor time: a PUBLISH (pipelined) %.2f µs, a history append (packed) %.2f µs; ratio %.1f",
                    published * 1e6, appended * 1e6, appended / published);
        }
    }

    private double processorSeconds() {
        String info = String.valueOf(redis.ask("INFO", "cpu"));
        return field(info, "used_cpu_user:") + field(info, "used_cpu_sys:");
    }

    private static double field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    // ---- many rooms

    private void resubscription() {
        int rooms = quick ? 5_000 : 100_000;
        try (RedisBridge bridge = RedisBridge.connect(redis.uri());
                RedisBridge other = RedisBridge.connect(redis.uri())) {
            bridge.start("many", new CountingNode(0));
            other.start("other", new CountingNode(0));
            CompletionStage<Void> last = bridge.subscribe("many/0");
            for (int room = 1; room < rooms; room++) {
                last = bridge.subscribe("many/" + room);
            }
            join(last);
            await("all are subscribed", () -> subscriptions() >= rooms);
            redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
            long begun = System.nanoTime();
            await("they are gone", () -> bridge.state() != BridgeState.UP);
            await("they are back", () -> bridge.state() == BridgeState.UP);
            say(
                    "%,d rooms subscribed again after %d ms, nodes suspected meanwhile: %d",
                    rooms,
                    (System.nanoTime() - begun) / 1_000_000,
                    bridge.stats().suspects() + other.stats().suspects());
        }
    }

    private long subscriptions() {
        return (long) field(String.valueOf(redis.ask("INFO", "stats")), "pubsub_channels:");
    }

    // ---- tools

    private Bridge start(String nodeId, CountingNode node) {
        Bridge bridge = RedisBridge.connect(redis.uri());
        bridge.start(nodeId, node);
        return bridge;
    }

    private static double rate(int messages, long begun) {
        return messages * 1e9 / (System.nanoTime() - begun);
    }

    private static <T> void join(CompletionStage<T> stage) {
        stage.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("waited " + PATIENCE + " in vain until " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
