package io.roomcast.benchmarks.bridge;

import com.sun.management.OperatingSystemMXBean;
import io.roomcast.bridge.Bridge;
import io.roomcast.redis.RedisBridge;
import io.roomcast.testkit.redis.RedisServer;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import redis.clients.jedis.Jedis;

/**
 * How long a message takes from one node to another, beside the round trip of one publish with Jedis. Both are asked for as often,
 * by the same pacer, in turn, round after round; a time begins at the call, so that what the pacer's timer is late is neither's.
 */
final class Latency {

    private static final int BYTES = 128;
    private static final int ROOMS = 100;

    private final RedisServer redis;
    private final RedisProcessor processor;
    private final int perSecond;
    private final boolean spinning;
    private final int steps;

    Latency(RedisServer redis, RedisProcessor processor, int perSecond, boolean spinning, double seconds) {
        this.redis = redis;
        this.processor = processor;
        this.perSecond = perSecond;
        this.spinning = spinning;
        this.steps = (int) (perSecond * seconds);
    }

    static Histogram histogram() {
        return new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    }

    /** Measures, and prints a line for each round and one for their median. Returns the median ratio of the two. */
    double run(int rounds) {
        CountingNode to = new CountingNode(true);
        try (Bridge listening = RedisBridge.connect(redis.uri());
                Bridge publishing = RedisBridge.connect(redis.uri());
                Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
            listening.start("listening", to);
            publishing.start("publishing", new CountingNode(false));
            for (int room = 0; room < ROOMS; room++) {
                Waiting.join(listening.subscribe("room/" + room));
            }
            bridged(publishing, to);
            roundTrips(jedis);
            double[] ratios = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                ratios[round] = round(round, publishing, to, jedis);
            }
            Arrays.sort(ratios);
            return ratios[rounds / 2];
        }
    }

    private double round(int round, Bridge publishing, CountingNode to, Jedis jedis) {
        Run bridge = bridged(publishing, to);
        Run trip = roundTrips(jedis);
        double ratio = (double) bridge.p50() / trip.p50();
        Lines.say("latency round %d, %,d/s: bridge %s", round + 1, perSecond, bridge);
        Lines.say("latency round %d, %,d/s: round trip of a publish %s", round + 1, perSecond, trip);
        Lines.say("latency round %d: ratio of the p50 %.2f", round + 1, ratio);
        return ratio;
    }

    /**
     * One measurement; times in nanoseconds.
     *
     * @param times from the call
     * @param lag of the pacer
     * @param ownNanos processor time of this process, the pacer included
     * @param redisNanos processor time of Redis
     */
    private record Run(Histogram times, Histogram lag, int steps, long ownNanos, long redisNanos) {

        long p50() {
            return times.getValueAtPercentile(50);
        }

        @Override
        public String toString() {
            return String.format(
                    java.util.Locale.ROOT,
                    "p50 %.1f µs, p99 %.1f µs; the pacer was late by p50 %.1f µs, p99 %.1f µs;"
                            + " processor time a message: this process %.1f µs, Redis %.1f µs",
                    p50() / 1e3,
                    times.getValueAtPercentile(99) / 1e3,
                    lag.getValueAtPercentile(50) / 1e3,
                    lag.getValueAtPercentile(99) / 1e3,
                    ownNanos / 1e3 / steps,
                    redisNanos / 1e3 / steps);
        }
    }

    private Run bridged(Bridge publishing, CountingNode to) {
        long before = to.arrived();
        to.ages();
        return measured(
                to::ages,
                number -> {
                    byte[] envelope = new byte[BYTES];
                    ByteBuffer.wrap(envelope).putLong(System.nanoTime());
                    publishing.publish("room/" + number % ROOMS, envelope);
                },
                () -> Waiting.await("all are there", () -> to.arrived() == before + steps));
    }

    private Run roundTrips(Jedis jedis) {
        Histogram times = histogram();
        byte[] payload = new byte[BYTES];
        return measured(
                () -> times,
                number -> {
                    byte[] channel = ("plain/" + number % ROOMS).getBytes(StandardCharsets.UTF_8);
                    long begun = System.nanoTime();
                    jedis.publish(channel, payload);
                    times.recordValue(System.nanoTime() - begun);
                },
                () -> {});
    }

    private Run measured(java.util.function.Supplier<Histogram> times, Pacer.Step step, Runnable end) {
        Pacer pacer = new Pacer(perSecond, spinning);
        long own = ownNanos();
        double redisSeconds = processor.seconds();
        pacer.run(steps, step);
        end.run();
        return new Run(
                times.get(), pacer.lag(), steps, ownNanos() - own, (long) ((processor.seconds() - redisSeconds) * 1e9));
    }

    private static long ownNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
