package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Retention;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.redis.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long an id is known. */
class MessageIdTest {

    private static final Retention SHORT = new Retention(1000, Duration.ofSeconds(2));

    @RegisterExtension
    final Opened open = new Opened();

    @Test
    void anIdIsForgottenWithItsEntryThoughTheLogLivesOn() throws Exception {
        RedisServer redis = open.add(RedisServer.start());
        RedisBridge node = open.add(Fast.builder(redis.uri()).build());
        BridgeRecorder told = new BridgeRecorder();
        node.start("node", told);
        node.subscribeHistory("r", SHORT).toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(append(node, "x", "1").duplicate()).isFalse();
        assertThat(append(node, "x", "1 again").duplicate()).isTrue();
        for (int i = 2; i <= 4; i++) {
            await("time goes by").pollDelay(Duration.ofMillis(800)).until(() -> true);
            append(node, "y" + i, String.valueOf(i));
        }
        assertThat(append(node, "x", "5").duplicate())
                .as("its entry was too old")
                .isFalse();
        assertThat(append(node, "x", "5 again").duplicate()).isTrue();
        await("it is told").untilAsserted(() -> assertThat(told.entries("r")).containsExactly("1", "2", "3", "4", "5"));
    }

    private static Appended append(RedisBridge node, String id, String text) throws Exception {
        return node.append("r", SHORT, id, text.getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }
}
