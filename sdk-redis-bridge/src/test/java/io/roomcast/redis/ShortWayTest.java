package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.bridge.BridgeState;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.redis.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callers write to Redis and the thread that listens tells the node, where that saves a wake. What must be as if they did not. */
class ShortWayTest {

    private RedisServer redis;
    private RedisBridge from;
    private RedisBridge to;
    private final Held heard = new Held();

    /** Keeps whoever brings "hold" until it is let go. */
    private static final class Held extends BridgeRecorder {
        private final CountDownLatch letGo = new CountDownLatch(1);
        private volatile Thread held;
        private volatile String toldBy = "";

        @Override
        public void onEnvelope(String room, byte[] envelope) {
            if (new String(envelope, StandardCharsets.UTF_8).equals("hold")) {
                held = Thread.currentThread();
                try {
                    letGo.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            toldBy = Thread.currentThread().getName();
            super.onEnvelope(room, envelope);
        }
    }

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start();
        // All rooms in one lane, so that each could hold up each other.
        from = builder().build();
        to = builder().build();
        from.start("from", new BridgeRecorder());
        to.start("to", heard);
        for (String room : List.of("quiet", "r", "s")) {
            to.subscribe(room).toCompletableFuture().get(5, TimeUnit.SECONDS);
        }
        // What a bridge has to do when it starts is handed over too, and a message behind it is not alone.
        await("the lane is quiet").until(() -> {
            int before = heard.envelopes("quiet").size();
            publish("quiet", "?").get(5, TimeUnit.SECONDS);
            await("it is told").until(() -> heard.envelopes("quiet").size() > before);
            return heard.toldBy.startsWith("roomcast-redis-listen-");
        });
    }

    private RedisBridge.Builder builder() {
        return Fast.builder(redis.uri())
                .lanes(1)
                .commandTimeout(Duration.ofSeconds(3))
                .suspectAfter(Duration.ofSeconds(1))
                .deadAfter(Duration.ofSeconds(2));
    }

    @AfterEach
    void stop() {
        heard.letGo.countDown();
        from.close();
        to.close();
        redis.close();
    }

    private CompletableFuture<Void> publish(String room, String text) {
        return from.publish(room, text.getBytes(StandardCharsets.UTF_8)).toCompletableFuture();
    }

    @Test
    void theThreadThatListensTellsTheNodeOfAMessageThatComesAlone() {
        publish("r", "hold");
        await("it is there").until(() -> heard.held != null);
        assertThat(heard.held.getName()).startsWith("roomcast-redis-listen-");
    }

    @Test
    void aNodeThatKeepsThatThreadHoldsUpItsOwnMessagesAndNothingElse() {
        publish("r", "hold");
        await("it is there").until(() -> heard.held != null);
        long begun = System.nanoTime();
        List<String> sent = new ArrayList<>();
        // Well beyond the time in which a node that is not heard, or does not hear itself, is taken for dead.
        while (System.nanoTime() - begun < Duration.ofSeconds(3).toNanos()) {
            publish("s", String.valueOf(sent.size()))
                    .orTimeout(5, TimeUnit.SECONDS)
                    .join();
            sent.add(String.valueOf(sent.size()));
            assertThat(from.nodes()).containsExactly("to");
            assertThat(to.nodes()).containsExactly("from");
            assertThat(to.state()).isEqualTo(BridgeState.UP);
        }
        assertThat(heard.envelopes("s")).isEmpty();
        assertThat(heard.held.isAlive()).isTrue();
        heard.letGo.countDown();
        await("all come, in order").until(() -> heard.envelopes("s").equals(sent));
        assertThat(heard.envelopes("r")).containsExactly("hold");
        assertThat(heard.offences()).isEmpty();
        assertThat(to.stats().reconnects()).isZero();
        await("the thread that was kept has ended").until(() -> !heard.held.isAlive());
        publish("r", "hold");
        await("the next one is told by the one that took its place")
                .until(() -> heard.envelopes("r").size() == 2);
        assertThat(heard.held.getName()).startsWith("roomcast-redis-listen-0-");
    }

    @Test
    void whatIsTooLargeForACallerIsWrittenByTheLaneAndKeepsItsPlace() {
        byte[] large = new byte[1 << 20];
        Arrays.fill(large, (byte) 'x');
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            publish("r", "before " + i);
            from.publish("r", large);
            sent.add("before " + i);
            sent.add(new String(large, StandardCharsets.UTF_8));
            if (i % 5 == 0) {
                // Onto an idle lane, too.
                int count = sent.size();
                await("they come").until(() -> heard.envelopes("r").size() == count);
            }
        }
        await("all come, in order").until(() -> heard.envelopes("r").equals(sent));
    }

    @Test
    void manyCallersKeepTheirOrders() {
        int each = 2000;
        List<Thread> callers = IntStream.range(0, 4)
                .mapToObj(caller -> new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        publish(caller % 2 == 0 ? "r" : "s", caller + " " + i);
                    }
                }))
                .toList();
        callers.forEach(Thread::start);
        await("all come")
                .atMost(Duration.ofSeconds(30))
                .until(() -> heard.envelopes("r").size() + heard.envelopes("s").size() == 4 * each);
        for (int caller = 0; caller < 4; caller++) {
            String own = caller + " ";
            List<String> expected =
                    IntStream.range(0, each).mapToObj(i -> own + i).toList();
            assertThat(heard.envelopes(caller % 2 == 0 ? "r" : "s").stream().filter(text -> text.startsWith(own)))
                    .as("of caller " + caller)
                    .containsExactlyElementsOf(expected);
        }
    }

    @Test
    void nobodyWaitsForARedisThatStandsStill() {
        redis.pause();
        List<CompletableFuture<Void>> open = new ArrayList<>();
        long longest = 0;
        for (int i = 0; i < 2000; i++) {
            long begun = System.nanoTime();
            open.add(publish("r", "x".repeat(i)));
            longest = Math.max(longest, System.nanoTime() - begun);
        }
        assertThat(longest)
                .as("the longest call, ns; a blocked one would last until the command timeout")
                .isLessThan(Duration.ofSeconds(2).toNanos());
        await("none hangs")
                .atMost(Duration.ofSeconds(10))
                .until(() -> open.stream().allMatch(CompletableFuture::isDone));
        assertThat(from.stats().stalls()).isPositive();
        redis.resume();
        await("up again").atMost(Duration.ofSeconds(10)).until(() -> from.state() == BridgeState.UP);
    }
}
