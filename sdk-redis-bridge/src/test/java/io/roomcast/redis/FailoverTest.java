package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.bridge.BridgeState;
import io.roomcast.testkit.redis.RedisBinary;
import io.roomcast.testkit.redis.RedisCluster;
import io.roomcast.testkit.redis.RedisSentinels;
import io.roomcast.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Another server takes over, under traffic. */
class FailoverTest {

    @RegisterExtension
    final Opened open = new Opened();

    private final Traffic.Heard heard = new Traffic.Heard();
    private RedisBridge from;
    private RedisBridge to;

    private Traffic traffic(String uri, int partitions) {
        from = open.add(Fast.builder(uri).partitions(partitions).build());
        to = open.add(Fast.builder(uri).partitions(partitions).build());
        return Traffic.between(from, to, heard, open);
    }

    @Test
    @Tag("slow")
    void aPlannedFailoverOfSentinelIsFollowed() {
        RedisSentinels redis = open.add(RedisSentinels.start(RedisBinary.ANY));
        Traffic traffic = traffic(redis.uri(), 16);
        RedisServer before = redis.master();
        redis.failOver();
        await("the Sentinels name another master")
                .atMost(Duration.ofSeconds(20))
                .until(() -> redis.master() != before);
        await("both write to it").atMost(Duration.ofSeconds(10)).until(() -> clients(redis.master()) >= 8);
        await("up").until(() -> from.state() == BridgeState.UP && to.state() == BridgeState.UP);
        traffic.flow(500);
        Traffic.Result result = traffic.result();
        result.everyLossIsTold();
        // Replication is asynchronous: what the old master acknowledged last may be gone. So every room has another
        // epoch.
        assertThat(result.lossesTold).isGreaterThanOrEqualTo(Traffic.ROOMS);
        assertThat(heard.nodes()).as("nobody was lost").containsExactly("joined from");
    }

