package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.bridge.Appended;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes in JVMs of their own are killed and paused, and one that survives must know what they had done. */
class NodeDeathTest {

    @RegisterExtension
    final Opened open = new Opened();

    private final BridgeRecorder told = new BridgeRecorder();
    private RedisServer redis;
    private RedisBridge survivor;

    private void begin() throws Exception {
        redis = open.add(RedisServer.start());
        survivor = open.add(Fast.builder(redis.uri()).build());
        survivor.start("survivor", told);
        survivor.subscribeHistory(NodeProcess.ROOM, NodeProcess.RETENTION)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @Test
    void aKilledNodeHasNoRouteAtOnceAndIsLostInTime() throws Exception {
        begin();
        NodeProcess victim = open.add(new NodeProcess(redis.uri(), "victim"));
        await("it is there")
                .atMost(Duration.ofSeconds(30))
                .until(() -> survivor.nodes().contains("victim")
                        && victim.acknowledged().size() > 50);
        assertThat(survivor.send("victim", "requests", new byte[1])
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS))
                .isNull();
        victim.kill();
        long begun = System.nanoTime();
        CompletableFuture<Void> request =
                survivor.send("victim", "requests", new byte[1]).toCompletableFuture();
        await("a request fails at once").atMost(Duration.ofSeconds(2)).until(request::isCompletedExceptionally);
        await("it is lost").until(() -> told.story().contains("lost victim"));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
        assertNothingLost(List.of(victim));
    }

    @Test
    @Tag("slow")
    void aNodeThatIsPausedForLongIsLostAndComesBackAsNew() throws Exception {
        begin();
        NodeProcess sleeper = open.add(new NodeProcess(redis.uri(), "sleeper"));
        await("it is there")
                .atMost(Duration.ofSeconds(30))
                .until(() -> survivor.nodes().contains("sleeper"));
        sleeper.pause(true);
        await("it is lost").until(() -> told.story().contains("lost sleeper"));
        sleeper.pause(false);
        await("it is back").until(() -> survivor.nodes().contains("sleeper"));
        int before = sleeper.acknowledged().size();
        await("it goes on").until(() -> sleeper.acknowledged().size() > before + 50);
        assertThat(told.story()).containsExactly("joined sleeper", "lost sleeper", "joined sleeper");
        sleeper.kill();
        assertNothingLost(List.of(sleeper));
    }

    /** As long as -Droomcast.redis.chaos.seconds says. */
    @Test
    @Tag("slow")
    void twoNodesThatAreKilledInTurnUnderLoadLeaveEveryAcknowledgedEntryOnce() throws Exception {
        begin();
        long seconds = Long.getLong("roomcast.redis.chaos.seconds", 60);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<NodeProcess> all = new ArrayList<>();
        NodeProcess older = open.add(new NodeProcess(redis.uri(), "n0"));
        all.add(older);
        int number = 1;
        while (System.nanoTime() < until) {
            String name = "n" + number++;
            NodeProcess younger = open.add(new NodeProcess(redis.uri(), name));
            all.add(younger);
            await(name + " works")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> younger.acknowledged().size() > 500);
            if (number % 3 == 0) {
                redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
            }
            older.kill();
            older = younger;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        older.kill();
        System.out.println(all.size() + " nodes killed");
        assertNothingLost(all);
        assertThat(told.losses(NodeProcess.ROOM)).isEmpty();
    }

    private void assertNothingLost(List<NodeProcess> killed) throws Exception {
        Appended end = survivor.append(NodeProcess.ROOM, NodeProcess.RETENTION, null, new byte[] {'e', 'n', 'd'})
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        await("the end is told").atMost(Duration.ofSeconds(20)).until(() -> {
            List<String> entries = told.entries(NodeProcess.ROOM);
            return !entries.isEmpty() && entries.get(entries.size() - 1).equals("end");
        });
        List<String> entries = told.entries(NodeProcess.ROOM);
        Set<String> once = new HashSet<>(entries);
        assertThat(once).as("none is told twice").hasSize(entries.size());
        assertThat((long) entries.size()).isEqualTo(end.position().offset());
        int acknowledged = 0;
        for (NodeProcess node : killed) {
            // Not containsAll: it compares each with each, and these are hundreds of thousands.
            Set<String> missing = new HashSet<>(node.acknowledged());
            missing.removeAll(once);
            assertThat(missing).isEmpty();
            acknowledged += node.acknowledged().size();
        }
        assertThat(told.offences()).isEmpty();
        System.out.println("acknowledged " + acknowledged + ", told " + entries.size());
    }
}
