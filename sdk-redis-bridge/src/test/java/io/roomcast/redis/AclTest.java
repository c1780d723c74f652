package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.Retention;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.redis.RedisBinary;
import io.roomcast.testkit.redis.RedisCluster;
import io.roomcast.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A user who may do what docs/redis.md says and nothing else. Redis keeps a list of what it has denied. */
class AclTest {

    private static final Retention SHORT = new Retention(1000, Duration.ofSeconds(1));

    @RegisterExtension
    final Opened open = new Opened();

    @ParameterizedTest
    @EnumSource(
            value = RedisBinary.class,
            names = {"ANY", "EMBEDDED"})
    void theRulesOfThePageAreEnoughAndEachIsNeeded(RedisBinary binary) {
        RedisServer redis = open.add(RedisServer.builder().binary(binary).start());
        redis.ask(AclRules.words(false));
        redis.ask("CONFIG", "RESETSTAT");
        doEverything(redis.uri().replace("://", "://bridge:secret@") + "/1", List.of(redis));
        String used = String.valueOf(redis.ask("INFO", "commandstats"));
        Set<String> unused = Arrays.stream(AclRules.words(false))
                .filter(rule -> rule.startsWith("+"))
                .map(rule -> rule.substring(1))
                // Redis 6.2 counts subcommands together.
                .map(rule -> binary == RedisBinary.ANY ? rule : rule.replaceAll("\\|.*", ""))
                .filter(command -> !used.contains("cmdstat_" + command + ":"))
                .collect(Collectors.toSet());
        assertThat(unused).as("commands that the page allows and nobody uses").isSubsetOf(Set.of("auth"));
    }

    @ParameterizedTest
    @EnumSource(
            value = RedisBinary.class,
            names = {"ANY", "EMBEDDED"})
    void theRulesOfThePageAreEnoughInACluster(RedisBinary binary) {
        RedisCluster redis = open.add(RedisCluster.start(binary, 2));
        boolean shards =
                String.valueOf(redis.nodes().get(0).ask("INFO", "server")).contains("redis_version:7");
        for (RedisServer node : redis.nodes()) {
            // Redis 6.2 has no sharded channels, and no rules about them.
            node.ask(Arrays.stream(AclRules.words(true))
                    .filter(rule -> shards
                            || !List.of("+spublish", "+ssubscribe", "+sunsubscribe")
                                    .contains(rule))
                    .toArray(String[]::new));
        }
        doEverything(redis.uri().replace("://", "://bridge:secret@"), redis.nodes());
    }

    private void doEverything(String uri, List<RedisServer> servers) {
        RedisBridge one = open.add(builder(uri).build());
        RedisBridge two = open.add(builder(uri).build());
        BridgeRecorder told = new BridgeRecorder();
        one.start("one", new BridgeRecorder());
        two.start("two", told);
        await("up").until(() -> one.state() == BridgeState.UP && two.state() == BridgeState.UP);
        await("they know each other").until(() -> one.nodes().contains("two"));
        for (int room = 0; room < 8; room++) {
            String plain = "r" + room;
            String log = "h" + room;
            join(two.subscribe(plain).toCompletableFuture());
            join(two.subscribeHistory(log, SHORT).toCompletableFuture());
            join(one.publish(plain, new byte[] {'1'}).toCompletableFuture());
            join(one.send("two", plain, new byte[] {'2'}).toCompletableFuture());
            join(one.append(log, SHORT, "id", new byte[] {'3'}).toCompletableFuture());
            await("all arrive")
                    .until(() -> told.envelopes(plain).equals(List.of("1", "2"))
                            && told.entries(log).equals(List.of("3")));
            two.unsubscribe(plain);
        }
        // Entries that have become too old are taken away by whoever appends, after a while.
        for (int i = 0; i < 130; i++) {
            join(one.append("h0", SHORT, null, new byte[1]).toCompletableFuture());
            if (i == 10 || i == 20) {
                await("the first ones become too old, and the log lives on")
                        .pollDelay(Duration.ofMillis(600))
                        .until(() -> true);
            }
        }
        join(one.readHistory("h0", SHORT, 0, 100).toCompletableFuture());
        await("rooms are left").until(() -> two.stats().rooms() == 8);
        one.close();
        await("its goodbye is heard").until(() -> told.story().contains("lost one"));
        two.close();
        for (RedisServer server : servers) {
            assertThat((List<?>) server.ask("ACL", "LOG"))
                    .as("what Redis denied")
                    .isEmpty();
            assertThat((List<?>) server.ask("KEYS", "*:s:*")).as("sessions").isEmpty();
        }
    }

    private static RedisBridge.Builder builder(String uri) {
        return Fast.builder(uri).partitions(4).linger(Duration.ZERO);
    }

    private static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
