package io.roomcast.benchmarks.bridge;

import io.roomcast.benchmarks.report.Figure;
import io.roomcast.benchmarks.report.Results;
import io.roomcast.bridge.Bridge;
import io.roomcast.redis.RedisBridge;
import io.roomcast.testkit.redis.RedisServer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import redis.clients.jedis.Jedis;

/**
 * How many messages a second go from one node to another when as many are sent as will go: over the bridge; between two servers of Socket.IO, each
 * a process of its own; and, only as far as Redis, from one thread with Jedis, one by one.
 */
final class Throughput implements AutoCloseable {

    private final RedisServer redis;
    private final Usage usage;
    private final double seconds;
    private final CountingNode heard = new CountingNode(false);
    private final Bridge listening;
    private final Bridge publishing;
    private final Optional<SocketIoPair> socketIo;
    private double socketIoRate;

    /** @param socketIo if it is to be compared with */
    Throughput(RedisServer redis, Usage usage, Optional<SocketIoPair> socketIo, double seconds) {
        this.redis = redis;
        this.usage = usage;
        this.seconds = seconds;
        this.socketIo = socketIo;
        this.listening = RedisBridge.connect(redis.uri());
        this.publishing = RedisBridge.connect(redis.uri());
        listening.start("listening", heard);
        publishing.start("publishing", new CountingNode(false));
        for (int room = 0; room < Messages.ROOMS; room++) {
            Waiting.join(listening.subscribe(Messages.room(room)));
        }
    }

    void warmUp() throws IOException {
        bridged(seconds);
        if (socketIo.isPresent()) {
            socketIoRate = socketIo.get().rate(2000);
            socketIoRate = socketIo.get().rate(messages());
        }
    }

    void round(int round, Results results) throws IOException {
        results.add(round, RedisBridgeBenchmark.BRIDGE, bridged(seconds));
        results.add(round, RedisBridgeBenchmark.JEDIS, List.of(rate(oneByOne())));
        if (socketIo.isPresent()) {
            socketIoRate = socketIo.get().rate(messages());
            results.add(round, RedisBridgeBenchmark.SOCKET_IO, List.of(rate(socketIoRate)));
        }
    }

    private int messages() {
        return (int) Math.max(1000, socketIoRate * seconds);
    }

    private List<Figure> bridged(double time) {
        long before = heard.arrived();
        long begun = System.nanoTime();
        int[] sent = new int[1];
        Usage.Used used = usage.during(() -> {
            sent[0] = publish(begun + (long) (time * 1e9));
            Waiting.await("all are there", () -> heard.arrived() == before + sent[0]);
        });
        return List.of(
                rate(sent[0] * 1e9 / (System.nanoTime() - begun)),
                new Figure("bridge", "cpu_us_per_message", used.ownNanos() / 1e3 / sent[0]),
                new Figure("bridge", "redis_cpu_us_per_message", used.redisNanos() / 1e3 / sent[0]));
    }

    private int publish(long until) {
        Semaphore window = new Semaphore(Messages.WINDOW);
        LongAdder failed = new LongAdder();
        byte[] envelope = new byte[Messages.BYTES];
        int sent = 0;
        while (System.nanoTime() - until < 0) {
            for (int i = 0; i < 64; i++) {
                window.acquireUninterruptibly();
                publishing.publish(Messages.room(sent++), envelope).whenComplete((done, failure) -> {
                    if (failure != null) {
                        failed.increment();
                    }
                    window.release();
                });
            }
        }
        window.acquireUninterruptibly(Messages.WINDOW);
        if (failed.sum() > 0) {
            throw new IllegalStateException(failed.sum() + " publishes failed");
        }
        return sent;
    }

    private double oneByOne() {
        byte[] payload = new byte[Messages.BYTES];
        try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
            long begun = System.nanoTime();
            long passed;
            int sent = 0;
            while ((passed = System.nanoTime() - begun) < seconds * 1e9) {
                jedis.publish(Messages.plainChannel(sent++), payload);
            }
            return sent * 1e9 / passed;
        }
    }

    private static Figure rate(double perSecond) {
        return new Figure("bridge", "throughput", perSecond);
    }

    @Override
    public void close() {
        listening.close();
        publishing.close();
        socketIo.ifPresent(SocketIoPair::close);
    }
}
