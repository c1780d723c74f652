package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.bridge.BridgeState;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.redis.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node's claim to its id, when Redis or another process is in its way. */
class SessionTest {

    private static final Names NAMES = new Names("rc", 16);

    @RegisterExtension
    final Opened open = new Opened();

    private RedisServer redis;

    @BeforeEach
    void startRedis() {
        redis = RedisServer.start();
    }

    @AfterEach
    void stopRedis() throws Exception {
        open.closeAll();
        redis.close();
    }

    private RedisBridge start(String id, BridgeRecorder told) {
        RedisBridge bridge = open.add(Fast.builder(redis.uri()).build());
        bridge.start(id, told);
        return bridge;
    }

    private static String key(String id) {
        return new String(NAMES.session(id), StandardCharsets.UTF_8);
    }

    @Test
    void foreignDataUnderTheKeyOfASessionIsSaid() {
        redis.ask("HSET", key("n"), "field", "value");
        RedisBridge bridge = start("n", new BridgeRecorder());
        assertThat(bridge.state()).isEqualTo(BridgeState.DEGRADED);
        await("it says why")
                .untilAsserted(
                        () -> assertThat(bridge.trouble().orElse("")).contains("session of node n", "WRONGTYPE"));
        redis.ask("DEL", key("n"));
        await("up").until(() -> bridge.state() == BridgeState.UP);
        assertThat(bridge.trouble()).isEmpty();
    }

    @Test
    void aRedisWithoutMemoryForASessionIsSaid() {
        redis.ask("CONFIG", "SET", "maxmemory", "1");
        RedisBridge bridge = start("n", new BridgeRecorder());
        assertThat(bridge.state()).isEqualTo(BridgeState.DEGRADED);
        await("it says why")
                .untilAsserted(() -> assertThat(bridge.trouble().orElse("")).contains("session of node n", "OOM"));
        redis.ask("CONFIG", "SET", "maxmemory", "0");
        await("up").until(() -> bridge.state() == BridgeState.UP);
    }

    @Test
    void aSessionOutlivesARedisThatIsOutOfMemory() {
        RedisBridge bridge = open.add(
                Fast.builder(redis.uri()).deadAfter(Duration.ofSeconds(3)).build());
        bridge.start("n", new BridgeRecorder());
        await("up").until(() -> bridge.state() == BridgeState.UP);
        redis.ask("CONFIG", "SET", "maxmemory", "1");
        await("longer than a session lives without its node")
                .pollDelay(Duration.ofSeconds(4))
                .until(() -> true);
        assertThat(redis.ask("EXISTS", key("n"))).isEqualTo(1L);
        redis.ask("CONFIG", "SET", "maxmemory", "0");
        assertThat(bridge.stats().sessionsLost()).isZero();
        assertThat(bridge.state()).isEqualTo(BridgeState.UP);
    }

    /** It does not know that it slept. Nobody else is to hear of it before it knows whether it still is who it was. */
    @Test
    void aNodeThatWakesUpAndFindsItsIdTakenSaysNothing() throws Exception {
        BridgeRecorder told = new BridgeRecorder();
        RedisBridge observer = start("observer", told);
        NodeProcess sleeper = open.add(new NodeProcess(redis.uri(), "same"));
        await("it is there")
                .atMost(Duration.ofSeconds(30))
                .until(() -> observer.nodes().contains("same"));
        sleeper.pause(true);
        await("it is lost").until(() -> told.story().contains("lost same"));
        await("its session has ended").until(() -> Long.valueOf(0).equals(redis.ask("EXISTS", key("same"))));
        RedisBridge second = start("same", new BridgeRecorder());
        await("another process has its id").until(() -> second.state() == BridgeState.UP);
        await("it is known").until(() -> observer.nodes().contains("same"));
        int before = sleeper.acknowledged().size();
        sleeper.pause(false);
        await("the first works again").until(() -> sleeper.acknowledged().size() > before + 200);
        assertThat(told.story()).containsExactly("joined same", "lost same", "joined same");
    }

    @Test
    void whoLeavesLetsGoOfNobodyElsesSession() {
        RedisBridge bridge = start("n", new BridgeRecorder());
        await("up").until(() -> bridge.state() == BridgeState.UP);
        redis.ask("SET", key("n"), "another");
        bridge.close();
        assertThat(redis.ask("GET", key("n"))).isEqualTo("another");
    }

    @Test
    void whoLeavesLetsGoOfItsOwn() {
        RedisBridge bridge = start("n", new BridgeRecorder());
        await("up").until(() -> bridge.state() == BridgeState.UP);
        bridge.close();
        assertThat(redis.ask("EXISTS", key("n"))).isEqualTo(0L);
    }
}