    @Test
    @Tag("slow")
    void aMasterThatIsKilledIsReplaced() {
        RedisSentinels redis = open.add(RedisSentinels.start(RedisBinary.ANY));
        Traffic traffic = traffic(redis.uri(), 16);
        RedisServer before = redis.master();
        before.kill();
        await("the Sentinels name another master")
                .atMost(Duration.ofSeconds(30))
                .until(() -> redis.master() != before);
        long begun = System.nanoTime();
        await("up")
                .atMost(Duration.ofSeconds(10))
                .until(() -> from.state() == BridgeState.UP && to.state() == BridgeState.UP);
        System.out.println("up " + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms after the new master");
        traffic.flow(500);
        Traffic.Result result = traffic.result();
        result.everyLossIsTold();
        assertThat(result.lossesTold).isGreaterThanOrEqualTo(Traffic.ROOMS);
        assertThat(heard.nodes()).as("nobody was lost").containsExactly("joined from");
        closeAndLeaveNothing(List.of(redis.master()));
    }

    @Test
    void slotsThatMoveAreFollowedAndHistoryIsWhole() {
        RedisCluster redis = open.add(RedisCluster.start(RedisBinary.ANY, 2));
        Traffic traffic = traffic(redis.uri(), 4);
        Names names = new Names("rc", 4);
        for (int partition = 0; partition < 4; partition++) {
            int slot = JedisClusterCRC16.getSlot(names.tag(partition));
            RedisServer owner = redis.owner(slot);
            redis.move(
                    slot,
                    redis.nodes().get(0) == owner
                            ? redis.nodes().get(1)
                            : redis.nodes().get(0));
            traffic.flow(200);
        }
        await("up").until(() -> from.state() == BridgeState.UP && to.state() == BridgeState.UP);
        traffic.flow(300);
        Traffic.Result result = traffic.result();
        result.nothingLostFromHistory();
        assertThat(heard.nodes()).containsExactly("joined from");
        closeAndLeaveNothing(redis.nodes());
    }

    @ParameterizedTest
    @Tag("slow")
    @EnumSource(
            value = RedisBinary.class,
            names = {"ANY", "EMBEDDED"})
    void aNodeOfAClusterThatIsKilledIsReplacedByItsReplica(RedisBinary binary) {
        RedisCluster redis = open.add(RedisCluster.start(binary, 3));
        RedisServer replica = redis.nodes().get(0);
        RedisServer victim = redis.nodes().get(1);
        makeReplica(redis, replica, victim);
        Traffic traffic = traffic(redis.uri(), 8);
        Names names = new Names("rc", 8);
        long concerned = IntStream.range(0, Traffic.ROOMS)
                .filter(room ->
                        third(JedisClusterCRC16.getSlot(names.tag(names.partition(Traffic.history(room))))) == 1)
                .count();
        assertThat(concerned).as("rooms with history on the victim").isPositive();
        victim.kill();
        await("degraded").until(() -> from.state() == BridgeState.DEGRADED && to.state() == BridgeState.DEGRADED);
        replica.ask("CLUSTER", "FAILOVER", "TAKEOVER");
        await("up")
                .atMost(Duration.ofSeconds(20))
                .until(() -> from.state() == BridgeState.UP && to.state() == BridgeState.UP);
        traffic.flow(300);
        Traffic.Result result = traffic.result().everyLossIsTold();
        assertThat(result.lossesTold).as("other rooms lost nothing").isEqualTo((int) concerned);
        assertThat(heard.nodes()).as("nobody was lost").containsExactly("joined from");
    }

    /** Returns which node of three has a slot at first. */
    private static int third(int slot) {
        return slot * 3 / 16_384;
    }

    /** Its slots go to another node first: only a node without any can become a replica. */
    private static void makeReplica(RedisCluster redis, RedisServer replica, RedisServer master) {
        List<String> slots = IntStream.range(0, 16_384)
                .filter(slot -> redis.nodes().indexOf(replica) == third(slot))
                .mapToObj(String::valueOf)
                .toList();
        // The one with the newest configuration is believed.
        RedisServer heir = redis.nodes().get(2);
        if (String.valueOf(replica.ask("INFO", "server")).contains("redis_version:7")) {
            // It would follow the new owner of its last slot by itself.
            replica.ask("CONFIG", "SET", "cluster-allow-replica-migration", "no");
        }
        for (RedisServer node : List.of(replica, heir, master)) {
            for (String slot : slots) {
                node.ask("CLUSTER", "SETSLOT", slot, "NODE", id(heir));
            }
        }
        replica.ask("CLUSTER", "REPLICATE", id(master));
        await("the replica follows")
                .atMost(Duration.ofSeconds(20))
                .until(() -> String.valueOf(replica.ask("INFO", "replication")).contains("master_link_status:up"));
        await("all know")
                .atMost(Duration.ofSeconds(20))
                .until(() -> redis.nodes().stream()
                        .allMatch(node -> String.valueOf(node.ask("CLUSTER", "INFO"))
                                        .contains("cluster_state:ok")
                                && String.valueOf(node.ask("CLUSTER", "INFO")).contains("cluster_size:2")));
    }

    /** All rooms are in the slot. For a while some of what a room has is on one node, some on the other, and then all on the new one. */
    @ParameterizedTest
    @EnumSource(
            value = RedisBinary.class,
            names = {"ANY", "EMBEDDED"})
    void aSlotOnItsWayIsFollowedKeyByKeyAndHistoryIsWhole(RedisBinary binary) {
        RedisCluster redis = open.add(RedisCluster.start(binary, 2));
        Traffic traffic = traffic(redis.uri(), 1);
        String slot = String.valueOf(JedisClusterCRC16.getSlot(new Names("rc", 1).tag(0)));
        RedisServer source = redis.owner(Integer.parseInt(slot));
        RedisServer target = redis.nodes().stream()
                .filter(node -> node != source)
                .findFirst()
                .orElseThrow();
        target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", id(source));
        source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", id(target));
        traffic.flow(100);
        migrate(source, target, "rc:{0}:i:*");
        traffic.flow(30);
        migrate(source, target, "rc:{0}:m:*");
        migrate(source, target, "rc:{0}:*");
        int before = traffic.acknowledgements();
        await("appends go on where the slot goes").until(() -> traffic.acknowledgements() > before + 100);
        assertThat(String.valueOf(target.ask("INFO", "commandstats"))).contains("cmdstat_asking");
        for (RedisServer node : List.of(target, source)) {
            node.ask("CLUSTER", "SETSLOT", slot, "NODE", id(target));
        }
        int moved = traffic.acknowledgements();
        await("appends go on where the slot is").until(() -> traffic.acknowledgements() > moved + 100);
        Traffic.Result result = traffic.result();
        result.nothingLostFromHistory();
        assertThat(heard.nodes()).as("nobody was lost").containsExactly("joined from");
    }

    private void closeAndLeaveNothing(List<RedisServer> servers) {
        from.close();
        to.close();
        await("no connection is left").until(() -> servers.stream().allMatch(server -> clients(server) == 0));
        await("no thread is left").until(() -> FaultsTest.threads() == 0);
    }

    private static void migrate(RedisServer source, RedisServer target, String pattern) {
        while (source.ask("KEYS", pattern) instanceof List<?> keys && !keys.isEmpty()) {
            for (Object key : keys) {
                source.ask("MIGRATE", "127.0.0.1", String.valueOf(target.port()), String.valueOf(key), "0", "5000");
            }
        }
    }

    private static String id(RedisServer node) {
        return String.valueOf(node.ask("CLUSTER", "MYID"));
    }

    private static long clients(RedisServer server) {
        return String.valueOf(server.ask("CLIENT", "LIST"))
                .lines()
                .filter(line -> line.contains("name=roomcast-"))
                .count();
    }
}
