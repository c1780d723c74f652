package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.roomcast.HistoryPosition;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.HistoryEntry;
import io.roomcast.testkit.redis.RedisBinary;
import io.roomcast.testkit.redis.RedisCluster;
import io.roomcast.testkit.redis.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A slot of a Cluster is on its way from one node to another, key by key. A room has several keys, and a script needs all it names in one place. */
@RequiresRedis7
class SlotOnItsWayTest {

    private static final String ROOM = "moved";
    private static final String OTHER = "other";
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Traffic.Heard heard = new Traffic.Heard();
    private final Traffic.Heard own = new Traffic.Heard();
    private RedisCluster redis;
    private RedisServer source;
    private RedisServer target;
    private String slot;
    private RedisBridge from;
    private RedisBridge to;

    @BeforeEach
    void start() {
        redis = RedisCluster.start(RedisBinary.INSTALLED, 2);
        int number = JedisClusterCRC16.getSlot(new Names("rc", 1).tag(0));
        slot = String.valueOf(number);
        source = redis.owner(number);
        target = redis.nodes().get(redis.nodes().get(0) == source ? 1 : 0);
        from = bridge();
        to = bridge();
        from.start("from", own);
        to.start("to", heard);
        await("they know each other")
                .until(() -> to.nodes().contains("from") && from.nodes().contains("to"));
    }

    private RedisBridge bridge() {
        return RedisBridge.builder(redis.uri())
                .partitions(1)
                .commandTimeout(PATIENCE)
                .build();
    }

    @AfterEach
    void closeAll() {
        from.close();
        to.close();
        redis.close();
    }

    @Test
    void appendsWithoutAnIdGoOnWhereTheRoomIs() {
        position(append(ROOM, null));
        openSlot();
        for (int i = 2; i <= 20; i++) {
            assertThat(position(append(ROOM, null)).offset())
                    .as("on the old node")
                    .isEqualTo(i);
        }
        follow(ROOM, 20);
        moveKeys(ROOM);
        for (int i = 21; i <= 40; i++) {
            if (i == 30) {
                target.ask("SCRIPT", "FLUSH");
            }
            assertThat(position(append(ROOM, null)).offset())
                    .as("on the new node")
                    .isEqualTo(i);
        }
        assertThat(from.readHistory(ROOM, Traffic.RETENTION, 0, 100).toCompletableFuture())
                .succeedsWithin(PATIENCE)
                .extracting(slice -> slice.entries().size())
                .isEqualTo(40);
        finishSlot();
        await("all is told once and in order")
                .untilAsserted(() -> assertThat(heard.entries.get(ROOM)).hasSize(20));
        assertThat(heard.offences).isEmpty();
    }

