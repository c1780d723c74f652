package io.roomcast.benchmarks.bridge;

import io.roomcast.benchmarks.report.Figure;
import io.roomcast.benchmarks.report.Results;
import io.roomcast.bridge.Bridge;
import io.roomcast.redis.RedisBridge;
import io.roomcast.testkit.redis.RedisServer;
import java.nio.ByteBuffer;
import java.util.List;
import org.HdrHistogram.Histogram;
import redis.clients.jedis.Jedis;

/**
 * How long a message takes from one node to another, beside the round trip of one publish with Jedis that nobody hears. Both are asked for as
 * often, by the same pacer. A time begins at the call: that the pacer's timer is late is neither's doing, and reported by itself.
 */
final class Latency implements AutoCloseable {

    private final Usage usage;
    private final int perSecond;
    private final boolean spinning;
    private final int steps;
    private final CountingNode heard = new CountingNode(true);
    private final Bridge listening;
    private final Bridge publishing;
    private final Jedis jedis;

    Latency(RedisServer redis, Usage usage, int perSecond, boolean spinning, double seconds) {
        this.usage = usage;
        this.perSecond = perSecond;
        this.spinning = spinning;
        this.steps = (int) (perSecond * seconds);
        this.listening = RedisBridge.connect(redis.uri());
        this.publishing = RedisBridge.connect(redis.uri());
        this.jedis = new Jedis("127.0.0.1", redis.port());
        listening.start("listening", heard);
        publishing.start("publishing", new CountingNode(false));
        for (int room = 0; room < Messages.ROOMS; room++) {
            Waiting.join(listening.subscribe(Messages.room(room)));
        }
    }

    void warmUp() {
        bridged();
        roundTrips();
    }

    void round(int round, Results results) {
        if (round % 2 == 0) {
            results.add(round, RedisBridgeBenchmark.BRIDGE, bridged());
            results.add(round, RedisBridgeBenchmark.JEDIS, roundTrips());
        } else {
            results.add(round, RedisBridgeBenchmark.JEDIS, roundTrips());
            results.add(round, RedisBridgeBenchmark.BRIDGE, bridged());
        }
    }

    private List<Figure> bridged() {
        long before = heard.arrived();
        heard.ages();
        Pacer pacer = new Pacer(perSecond, spinning);
        Usage.Used used = usage.during(() -> {
            pacer.run(steps, number -> {
                byte[] envelope = new byte[Messages.BYTES];
                ByteBuffer.wrap(envelope).putLong(System.nanoTime());
                publishing.publish(Messages.room(number), envelope);
            });
            Waiting.await("all are there", () -> heard.arrived() == before + steps);
        });
        return figures(heard.ages(), pacer.lag(), used);
    }

    private List<Figure> roundTrips() {
        Histogram times = Pacer.histogram();
        byte[] payload = new byte[Messages.BYTES];
        Pacer pacer = new Pacer(perSecond, spinning);
        Usage.Used used = usage.during(() -> pacer.run(steps, number -> {
            long begun = System.nanoTime();
            jedis.publish(Messages.plainChannel(number), payload);
            times.recordValue(System.nanoTime() - begun);
        }));
        return figures(times, pacer.lag(), used);
    }

    private List<Figure> figures(Histogram times, Histogram lag, Usage.Used used) {
        return List.of(
                micros("p50_us", times.getValueAtPercentile(50)),
                micros("p99_us", times.getValueAtPercentile(99)),
                micros("generator_late_p50_us", lag.getValueAtPercentile(50)),
                micros("generator_late_p99_us", lag.getValueAtPercentile(99)),
                micros("cpu_us_per_message", (double) used.ownNanos() / steps),
                micros("redis_cpu_us_per_message", (double) used.redisNanos() / steps));
    }

    private static Figure micros(String metric, double nanos) {
        return new Figure("bridge-paced", metric, nanos / 1e3);
    }

    @Override
    public void close() {
        listening.close();
        publishing.close();
        jedis.close();
    }
}
