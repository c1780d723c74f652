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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is lost of a room without history is told even if nothing is said in it any more. Two whole nodes, the second behind a proxy. */
class LastMessagesTest {

    private static final String ROOM = "room/1";
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @RegisterExtension
    final Opened open = new Opened();

    private final List<RedisBridge> bridges = new ArrayList<>();
    private FaultProxy proxy;
    private TestCluster cluster;
    private TestPeer ann;
    private TestPeer bea;

    @BeforeEach
    void annAndBeaAreInTheRoom() {
        RedisServer redis = open.add(RedisServer.start());
        proxy = open.add(FaultProxy.to(redis.port()));
        cluster = open.add(cluster(redis));
        ann = cluster.node(1).peer("ann");
        bea = cluster.node(2).peer("bea");
        ann.join(ROOM);
        bea.join(ROOM);
        await("both are in the room").atMost(PATIENCE).until(() -> ann.isIn(ROOM) && bea.isIn(ROOM));
        say("1");
        await("the first message").atMost(PATIENCE).until(() -> texts(bea).equals(List.of("1")));
    }

    @Test
    void theLastMessagesThatAReceiverMissesAreToldWhenItHearsAgain() {
        proxy.blackhole(FaultProxy.Direction.TO_CLIENT);
        say("2");
        say("3");
        healWhenNoticed();
        await("the loss is told")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bea.toString()).contains("2 missed in " + ROOM));
        assertThat(texts(bea)).containsExactly("1");
        say("4");
        await("the next message").atMost(PATIENCE).until(() -> texts(bea).equals(List.of("1", "4")));
        assertThat(bea.toString()).containsOnlyOnce("missed in");
        assertThat(texts(ann)).containsExactly("1", "2", "3", "4");
    }

    @Test
    void theLastMessagesThatASenderCannotPublishAreToldWhenItCan() {
        cluster.node(2).room(ROOM).broadcast("said", "one").send();
        await("ann hears bea's node").atMost(PATIENCE).until(() -> texts(ann).contains("one"));
        proxy.blackhole(FaultProxy.Direction.TO_SERVER);
        cluster.node(2).room(ROOM).broadcast("said", "two").send();
        healWhenNoticed();
        await("the loss is told")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ann.toString()).contains("1 missed in " + ROOM));
        assertThat(texts(ann)).containsExactly("1", "one");
    }

    private TestCluster cluster(RedisServer redis) {
        return TestCluster.builder()
                .nodes(2)
                .sockets()
                .room("room/{id}", new RoomHandler() {})
                .bridges(local -> {
                    String uri = bridges.isEmpty() ? redis.uri() : "redis://127.0.0.1:" + proxy.port();
                    RedisBridge bridge =
                            // Nobody is to be taken for dead here.
                            Fast.builder(uri).deadAfter(Duration.ofMinutes(1)).build();
                    bridges.add(bridge);
                    return bridge;
                })
                .start();
    }

    private void say(String text) {
        cluster.node(1).room(ROOM).broadcast("said", text).send();
    }

    private void healWhenNoticed() {
        await("the second node notices")
                .atMost(PATIENCE)
                .until(() -> bridges.get(1).state() == BridgeState.DEGRADED);
        proxy.heal();
    }

    private static List<String> texts(TestPeer peer) {
        return peer.messages().stream().map(Received::text).toList();
    }
}
