package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.bridge.BridgeState;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.redis.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More comes than the node takes. */
class OverflowTest {

    private static final int MESSAGES = 1200;

    @RegisterExtension
    final Opened open = new Opened();

    private final CountDownLatch letGo = new CountDownLatch(1);
    private final List<BridgeState> states = Collections.synchronizedList(new ArrayList<>());

    /** Nothing follows that would show by its number what was dropped: the node has to be told to look. */
    @Test
    void whatIsDroppedIsAnInterruptionThatTheNodeHearsOfWhenItHasTakenTheRest() {
        RedisServer redis = open.add(RedisServer.builder()
                .setting("client-output-buffer-limit", "pubsub 0 0 0")
                .start());
        RedisBridge from = open.add(RedisBridge.builder(redis.uri()).lanes(1).build());
        RedisBridge to = open.add(RedisBridge.builder(redis.uri()).lanes(1).build());
        BridgeRecorder told = new BridgeRecorder() {
            @Override
            public void onEnvelope(String room, byte[] envelope) {
                try {
                    letGo.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
                super.onEnvelope(room, envelope.length > 10 ? new byte[] {'x'} : envelope);
            }

            @Override
            public void onState(BridgeState state) {
                states.add(state);
                super.onState(state);
            }
        };
        from.start("from", new BridgeRecorder());
        to.start("to", told);
        join(to.subscribe("r").toCompletableFuture());
        byte[] large = new byte[100_000];
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            sent.add(from.publish("r", large).toCompletableFuture());
            if (sent.size() % 100 == 0) {
                sent.forEach(OverflowTest::join);
            }
        }
        sent.forEach(OverflowTest::join);
        await("some are dropped").until(() -> to.stats().arrivalsDropped() > 0);
        assertThat(states)
                .as("as long as the rest is not told, nobody could find the end of it")
                .containsExactly(BridgeState.UP);
        letGo.countDown();
        await("it is told that something was lost, and that it is over")
                .until(() -> states.equals(List.of(BridgeState.UP, BridgeState.DEGRADED, BridgeState.UP)));
        assertThat(told.envelopes("r").size()).isBetween(Deliveries.MOST_MESSAGES / 1000, MESSAGES - 1);
        join(from.publish("r", "end".getBytes(StandardCharsets.UTF_8)).toCompletableFuture());
        await("it goes on").until(() -> told.envelopes("r").contains("end"));
        assertThat(to.stats().reconnects()).isZero();
    }

    private static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
