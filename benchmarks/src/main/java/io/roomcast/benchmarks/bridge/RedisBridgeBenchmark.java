package io.roomcast.benchmarks.bridge;

import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.Retention;
import io.roomcast.redis.RedisBridge;
import io.roomcast.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
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

    private final RedisServer redis;
    private final RedisProcessor processor;
    private final boolean quick;
    private final boolean spinning;

    private RedisBridgeBenchmark(RedisServer redis, boolean quick, boolean spinning) {
        this.redis = redis;
        this.processor = new RedisProcessor(redis);
        this.quick = quick;
        this.spinning = spinning;
    }

    /** Runs all and prints a line for each figure. */
    public static void main(String[] args) {
        try (RedisServer redis = RedisServer.start()) {
            List<String> options = Arrays.asList(args);
            RedisBridgeBenchmark benchmark =
                    new RedisBridgeBenchmark(redis, options.contains("--quick"), options.contains("--spin"));
            boolean all = options.stream().allMatch(option -> option.equals("--quick") || option.equals("--spin"));
            if (all || options.contains("throughput")) {
                benchmark.throughput();
            }
            if (all || options.contains("latency")) {
                benchmark.latency();
            }
            if (all || options.contains("processor")) {
                benchmark.processorTime();
            }
            if (all || options.contains("rooms")) {
                benchmark.resubscription();
            }
        }
    }

    // ---- throughput

    private void throughput() {
        int messages = quick ? 50_000 : 2_000_000;
        CountingNode to = new CountingNode(false);
        try (Bridge listening = start("listening", to);
                Bridge publishing = start("publishing", new CountingNode(false))) {
            for (int room = 0; room < ROOMS; room++) {
                Waiting.join(listening.subscribe("room/" + room));
            }
            publish(publishing, messages / 10);
            Waiting.await("the first are there", () -> to.arrived() == messages / 10);
            long begun = System.nanoTime();
            publish(publishing, messages);
            Waiting.await("all are there", () -> to.arrived() == messages / 10 + messages);
            double bridged = rate(messages, begun);

            int single = quick ? 5_000 : 100_000;
            long before = System.nanoTime();
            try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
                for (int i = 0; i < single; i++) {
                    jedis.publish(("plain/" + i % ROOMS).getBytes(), new byte[BYTES]);
                }
            }
            double plain = rate(single, before);
            Lines.say("throughput, bridge to bridge, %d bytes, %d rooms: %,.0f messages/s", BYTES, ROOMS, bridged);
            Lines.say("throughput, one thread with Jedis, one by one, nobody listening: %,.0f messages/s", plain);
            Lines.say("ratio: %.1f", bridged / plain);
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
        double ratio = new Latency(redis, processor, 20_000, spinning, quick ? 0.5 : 3).run(quick ? 1 : 5);
        Lines.say("ratio bridge latency p50 roomcast/publish-round-trip %.2f", ratio);
    }

    // ---- what Redis's own processor time goes to

    private void processorTime() {
        int messages = quick ? 20_000 : 500_000;
        try (Bridge bridge = start("appending", new CountingNode(false))) {
            double before = processor.seconds();
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
            double published = (processor.seconds() - before) / messages;
            before = processor.seconds();
            Semaphore window = new Semaphore(WINDOW);
            for (int i = 0; i < messages; i++) {
                window.acquireUninterruptibly();
                bridge.append("room/" + i / 64 % ROOMS, RETENTION, null, new byte[BYTES])
                        .whenComplete((done, failure) -> window.release());
            }
            window.acquireUninterruptibly(WINDOW);
            double appended = (processor.seconds() - before) / messages;
            Lines.say(
                    "Redis's processor time: a PUBLISH (pipelined) %.2f µs, a history append (packed) %.2f µs; ratio %.1f",
                    published * 1e6, appended * 1e6, appended / published);
        }
    }

    // ---- many rooms

    private void resubscription() {
        int rooms = quick ? 5_000 : 100_000;
        try (RedisBridge bridge = RedisBridge.connect(redis.uri());
                RedisBridge other = RedisBridge.connect(redis.uri())) {
            bridge.start("many", new CountingNode(false));
            other.start("other", new CountingNode(false));
            CompletionStage<Void> last = bridge.subscribe("many/0");
            for (int room = 1; room < rooms; room++) {
                last = bridge.subscribe("many/" + room);
            }
            Waiting.join(last);
            Waiting.await("all are subscribed", () -> processor.channels() >= rooms);
            redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
            long begun = System.nanoTime();
            Waiting.await("they are gone", () -> bridge.state() != BridgeState.UP);
            Waiting.await("they are back", () -> bridge.state() == BridgeState.UP);
            Lines.say(
                    "%,d rooms subscribed again after %d ms, nodes suspected meanwhile: %d",
                    rooms,
                    (System.nanoTime() - begun) / 1_000_000,
                    bridge.stats().suspects() + other.stats().suspects());
        }
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
}
