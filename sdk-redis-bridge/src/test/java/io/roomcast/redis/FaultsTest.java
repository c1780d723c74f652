package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.bridge.BridgeState;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.bridge.FaultProxy;
import io.roomcast.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The fault table of docs/redis.md on one server, with times a fifth of the defaults. */
class FaultsTest {

    private final List<AutoCloseable> open = new ArrayList<>();
    private RedisServer redis;
    private FaultProxy proxy;
    private final Traffic.Heard heard = new Traffic.Heard();
    private RedisBridge from;
    private RedisBridge to;

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    /** Both nodes behind one proxy. */
    private Traffic traffic(RedisServer.Builder server) {
        redis = opened(server.start());
        proxy = opened(FaultProxy.to(redis.port()));
        from = opened(bridge(redis.port()));
        to = opened(bridge(proxy.port()));
        from.start("from", new BridgeRecorder());
        to.start("to", heard);
        await("they know each other")
                .until(() -> to.nodes().contains("from") && from.nodes().contains("to"));
        Traffic traffic = opened(new Traffic(from, to, heard));
        await("traffic flows").until(() -> traffic.acknowledgements() > 100);
        return traffic;
    }

    private static RedisBridge bridge(int port) {
        return fast(RedisBridge.builder("redis://127.0.0.1:" + port)).build();
    }

    static RedisBridge.Builder fast(RedisBridge.Builder builder) {
        return builder.heartbeatInterval(Duration.ofMillis(200))
                .suspectAfter(Duration.ofMillis(600))
                .deadAfter(Duration.ofMillis(1200))
                .commandTimeout(Duration.ofMillis(500))
                .connectTimeout(Duration.ofMillis(500));
    }

