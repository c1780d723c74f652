package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.bridge.BridgeState;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.redis.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node keeps the thread that tells it something, for far too long: what others think of it, and whether it can leave. */
class KeptNodeTest {

    private static final String ROOM = "r";

    @RegisterExtension
    final Opened open = new Opened();

    private final CountDownLatch letGo = new CountDownLatch(1);
    private final CountDownLatch kept = new CountDownLatch(1);
    private final BridgeRecorder toldOther = new BridgeRecorder();
    private RedisServer redis;
    private RedisBridge slow;
    private RedisBridge other;
    private BridgeRecorder toldSlow;
    private volatile Runnable keeps = () -> {};

    @BeforeEach
    void twoNodes() {
        redis = RedisServer.start();
        toldSlow = new BridgeRecorder() {
            @Override
            public void onEnvelope(String room, byte[] envelope) {
                kept.countDown();
                keeps.run();
                super.onEnvelope(room, envelope);
            }
        };
        slow = bridge();
        other = bridge();
        slow.start("slow", toldSlow);
        other.start("other", toldOther);
        join(slow.subscribe(ROOM).toCompletableFuture());
        await("they know each other")
                .until(() -> slow.nodes().contains("other") && other.nodes().contains("slow"));
    }

    private RedisBridge bridge() {
        return open.add(Fast.builder(redis.uri()).build());
    }

    @AfterEach
    void stopRedis() throws Exception {
        letGo.countDown();
        open.closeAll();
        redis.close();
    }

    private void keep(Runnable how) throws InterruptedException {
        keeps = how;
        join(other.publish(ROOM, "keep".getBytes(StandardCharsets.UTF_8)).toCompletableFuture());
        assertThat(kept.await(5, TimeUnit.SECONDS)).isTrue();
    }

    private void untilLetGo() {
        try {
            letGo.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void isNotLostWhenNodesComeAndGoMeanwhile() throws Exception {
        keep(this::untilLetGo);
        RedisBridge third = bridge();
        BridgeRecorder toldThird = new BridgeRecorder();
        third.start("third", toldThird);
        await("the third knows both")
                .until(() -> third.nodes().contains("slow") && third.nodes().contains("other"));
        await("three times the dead time").pollDelay(Duration.ofMillis(3600)).until(() -> true);
        assertThat(toldOther.story()).containsExactly("joined slow", "joined third");
        assertThat(toldThird.story()).containsExactlyInAnyOrder("joined slow", "joined other");
        third.close();
        letGo.countDown();
        await("what happened meanwhile is told")
                .untilAsserted(() -> assertThat(toldSlow.story())
                        .containsExactly("joined other", "r keep", "joined third", "lost third"));
        assertThat(slow.state()).isEqualTo(BridgeState.UP);
        assertThat(toldSlow.offences()).isEmpty();
    }

    @Test
    void canLeaveMeanwhile() throws Exception {
        keep(this::untilLetGo);
        long begun = System.nanoTime();
        Thread leaving = new Thread(slow::close, "leaves");
        leaving.start();
        leaving.join(10_000);
        assertThat(leaving.isAlive()).as("closing hangs").isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
        await("the other is told").until(() -> toldOther.story().contains("lost slow"));
    }

    @Test
    void canLeaveOnThatThread() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        keep(() -> {
            slow.close();
            left.countDown();
        });
        assertThat(left.await(10, TimeUnit.SECONDS)).as("it has left").isTrue();
        await("the other is told").until(() -> toldOther.story().contains("lost slow"));
    }

    private static <T> T join(java.util.concurrent.CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
