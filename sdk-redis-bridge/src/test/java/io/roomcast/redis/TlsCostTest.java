package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import io.roomcast.HistoryPosition;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As much as will go from one node to another through one Redis, with TLS and without, in turn. Says what it takes; judges only what arrives. */
@Tag("slow")
@RequiresRedis7
class TlsCostTest {

    private static final int ROUNDS = 3;
    private static final int BYTES = 128;
    private static final int UNDER_WAY = 4096;
    private static final int ROOMS = 16;
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(2);

    @TempDir
    Path folder;

    /** Counts what arrives, and whether it is what was to come next in its room. */
    private static final class Counting implements BridgeListener {
        private final AtomicLong arrived = new AtomicLong();
        private final AtomicLong wrong = new AtomicLong();
        /** Each entry belongs to whoever is told of its room, one at a time. */
        private final long[] next = new long[ROOMS];

        @Override
        public void onEnvelope(String room, byte[] envelope) {
            if (ByteBuffer.wrap(envelope).getLong() != next[Integer.parseInt(room)]++) {
                wrong.incrementAndGet();
            }
            arrived.incrementAndGet();
        }

        @Override
        public void onAppended(String room, HistoryPosition position, byte[] envelope) {}

        @Override
        public void onHistoryLost(String room, HistoryPosition resumesAfter) {}

        @Override
        public void onNodeJoined(String nodeId) {}

        @Override
        public void onNodeLost(String nodeId) {}

        @Override
        public void onState(BridgeState state) {}
    }

    private record Cost(double perSecond, double microsHere, double microsRedis) {
        @Override
        public String toString() {
            return String.format(
                    "%,.0f messages a second, processor time of each: %.2f µs here, %.2f µs in Redis",
                    perSecond, microsHere, microsRedis);
        }
    }

    @Test
    void allThatGoesThroughTlsArrivesInOrderAndWhatItCostsIsSaid() throws Exception {
        try (TlsRedis redis = TlsRedis.start(folder)) {
            for (int round = 0; round <= ROUNDS; round++) {
                Cost plain = round(redis, RedisBridge.builder(redis.server().uri()));
                Cost tls = round(redis, RedisBridge.builder(redis.uri()).tls(redis.trusting()));
                String name = round == 0 ? "warming up" : "round " + round;
                System.out.println(name + ", plain: " + plain);
                System.out.println(name + ", TLS:   " + tls);
            }
        }
    }

    private static Cost round(TlsRedis redis, RedisBridge.Builder builder) throws InterruptedException {
        Counting counting = new Counting();
        try (RedisBridge from = builder.build();
                RedisBridge to = builder.build()) {
            from.start("from", new Counting());
            to.start("to", counting);
            for (int room = 0; room < ROOMS; room++) {
                to.subscribe(String.valueOf(room)).toCompletableFuture().join();
            }
            double redisBefore = redisSeconds(redis);
            long cpuBefore = cpuNanos();
            long begun = System.nanoTime();
            long sent = send(from, begun);
            await("all that was sent arrives")
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> counting.arrived.get() == sent);
            double seconds = (System.nanoTime() - begun) / 1e9;
            assertThat(counting.wrong).as("out of order").hasValue(0);
            return new Cost(
                    sent / seconds,
                    (cpuNanos() - cpuBefore) / 1e3 / sent,
                    (redisSeconds(redis) - redisBefore) * 1e6 / sent);
        }
    }

    private static long send(RedisBridge from, long begun) throws InterruptedException {
        Semaphore free = new Semaphore(UNDER_WAY);
        AtomicLong failed = new AtomicLong();
        long sent = 0;
        while (System.nanoTime() - begun < ROUND_NANOS) {
            free.acquire();
            byte[] envelope = new byte[BYTES];
            ByteBuffer.wrap(envelope).putLong(sent / ROOMS);
            from.publish(String.valueOf(sent++ % ROOMS), envelope).whenComplete((done, failure) -> {
                if (failure != null) {
                    failed.incrementAndGet();
                }
                free.release();
            });
        }
        assertThat(free.tryAcquire(UNDER_WAY, 10, TimeUnit.SECONDS))
                .as("Redis takes all")
                .isTrue();
        assertThat(failed).as("publishes that failed").hasValue(0);
        return sent;
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static double redisSeconds(TlsRedis redis) {
        String info = String.valueOf(redis.server().ask("INFO", "cpu"));
        double sum = 0;
        for (String name : new String[] {"used_cpu_sys", "used_cpu_user"}) {
            Matcher line = Pattern.compile("^" + name + ":([0-9.]+)", Pattern.MULTILINE)
                    .matcher(info);
            assertThat(line.find()).as(name).isTrue();
            sum += Double.parseDouble(line.group(1));
        }
        return sum;
    }
}
