package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.bridge.BridgeState;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.bridge.FaultProxy;
import io.roomcast.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The fault table of docs/redis.md on one server, with times a fifth of the defaults. */
class FaultsTest {

    @RegisterExtension
    final Opened open = new Opened();

    private RedisServer redis;
    private FaultProxy proxy;
    private final Traffic.Heard heard = new Traffic.Heard();
    private RedisBridge from;
    private RedisBridge to;

    /** Both nodes behind one proxy. */
    private Traffic traffic(RedisServer.Builder server) {
        redis = open.add(server.start());
        proxy = open.add(FaultProxy.to(redis.port()));
        from = open.add(bridge(redis.port()));
        to = open.add(bridge(proxy.port()));
        return Traffic.between(from, to, heard, open);
    }

    private static RedisBridge bridge(int port) {
        return Fast.builder("redis://127.0.0.1:" + port).build();
    }

    @Test
    @Tag("slow")
    void listenersThatAreKilledAgainAndAgainLoseNothingFromHistory() {
        Traffic traffic = traffic(RedisServer.builder());
        for (int i = 0; i < 10; i++) {
            redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
            traffic.flow(150);
        }
        traffic.result().nothingLostFromHistory();
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
            traffic.flow(150);
        }
        assertThat(from.stats().reconnects()).as("writers that were killed").isGreaterThanOrEqualTo(2);
        traffic.result().nothingLostFromHistory();
        assertThat(heard.nodes()).containsExactly("joined from");
    }

    @Test
    void cutConnectionsComeBackAndHistoryIsWhole() {
        Traffic traffic = traffic(RedisServer.builder());
        for (int i = 0; i < 5; i++) {
            proxy.cut();
            traffic.flow(250);
        }
        assertThat(to.stats().reconnects()).as("connections that were cut").isGreaterThanOrEqualTo(4);
        traffic.result().nothingLostFromHistory();
        assertThat(heard.nodes()).containsExactly("joined from");
    }

    @Test
    void aRestartWithoutPersistenceIsAnotherEpochInEveryRoom() {
        Traffic traffic = traffic(RedisServer.builder());
        redis.kill();
        await("degraded").until(() -> from.state() == BridgeState.DEGRADED && to.state() == BridgeState.DEGRADED);
        traffic.flow(100);
        redis.launch();
        await("up").until(() -> from.state() == BridgeState.UP && to.state() == BridgeState.UP);
        traffic.flow(300);
        Traffic.Result result = traffic.result().everyLossIsTold();
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
        traffic.flow(500);
        Traffic.Result result = traffic.result().everyLossIsTold();
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
            traffic.flow(20);
        }
        Traffic.Result result = traffic.result().nothingLostFromHistory();
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
        traffic.flow(300);
        traffic.result().nothingLostFromHistory();
    }

    @Test
    void aServerThatStandsStillForAWhileLosesNobody() {
        Traffic traffic = traffic(RedisServer.builder());
        redis.pause();
        traffic.flow(400);
        redis.resume();
        traffic.flow(300);
        traffic.result().nothingLostFromHistory();
        assertThat(heard.nodes()).containsExactly("joined from");
    }

    @Test
    @Tag("slow")
    void aServerThatStandsStillForLongDegradesAndRecoversInASecond() {
        Traffic traffic = traffic(RedisServer.builder());
        redis.pause();
        await("degraded").until(() -> from.state() == BridgeState.DEGRADED && to.state() == BridgeState.DEGRADED);
        traffic.flow(1500);
        redis.resume();
        long begun = System.nanoTime();
        await("up").until(() -> from.state() == BridgeState.UP && to.state() == BridgeState.UP);
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.println("up again after " + took.toMillis() + " ms");
        assertThat(took).isLessThan(Duration.ofSeconds(3));
        traffic.flow(200);
        traffic.result().nothingLostFromHistory();
        assertThat(heard.nodes()).as("nobody was lost").containsExactly("joined from");
    }

    @Test
    @Tag("slow")
    void aPausedOrSleepingServerCausesNoStormOfReconnects() {
        Traffic traffic = traffic(RedisServer.builder().setting("enable-debug-command", "local"));
        long before = from.stats().reconnects() + to.stats().reconnects();
        redis.ask("CLIENT", "PAUSE", "300", "ALL");
        traffic.flow(500);
        redis.ask("DEBUG", "SLEEP", "0.3");
        traffic.flow(200);
        assertThat(from.stats().queuedBytes()).isLessThan(32 << 20);
        traffic.result().nothingLostFromHistory();
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
            traffic.flow(200);
            traffic.result().nothingLostFromHistory();
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
        traffic.flow(1500);
        proxy.heal();
        await("Redis has cut it off and it listens anew").until(() -> to.stats().reconnects() > before);
        traffic.result().nothingLostFromHistory();
    }

    @Test
    void withoutRedisItStartsDegradedAndComesUpWhenRedisDoes() {
        redis = open.add(RedisServer.start());
        redis.kill();
        from = open.add(bridge(redis.port()));
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
        to = open.add(bridge(redis.port()));
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
            traffic.flow(60);
            redis.launch();
            traffic.flow(60);
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

    /** Returns how many threads bridges have. */
    static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("roomcast-redis-")
                        && !thread.getName().startsWith("roomcast-redis-end"))
                .count();
    }

    @Test
    void manyRoomsAreSubscribedAgainWithoutLosingAHeartbeat() {
        redis = open.add(RedisServer.start());
        from = open.add(RedisBridge.connect(redis.uri()));
        to = open.add(RedisBridge.connect(redis.uri()));
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
        traffic.result().nothingLostFromHistory();
        assertThat(traffic.failures()).isPositive();
    }
}
