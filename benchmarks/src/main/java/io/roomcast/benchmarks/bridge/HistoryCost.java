package io.roomcast.benchmarks.bridge;

import io.roomcast.benchmarks.report.Figure;
import io.roomcast.benchmarks.report.Results;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.Retention;
import io.roomcast.redis.RedisBridge;
import io.roomcast.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** What Redis's own processor time goes to: messages for a history, appended by the bridge, and as many bare publishes in a pipeline. */
final class HistoryCost implements AutoCloseable {

    private static final Retention RETENTION = new Retention(1000, Duration.ofMinutes(10));
    private static final int PIPELINE = 128;
    /** Messages that one room says in a row. */
    private static final int RUN = 64;

    private final Usage usage;
    private final int messages;
    private final Bridge bridge;
    private final Jedis jedis;

    HistoryCost(RedisServer redis, Usage usage, int messages) {
        this.usage = usage;
        this.messages = messages;
        this.bridge = RedisBridge.connect(redis.uri());
        this.jedis = new Jedis("127.0.0.1", redis.port());
        bridge.start("appending", new CountingNode(false));
    }

    void round(int round, Results results) {
        results.add(round, RedisBridgeBenchmark.JEDIS, figure(usage.during(this::publish)));
        results.add(round, RedisBridgeBenchmark.BRIDGE, figure(usage.during(this::append)));
    }

    private void publish() {
        byte[] payload = new byte[Messages.BYTES];
        Pipeline pipeline = jedis.pipelined();
        for (int i = 0; i < messages; i++) {
            pipeline.publish(Messages.plainChannel(i), payload);
            if (i % PIPELINE == PIPELINE - 1) {
                pipeline.sync();
            }
        }
        pipeline.sync();
    }

    private void append() {
        Semaphore window = new Semaphore(Messages.WINDOW);
        byte[] envelope = new byte[Messages.BYTES];
        for (int i = 0; i < messages; i++) {
            window.acquireUninterruptibly();
            bridge.append(Messages.room(i / RUN), RETENTION, null, envelope)
                    .whenComplete((done, failure) -> window.release());
        }
        window.acquireUninterruptibly(Messages.WINDOW);
    }

    private List<Figure> figure(Usage.Used used) {
        return List.of(new Figure("bridge-history", "redis_cpu_us_per_message", used.redisNanos() / 1e3 / messages));
    }

    @Override
    public void close() {
        bridge.close();
        jedis.close();
    }
}
