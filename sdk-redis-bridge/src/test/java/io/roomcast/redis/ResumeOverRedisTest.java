package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.RoomHandler;
import io.roomcast.testkit.Received;
import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestPeer;
import io.roomcast.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two nodes on threads that race, joined by a real Redis; a peer goes from one to the other and back under traffic. */
class ResumeOverRedisTest {

    private static final String ROOM = "room/1";
    private static final int ROUNDS = 6;
    private static final int A_ROUND = 25;

    @Test
    void aSessionThatGoesFromNodeToNodeOverRedisGetsEachMessageOnceAndInOrder() {
        try (RedisServer redis = RedisServer.start();
                TestCluster cluster = TestCluster.builder()
                        .nodes(2)
                        .threads(3)
                        .room("room/{id}", new RoomHandler() {})
                        .bridges(local -> RedisBridge.connect(redis.uri()))
                        .start()) {
            TestPeer probe = cluster.node(1).peer("probe");
            probe.join("room/probe").expectJoined();
            await("the nodes hear of each other").atMost(Duration.ofSeconds(10)).until(() -> {
                cluster.node(2).room("room/probe").broadcast("seen", "x").send();
                return !probe.messages().isEmpty();
            });
            TestPeer ann = cluster.node(1).resumablePeer("ann");
            ann.join(ROOM).expectJoined();
            TestPeer bob = cluster.node(2).peer("bob");
            bob.join(ROOM).expectJoined();
            int sent = 0;
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < A_ROUND; i++) {
                    sent++;
                    cluster.node(1)
                            .room(ROOM)
                            .broadcast("one", String.valueOf(sent))
                            .send();
                    cluster.node(2)
                            .room(ROOM)
                            .broadcast("two", String.valueOf(sent))
                            .send();
                    if (i == A_ROUND / 3) {
                        ann.cutLater();
                    }
                    if (i == 2 * A_ROUND / 3) {
                        ann.comeBackLater(round % 2 == 0 ? 2 : 1, "");
                    }
                }
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(ann.isResumed()).isTrue());
            }
            List<String> all =
                    IntStream.rangeClosed(1, sent).mapToObj(String::valueOf).toList();
            await("everything of both nodes").atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(texts(ann, "one")).hasSize(all.size());
                assertThat(texts(ann, "two")).hasSize(all.size());
            });
            assertThat(texts(ann, "one")).isEqualTo(all);
            assertThat(texts(ann, "two")).isEqualTo(all);
        }
    }

    private static List<String> texts(TestPeer peer, String event) {
        return peer.messages().stream()
                .filter(message -> message.event().equals(event))
                .map(Received::text)
                .toList();
    }
}
