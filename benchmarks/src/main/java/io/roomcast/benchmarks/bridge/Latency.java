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
 * How long a message takes from one node to another, beside the round trip of one publish with Jedis that nobody hears: of a thread that does as
 * many a second, paced in the same way, with nothing else going on; and of one that asks now and then while the bridge is at it. And beside
 * {@link BareSockets}, which say how much of it is the bridge's. A time begins at the call: that the pacer's timer is late is nobody's doing here, and reported by itself.
 */
final class Latency implements AutoCloseable {

    private static final int BESIDE_PER_SECOND = 500;

    private final Usage usage;
    private final double seconds;
    private final int perSecond;
    private final boolean spinning;
    private final int steps;
    private final CountingNode heard = new CountingNode(true);
    private final Bridge listening;
    private final Bridge publishing;
    private final Jedis jedis;
    private final BareSockets bare;

    Latency(RedisServer redis, Usage usage, int perSecond, boolean spinning, double seconds) {
        this.usage = usage;
        this.perSecond = perSecond;
        this.spinning = spinning;
        this.seconds = seconds;
        this.steps = (int) (perSecond * seconds);
        this.listening = RedisBridge.connect(redis.uri());
        this.publishing = RedisBridge.connect(redis.uri());
        this.jedis = new Jedis("127.0.0.1", redis.port());
        this.bare = new BareSockets(redis);
        listening.start("listening", heard);
        publishing.start("publishing", new CountingNode(false));
        for (int room = 0; room < Messages.ROOMS; room++) {
            Waiting.join(listening.subscribe(Messages.room(room)));
        }
    }

    void warmUp() {
        bridged();
        roundTrips();
        bare();
    }

    void round(int round, Results results) {
        if (round % 2 == 0) {
            results.add(round, RedisBridgeBenchmark.BRIDGE, bridged());
            results.add(round, RedisBridgeBenchmark.JEDIS, roundTrips());
        } else {
            results.add(round, RedisBridgeBenchmark.JEDIS, roundTrips());
            results.add(round, RedisBridgeBenchmark.BRIDGE, bridged());
        }
        results.add(round, RedisBridgeBenchmark.BARE_SOCKETS, bare());
        results.add(round, RedisBridgeBenchmark.JEDIS_BESIDE, beside());
    }

    private List<Figure> beside() {
        Histogram times = Pacer.histogram();
        Pacer pacer = new Pacer(BESIDE_PER_SECOND, false);
        Thread asking = new Thread(() -> ask(pacer, (int) (BESIDE_PER_SECOND * seconds), times), "beside");
        asking.start();
        bridged();
        try {
            asking.join(Waiting.PATIENCE.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it waited for the round trips", interrupted);
        }
        return List.of(
                micros("p50_us", times.getValueAtPercentile(50)), micros("p99_us", times.getValueAtPercentile(99)));
    }

    private void ask(Pacer pacer, int times, Histogram into) {
        byte[] payload = new byte[Messages.BYTES];
        pacer.run(times, number -> {
            long begun = System.nanoTime();
            jedis.publish(Messages.plainChannel(number), payload);
            into.recordValue(System.nanoTime() - begun);
        });
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

    private List<Figure> bare() {
        long before = bare.arrived();
        bare.ages();
        Pacer pacer = new Pacer(perSecond, spinning);
        Usage.Used used = usage.during(() -> {
            pacer.run(steps, number -> bare.publish());
            Waiting.await("all are there", () -> bare.arrived() == before + steps);
        });
        return figures(bare.ages(), pacer.lag(), used);
    }

    private List<Figure> roundTrips() {
        Histogram times = Pacer.histogram();
        Pacer pacer = new Pacer(perSecond, spinning);
        Usage.Used used = usage.during(() -> ask(pacer, steps, times));
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
        bare.close();
    }
}
