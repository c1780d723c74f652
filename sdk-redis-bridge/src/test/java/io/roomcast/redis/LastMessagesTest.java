package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.RoomHandler;
import io.roomcast.bridge.BridgeState;
import io.roomcast.testkit.Received;
import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestPeer;
import io.roomcast.testkit.bridge.FaultProxy;
import io.roomcast.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is lost of a room without history is told even if nothing is said in it any more. Two whole nodes, the second behind a proxy. */
class LastMessagesTest {

    private static final String ROOM = "room/1";
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final List<RedisBridge> bridges = new ArrayList<>();

    @Test
    void theLastMessagesThatAReceiverMissesAreToldWhenItHearsAgain() {
        try (RedisServer redis = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(redis.port());
                TestCluster cluster = cluster(redis, proxy)) {
            TestPeer ann = cluster.node(1).peer("ann");
            TestPeer bea = cluster.node(2).peer("bea");
            together(cluster, ann, bea);
            proxy.blackhole(FaultProxy.Direction.TO_CLIENT);
            say(cluster, "2");
            say(cluster, "3");
            await("the second node notices")
                    .atMost(PATIENCE)
                    .until(() -> bridges.get(1).state() == BridgeState.DEGRADED);
            proxy.heal();
            await("the loss is told")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(bea.toString()).contains("2 missed in " + ROOM));
            assertThat(texts(bea)).containsExactly("1");
            say(cluster, "4");
            await("the next message").atMost(PATIENCE).until(() -> texts(bea).equals(List.of("1", "4")));
            assertThat(bea.toString()).containsOnlyOnce("missed in");
            assertThat(texts(ann)).containsExactly("1", "2", "3", "4");
        }
    }

    @Test
    void theLastMessagesThatASenderCannotPublishAreToldWhenItCan() {
        try (RedisServer redis = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(redis.port());
                TestCluster cluster = cluster(redis, proxy)) {
            TestPeer ann = cluster.node(1).peer("ann");
            TestPeer bea = cluster.node(2).peer("bea");
            together(cluster, ann, bea);
            cluster.node(2).room(ROOM).broadcast("said", "one").send();
            await("ann hears bea's node")
                    .atMost(PATIENCE)
                    .until(() -> texts(ann).contains("one"));
            proxy.blackhole(FaultProxy.Direction.TO_SERVER);
            cluster.node(2).room(ROOM).broadcast("said", "two").send();
            await("the second node notices")
                    .atMost(PATIENCE)
                    .until(() -> bridges.get(1).state() == BridgeState.DEGRADED);
            proxy.heal();
            await("the loss is told")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(ann.toString()).contains("1 missed in " + ROOM));
            assertThat(texts(ann)).containsExactly("1", "one");
        }
    }

    private TestCluster cluster(RedisServer redis, FaultProxy proxy) {
        return TestCluster.builder()
                .nodes(2)
                .sockets()
                .room("room/{id}", new RoomHandler() {})
                .bridges(local -> {
                    String uri = bridges.isEmpty() ? redis.uri() : "redis://127.0.0.1:" + proxy.port();
                    RedisBridge bridge =
                            // Nobody is to be taken for dead here.
                            FaultsTest.fast(RedisBridge.builder(uri))
                                    .deadAfter(Duration.ofMinutes(1))
                                    .build();
                    bridges.add(bridge);
                    return bridge;
                })
                .start();
    }

    private static void together(TestCluster cluster, TestPeer ann, TestPeer bea) {
        ann.join(ROOM);
        bea.join(ROOM);
        await("both are in the room").atMost(PATIENCE).until(() -> ann.isIn(ROOM) && bea.isIn(ROOM));
        say(cluster, "1");
        await("the first message").atMost(PATIENCE).until(() -> texts(bea).equals(List.of("1")));
    }

    private static void say(TestCluster cluster, String text) {
        cluster.node(1).room(ROOM).broadcast("said", text).send();
    }

    private static List<String> texts(TestPeer peer) {
        return peer.messages().stream().map(Received::text).toList();
    }
}
