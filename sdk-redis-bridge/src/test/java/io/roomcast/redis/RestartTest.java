package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.Retention;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.redis.RedisBinary;
import io.roomcast.testkit.redis.RedisCluster;
import io.roomcast.testkit.redis.RedisServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Redis comes back with less than it had acknowledged: a snapshot, or a file whose end did not reach the disk. */
class RestartTest {

    private static final Retention RETENTION = new Retention(1000, Duration.ofHours(1));
    private static final String ROOM = "history/1";

    @RegisterExtension
    final Opened open = new Opened();

    private final BridgeRecorder told = new BridgeRecorder();
    private RedisServer redis;
    private RedisBridge node;

    private void begin(RedisServer.Builder builder) {
        redis = open.add(builder.start());
        node = open.add(Fast.builder(redis.uri()).build());
        node.start("node", told);
        join(node.subscribeHistory(ROOM, RETENTION).toCompletableFuture());
    }

    /** What most people run: no append-only file, a snapshot now and then. */
    @ParameterizedTest
    @EnumSource(
            value = RedisBinary.class,
            names = {"ANY", "EMBEDDED"})
    void aSnapshotThatIsOlderThanWhatWasAcknowledgedIsAnotherEpoch(RedisBinary binary) {
        begin(RedisServer.builder().binary(binary).setting("save", "3600 1"));
        append("1", "2", "3");
        redis.ask("SAVE");
        append("4", "5", "6");
        await("all are told").until(() -> told.entries(ROOM).size() == 6);
        restart();
        append("a", "b", "c", "d");
        await("what comes after the restart is told")
                .until(() -> told.entries(ROOM).equals(List.of("1", "2", "3", "4", "5", "6", "a", "b", "c", "d")));
        assertThat(told.losses(ROOM)).hasSize(1);
        assertThat(told.offences()).isEmpty();
    }

    /** Whoever asks Redis to save before it stops has everything, but nobody can know that. */
    @Test
    void aRoomThatNobodyFollowsHasAnotherEpochToo() {
        begin(RedisServer.builder().setting("save", "3600 1"));
        String before = join(node.append("quiet", RETENTION, null, new byte[1]).toCompletableFuture())
                .position()
                .epoch();
        redis.ask("SAVE");
        join(node.append("quiet", RETENTION, null, new byte[1]).toCompletableFuture());
        restart();
        assertThat(join(node.readHistory("quiet", RETENTION, 0, 10).toCompletableFuture())
                        .epoch())
                .isNotEqualTo(before);
    }

    /** Where slots move from node to node, another master alone says nothing. */
    @Test
    void aNodeOfAClusterThatComesBackFromASnapshotBeginsOtherEpochsToo() {
        RedisCluster cluster = open.add(RedisCluster.start(RedisBinary.ANY, 2));
        node = open.add(Fast.builder(cluster.uri()).partitions(1).build());
        node.start("node", told);
        await("up").until(() -> node.state() == BridgeState.UP);
        join(node.subscribeHistory(ROOM, RETENTION).toCompletableFuture());
        int slot = JedisClusterCRC16.getSlot(new Names("rc", 1).tag(0));
        redis = cluster.owner(slot);
        append("1", "2", "3");
        cluster.move(
                slot,
                cluster.nodes().stream()
                        .filter(other -> other != redis)
                        .findFirst()
                        .orElseThrow());
        await("it is followed").until(() -> node.state() == BridgeState.UP);
        redis = cluster.owner(slot);
        append("4");
        redis.ask("SAVE");
        append("5", "6");
        await("all are told, and nothing was lost")
                .untilAsserted(() -> assertThat(told.entries(ROOM)).containsExactly("1", "2", "3", "4", "5", "6"));
        restart();
        await("the Cluster is well again")
                .atMost(Duration.ofSeconds(20))
                .until(() -> cluster.nodes().stream()
                        .allMatch(other ->
                                String.valueOf(other.ask("CLUSTER", "INFO")).contains("cluster_state:ok")));
        append("a", "b", "c");
        await("what comes after the restart is told")
                .untilAsserted(() ->
                        assertThat(told.entries(ROOM)).containsExactly("1", "2", "3", "4", "5", "6", "a", "b", "c"));
        assertThat(told.losses(ROOM)).hasSize(1);
        assertThat(told.offences()).isEmpty();
    }

    /** The machine lost its power, and Redis wrote to the disk once a second. */
    @Test
    void anAppendOnlyFileWithoutItsEndIsAnotherEpoch() throws IOException {
        begin(RedisServer.builder().persistent());
        append("1", "2", "3");
        Path file = appendOnlyFile();
        long length = Files.size(file);
        append("4", "5", "6");
        await("all are told").until(() -> told.entries(ROOM).size() == 6);
        redis.kill();
        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(length);
        }
        restart();
        await("the loss is told").until(() -> !told.losses(ROOM).isEmpty());
        append("a", "b", "c", "d");
        await("what comes after the restart is told").until(() -> {
            List<String> entries = told.entries(ROOM);
            return entries.subList(entries.size() - 4, entries.size()).equals(List.of("a", "b", "c", "d"));
        });
        assertThat(told.losses(ROOM)).hasSize(1);
        assertThat(told.offences()).isEmpty();
    }

    private Path appendOnlyFile() throws IOException {
        Path folder =
                Path.of(((List<?>) redis.ask("CONFIG", "GET", "dir")).get(1).toString());
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().matches(".*(incr\\.aof|appendonly\\.aof)"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void restart() {
        redis.kill();
        await("degraded").until(() -> node.state() == BridgeState.DEGRADED);
        redis.launch();
        await("up").until(() -> node.state() == BridgeState.UP);
    }

    private void append(String... texts) {
        for (String text : texts) {
            join(node.append(ROOM, RETENTION, null, text.getBytes(StandardCharsets.UTF_8))
                    .toCompletableFuture());
        }
    }

    private static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