    @Test
    void whatIsAppendedToARoomThatIsHalfMovedWaitsUntilItHasMovedAndIsThereOnce() {
        position(append(ROOM, "id"));
        position(append(OTHER, null));
        follow(ROOM, 1);
        openSlot();
        moveKey("h", ROOM);
        List<CompletableFuture<Appended>> waiting = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            waiting.add(append(ROOM, i % 3 == 0 ? "id" + i : null));
        }
        for (int i = 2; i <= 10; i++) {
            assertThat(position(append(OTHER, null)).offset())
                    .as("another room goes on")
                    .isEqualTo(i);
        }
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        moveKey("m", ROOM);
        moveKey("i", ROOM);
        for (int i = 0; i < 30; i++) {
            assertThat(position(waiting.get(i)).offset())
                    .as("in the order in which they were made")
                    .isEqualTo(i + 2);
        }
        Appended again = appended(append(ROOM, "id27"));
        assertThat(again.duplicate()).isTrue();
        assertThat(again.position()).isEqualTo(position(waiting.get(27)));
        nothingWasInterrupted();
        moveKeys(OTHER);
        finishSlot();
        await("all is told")
                .untilAsserted(() -> assertThat(heard.last.get(ROOM).offset()).isEqualTo(31));
        assertThat(heard.entries.get(ROOM)).hasSize(30);
        assertThat(heard.offences).isEmpty();
    }

    @Test
    void whatIsAppendedToARoomThatStaysHalfMovedFailsInTimeAndDidNotHappen() {
        position(append(ROOM, null));
        openSlot();
        moveKey("m", ROOM);
        long begun = System.nanoTime();
        List<CompletableFuture<Appended>> waiting = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            waiting.add(append(ROOM, null));
        }
        for (CompletableFuture<Appended> append : waiting) {
            assertThatThrownBy(() -> append.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(RoomcastException.class)
                    .hasMessageContaining("Redis did not execute it, an append to room moved")
                    .hasMessageContaining("expected the slot to arrive within the command timeout");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(PATIENCE, PATIENCE.multipliedBy(3));
        await("nothing is kept").until(() -> from.stats().queuedBytes() == 0);
        nothingWasInterrupted();
        moveKey("h", ROOM);
        finishSlot();
        List<HistoryEntry> entries = from.readHistory(ROOM, Traffic.RETENTION, 0, 100)
                .toCompletableFuture()
                .join()
                .entries();
        assertThat(entries).hasSize(1);
        assertThat(position(append(ROOM, null)).offset()).isEqualTo(2);
    }

    @Test
    void theFirstIdAndTheFirstEntryOfARoomWaitForTheSlot() {
        position(append(ROOM, null));
        position(append(OTHER, null));
        openSlot();
        CompletableFuture<Appended> first = append(ROOM, "id");
        CompletableFuture<Appended> another = append("new", null);
        for (int i = 2; i <= 10; i++) {
            assertThat(position(append(OTHER, null)).offset())
                    .as("who has all goes on")
                    .isEqualTo(i);
        }
        assertThat(first).isNotDone();
        assertThat(another).isNotDone();
        moveKeys(ROOM);
        finishSlot();
        assertThat(position(first).offset()).isEqualTo(2);
        assertThat(position(another).offset()).isEqualTo(1);
        assertThat(appended(append(ROOM, "id")).duplicate()).isTrue();
    }

    @Test
    void aNewNodeThatCannotBeReachedHasCertainlyExecutedNothing() {
        openSlot();
        target.kill();
        assertThatThrownBy(() -> append("new", null).get(10, TimeUnit.SECONDS))
                .hasMessageContaining("Redis did not execute it");
    }

    /** An epoch that is over leaves its ids behind, and they are forgotten when the next id comes. */
    @Test
    void idsOfAnEpochThatIsOverAreNotKnown() {
        HistoryPosition before = position(append(ROOM, "id"));
        source.ask("DEL", "rc:{0}:m:" + ROOM);
        assertThat(position(append(ROOM, null)).epoch()).isNotEqualTo(before.epoch());
        Appended again = appended(append(ROOM, "id"));
        assertThat(again.duplicate()).isFalse();
        assertThat(again.position().offset()).isEqualTo(2);
        assertThat(appended(append(ROOM, "id"))).isEqualTo(new Appended(again.position(), true));
    }

    private CompletableFuture<Appended> append(String room, @Nullable String id) {
        return from.append(room, Traffic.RETENTION, id, "entry".getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture();
    }

    private static Appended appended(CompletableFuture<Appended> append) {
        try {
            return append.get(10, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static HistoryPosition position(CompletableFuture<Appended> append) {
        return appended(append).position();
    }

    private void follow(String room, long after) {
        assertThat(to.subscribeHistory(room, Traffic.RETENTION).toCompletableFuture())
                .succeedsWithin(PATIENCE)
                .satisfies(position -> {
                    assertThat(position.offset()).isEqualTo(after);
                    heard.last.put(room, position);
                });
    }

    private void nothingWasInterrupted() {
        assertThat(own.states()).containsExactly(BridgeState.UP);
        assertThat(from.stats().reconnects()).isZero();
    }

    private void openSlot() {
        target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", id(source));
        source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", id(target));
    }

    private void moveKeys(String room) {
        for (String kind : List.of("h", "i", "m")) {
            moveKey(kind, room);
        }
    }

    private void moveKey(String kind, String room) {
        source.ask("MIGRATE", "127.0.0.1", String.valueOf(target.port()), "rc:{0}:" + kind + ":" + room, "0", "5000");
    }

    /** With what is left in it. */
    private void finishSlot() {
        while (source.ask("CLUSTER", "GETKEYSINSLOT", slot, "100") instanceof List<?> keys && !keys.isEmpty()) {
            for (Object key : keys) {
                source.ask("MIGRATE", "127.0.0.1", String.valueOf(target.port()), String.valueOf(key), "0", "5000");
            }
        }
        for (RedisServer node : List.of(target, source)) {
            node.ask("CLUSTER", "SETSLOT", slot, "NODE", id(target));
        }
    }

    private static String id(RedisServer node) {
        return String.valueOf(node.ask("CLUSTER", "MYID"));
    }
}