    private <T extends AutoCloseable> T opened(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private static void pass(long millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long left;
        while ((left = until - System.nanoTime()) > 0) {
            LockSupport.parkNanos(left);
        }
    }

    private Traffic.Result result(Traffic traffic) {
        traffic.stop();
        Traffic.Result result = traffic.settle();
        System.out.println(result + "; appends failed " + traffic.failures());
        return result;
    }

    @Test
    @Tag("slow")
    void listenersThatAreKilledAgainAndAgainLoseNothingFromHistory() {
        Traffic traffic = traffic(RedisServer.builder());
        for (int i = 0; i < 10; i++) {
            redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
            pass(150);
        }
        result(traffic).nothingLostFromHistory();
        assertThat(traffic.failures()).as("publishing goes on").isZero();
        assertThat(to.stats().reconnects()).isGreaterThanOrEqualTo(10);
        assertThat(heard.nodes()).containsExactly("joined from");
    }

    @Test
    void aKilledListenerIsFoundOutAtOnce() {
        traffic(RedisServer.builder());
        long before = to.stats().reconnects();
        long begun = System.nanoTime();
        redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
        await("degraded")
                .pollInterval(Duration.ofMillis(1))
                .until(() -> heard.states().contains(BridgeState.DEGRADED));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
        await("up").until(() -> to.state() == BridgeState.UP);
        assertThat(to.stats().reconnects()).isGreaterThan(before);
        System.out.println(
                "up again after " + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
    }

    /** The node looks for losses when it hears of one; a reconnect may be over before anybody has looked. */
    @Test
    void everyInterruptionIsToldHoweverShort() {
        traffic(RedisServer.builder());
        for (int interruption = 1; interruption <= 10; interruption++) {
            int expected = interruption;
            redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
            await("interruption " + interruption + " is told, and its end")
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> times(BridgeState.DEGRADED) >= expected && to.state() == BridgeState.UP);
        }
    }

    private long times(BridgeState state) {
        return heard.states().stream().filter(state::equals).count();
    }

    @Test
    void writersThatAreKilledInMidBatchFailTheirFuturesAndDoubleNothing() {
        Traffic traffic = traffic(RedisServer.builder());
        for (int i = 0; i < 10; i++) {
            redis.ask("CLIENT", "KILL", "TYPE", "normal");
            pass(150);
        }
        assertThat(from.stats().reconnects()).as("writers that were killed").isGreaterThanOrEqualTo(2);
        result(traffic).nothingLostFromHistory();
        assertThat(heard.nodes()).containsExactly("joined from");
    }

    @Test
    void cutConnectionsComeBackAndHistoryIsWhole() {
        Traffic traffic = traffic(RedisServer.builder());
        for (int i = 0; i < 5; i++) {
            proxy.cut();
            pass(250);
        }
        assertThat(to.stats().reconnects()).as("connections that were cut").isGreaterThanOrEqualTo(4);
        result(traffic).nothingLostFromHistory();
        assertThat(heard.nodes()).containsExactly("joined from");
    }

    @Test
    void aRestartWithoutPersistenceIsAnotherEpochInEveryRoom() {
        Traffic traffic = traffic(RedisServer.builder());
        redis.kill();
        await("degraded").until(() -> from.state() == BridgeState.DEGRADED && to.state() == BridgeState.DEGRADED);
        pass(100);
        redis.launch();
        await("up").until(() -> from.state() == BridgeState.UP && to.state() == BridgeState.UP);
        pass(300);
        Traffic.Result result = result(traffic).everyLossIsTold();
        assertThat(result.lossesTold).isEqualTo(Traffic.ROOMS);
        assertThat(traffic.failures()).isPositive();
        assertThat(from.stats().sessionsLost()).isEqualTo(1);
        assertThat(heard.nodes()).as("nobody was lost").containsExactly("joined from");
    }

    @Test
    void aFlushIsAnotherEpochAndScriptsAreLoadedAgain() {
        Traffic traffic = traffic(RedisServer.builder());
        redis.ask("FLUSHALL");
        redis.ask("SCRIPT", "FLUSH");
        pass(500);
        Traffic.Result result = result(traffic).everyLossIsTold();
        assertThat(result.lossesTold).isEqualTo(Traffic.ROOMS);
        assertThat(result.volatileLost).isZero();
        assertThat(traffic.failures()).isZero();
        assertThat(from.stats().sessionsLost()).isEqualTo(1);
        assertThat(heard.nodes()).containsExactly("joined from");
        assertThat(heard.states()).containsExactly(BridgeState.UP);
    }

    @Test
    void evictedScriptsAreLoadedAgainAndNothingFails() {
        Traffic traffic = traffic(RedisServer.builder());
        for (int i = 0; i < 20; i++) {
            redis.ask("SCRIPT", "FLUSH");
            pass(20);
        }
        Traffic.Result result = result(traffic).nothingLostFromHistory();
        assertThat(result.volatileLost).isZero();
        assertThat(traffic.failures()).isZero();
    }

    @Test
    void aRestartWithPersistenceLeavesHistoryWhole() {
        Traffic traffic = traffic(RedisServer.builder().persistent());
        redis.kill();
        await("degraded").until(() -> from.state() == BridgeState.DEGRADED && to.state() == BridgeState.DEGRADED);
        redis.launch();
        await("up").until(() -> from.state() == BridgeState.UP && to.state() == BridgeState.UP);
        pass(300);
        result(traffic).nothingLostFromHistory();
    }

    @Test
    void aServerThatStandsStillForAWhileLosesNobody() {
        Traffic traffic = traffic(RedisServer.builder());
        redis.pause();
        pass(400);
        redis.resume();
        pass(300);
        result(traffic).nothingLostFromHistory();
        assertThat(heard.nodes()).containsExactly("joined from");
    }

    @Test
    @Tag("slow")
    void aServerThatStandsStillForLongDegradesAndRecoversInASecond() {
        Traffic traffic = traffic(RedisServer.builder());
        redis.pause();
        await("degraded").until(() -> from.state() == BridgeState.DEGRADED && to.state() == BridgeState.DEGRADED);
        pass(1500);
        redis.resume();
        long begun = System.nanoTime();
        await("up").until(() -> from.state() == BridgeState.UP && to.state() == BridgeState.UP);
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.println("up again after " + took.toMillis() + " ms");
        assertThat(took).isLessThan(Duration.ofSeconds(3));
        pass(200);
        result(traffic).nothingLostFromHistory();
        assertThat(heard.nodes()).as("nobody was lost").containsExactly("joined from");
    }

    @Test
    @Tag("slow")
    void aPausedOrSleepingServerCausesNoStormOfReconnects() {
        Traffic traffic = traffic(RedisServer.builder().setting("enable-debug-command", "local"));
        long before = from.stats().reconnects() + to.stats().reconnects();
        redis.ask("CLIENT", "PAUSE", "300", "ALL");
        pass(500);
        redis.ask("DEBUG", "SLEEP", "0.3");
        pass(200);
        assertThat(from.stats().queuedBytes()).isLessThan(32 << 20);
        result(traffic).nothingLostFromHistory();
        assertThat(from.stats().reconnects() + to.stats().reconnects() - before).isLessThanOrEqualTo(4);
    }

    @Test
    @Tag("slow")
    void aHoleInOneDirectionIsFoundOut() {
        for (FaultProxy.Direction direction : FaultProxy.Direction.values()) {
            Traffic traffic = traffic(RedisServer.builder());
            long begun = System.nanoTime();
            proxy.blackhole(direction);
            await("degraded").until(() -> to.state() == BridgeState.DEGRADED);
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            System.out.println(direction + " found out after " + took.toMillis() + " ms");
            assertThat(took).isLessThan(Duration.ofMillis(200 * 7 / 2 + 1500));
            proxy.heal();
            await("up").until(() -> to.state() == BridgeState.UP);
            pass(200);
            result(traffic).nothingLostFromHistory();
            heard.entries.clear();
            heard.envelopes.clear();
            heard.last.clear();
            to.close();
            from.close();
        }
    }

    @Test
    @Tag("slow")
    void aSlowReaderIsCutOffByRedisAndHearsOfWhatItMissed() {
        Traffic traffic = traffic(RedisServer.builder().setting("client-output-buffer-limit", "pubsub 64kb 0 0"));
        assertThat(to.subscribe("big").toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
        long before = to.stats().reconnects();
        proxy.throttle(20_000);
        byte[] big = new byte[20_000];
        for (int i = 0; i < 400; i++) {
            from.publish("big", big);
            from.append("big", Traffic.RETENTION, null, big);
        }
        pass(1500);
        proxy.heal();
        await("Redis has cut it off and it listens anew").until(() -> to.stats().reconnects() > before);
        result(traffic).nothingLostFromHistory();
    }

    @Test
    void withoutRedisItStartsDegradedAndComesUpWhenRedisDoes() {
        redis = opened(RedisServer.start());
        redis.kill();
        from = opened(bridge(redis.port()));
        BridgeRecorder told = new BridgeRecorder();
        from.start("from", told);
        assertThat(from.state()).isEqualTo(BridgeState.DEGRADED);
        assertThat(from.trouble()).isPresent();
        CompletableFuture<Void> publish = from.publish("r", new byte[1]).toCompletableFuture();
        await("a publish fails").atMost(Duration.ofSeconds(1)).until(publish::isCompletedExceptionally);
        CompletableFuture<Void> subscribe = from.subscribe("r").toCompletableFuture();
        await("a subscription fails").until(subscribe::isCompletedExceptionally);
        redis.launch();
        await("up").until(() -> from.state() == BridgeState.UP);
        to = opened(bridge(redis.port()));
        to.start("to", heard);
        await("the other is up").until(() -> to.state() == BridgeState.UP);
        to.publish("r", new byte[] {'1'});
        await("the room was subscribed all the same")
                .until(() -> told.envelopes("r").equals(List.of("1")));
    }

    @Test
    @Tag("slow")
    void aFlappingServerLeaksNoThreadAndNoConnection() {
        Traffic traffic = traffic(RedisServer.builder());
        long threads = threads();
        for (int i = 0; i < 10; i++) {
            redis.kill();
            pass(60);
            redis.launch();
            pass(60);
        }
        await("up").until(() -> from.state() == BridgeState.UP && to.state() == BridgeState.UP);
        traffic.stop();
        await("as many threads as before").until(() -> threads() == threads);
        await("two connections a lane").until(() -> clients() == 2 * 2 * 2);
        from.close();
        to.close();
        await("no connection is left").until(() -> clients() == 0);
        await("no thread is left").until(() -> threads() == 0);
    }

    private long clients() {
        return String.valueOf(redis.ask("CLIENT", "LIST"))
                .lines()
                .filter(line -> line.contains("name=roomcast-"))
                .count();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("roomcast-redis-")
                        && !thread.getName().startsWith("roomcast-redis-end"))
                .count();
    }

    @Test
    void manyRoomsAreSubscribedAgainWithoutLosingAHeartbeat() {
        redis = opened(RedisServer.start());
        from = opened(RedisBridge.connect(redis.uri()));
        to = opened(RedisBridge.connect(redis.uri()));
        BridgeRecorder other = new BridgeRecorder();
        from.start("from", other);
        to.start("to", heard);
        CompletableFuture<?> last = null;
        for (int room = 0; room < 50_000; room++) {
            last = to.subscribe("room/" + room).toCompletableFuture();
        }
        await("all are subscribed")
                .until(() -> to.state() == BridgeState.UP && to.stats().rooms() == 50_000);
        assertThat(last).isNotNull();
        long begun = System.nanoTime();
        redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
        await("degraded")
                .pollInterval(Duration.ofMillis(1))
                .until(() -> heard.states().contains(BridgeState.DEGRADED));
        await("up").pollInterval(Duration.ofMillis(2)).until(() -> to.state() == BridgeState.UP);
        System.out.println("50,000 rooms again after "
                + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
        assertThat(channels()).isGreaterThanOrEqualTo(50_000);
        assertThat(from.stats().suspects() + to.stats().suspects()).isZero();
        assertThat(other.story()).containsExactly("joined to");
    }

    private int channels() {
        return redis.ask("PUBSUB", "CHANNELS", "rc:*:r:*") instanceof List<?> channels ? channels.size() : 0;
    }

    @Test
    void whenRedisIsOutOfMemoryAppendsFailClearlyAndEverythingElseGoesOn() {
        Traffic traffic = traffic(RedisServer.builder());
        redis.ask("CONFIG", "SET", "maxmemory", "1");
        CompletableFuture<?> append =
                from.append("h", Traffic.RETENTION, null, new byte[10]).toCompletableFuture();
        await("the append fails").until(append::isCompletedExceptionally);
        assertThat(append.handle((done, failure) -> failure.getMessage()).join())
                .contains("OOM");
        CompletableFuture<?> publish = from.publish("r", new byte[10]).toCompletableFuture();
        await("publishing works").until(publish::isDone);
        assertThat(publish).isCompleted();
        redis.ask("CONFIG", "SET", "maxmemory", "0");
        result(traffic).nothingLostFromHistory();
        assertThat(traffic.failures()).isPositive();
    }
}
