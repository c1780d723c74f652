package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.roomcast.RoomcastException;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.Retention;
import io.roomcast.testkit.bridge.BridgeRecorder;
import io.roomcast.testkit.redis.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Wrong settings, wrong servers, foreign data, and whoever else can write to our Redis. */
class TroubleTest {

    private static final Retention RETENTION = new Retention(100, Duration.ofHours(1));
    private static final byte[] KEY = "a key of sixteen bytes or more".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OLD_KEY = "the key of last year, as long".getBytes(StandardCharsets.UTF_8);

    private static RedisServer redis;

    @RegisterExtension
    final Opened open = new Opened();

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.ask("FLUSHALL");
    }

    private record Node(RedisBridge bridge, BridgeRecorder told) {}

    private Node start(String id, RedisBridge.Builder builder) {
        RedisBridge bridge = builder.build();
        open.add(bridge);
        BridgeRecorder told = new BridgeRecorder();
        bridge.start(id, told);
        return new Node(bridge, told);
    }

    /** A start waits for it, but not for ever. */
    private static void awaitUp(Node node) {
        await("up").until(() -> node.bridge().state() == BridgeState.UP);
    }

    private static RedisBridge.Builder builder() {
        return Fast.builder(redis.uri());
    }

    private static void assertStartFails(String uri, String said) {
        RedisBridge bridge = RedisBridge.connect(uri);
        assertThatExceptionOfType(RoomcastException.class)
                .isThrownBy(() -> bridge.start("n", new BridgeRecorder()))
                .withMessageContaining(said);
        bridge.close();
    }

    // ---- what can never work is said at the start

    @Test
    void aWrongPasswordOrUserIsSaid() throws Exception {
        try (RedisServer locked =
                RedisServer.builder().setting("requirepass", "right").start()) {
            assertStartFails(locked.uri().replace("://", "://:wrong@"), "refuses the user or the password");
            assertStartFails(locked.uri().replace("://", "://nobody:right@"), "refuses the user or the password");
            assertStartFails(locked.uri(), "refuses the user or the password");
            awaitUp(start("n", RedisBridge.builder(locked.uri().replace("://", "://:right@"))));
            awaitUp(start("o", RedisBridge.builder(locked.uri()).credentials(null, "right")));
            open.closeAll();
        }
    }

    @Test
    void anAclThatForbidsWhatTheBridgeNeedsIsSaid() {
        redis.ask("ACL", "SETUSER", "poor", "on", ">secret", "~rc:*", "resetchannels", "&rc:*", "+@connection");
        assertStartFails(redis.uri().replace("://", "://poor:secret@"), "its ACL forbids what the bridge needs");
    }

    /** What could never work at the start may go wrong later, and may be mended. */
    @Test
    void aUserWhoIsShutOutAndLetInAgainIsWaitedFor() {
        String[] rules = AclRules.words(false);
        redis.ask(rules);
        Node node = start("n", Fast.builder(redis.uri().replace("://", "://bridge:secret@")));
        awaitUp(node);
        redis.ask("ACL", "DELUSER", "bridge");
        await("degraded").until(() -> node.bridge().state() == BridgeState.DEGRADED);
        await("and it says why")
                .until(() -> node.bridge().trouble().orElse("").contains("refuses the user or the password"));
        redis.ask(rules);
        await("up").until(() -> node.bridge().state() == BridgeState.UP);
        redis.ask("ACL", "SETUSER", "bridge", "-evalsha");
        CompletableFuture<?> append =
                node.bridge().append("h", RETENTION, null, new byte[1]).toCompletableFuture();
        await("an append fails").until(append::isCompletedExceptionally);
        assertThat(append.handle((done, failure) -> failure.getMessage()).join())
                .contains("NOPERM");
        redis.ask("ACL", "SETUSER", "bridge", "+evalsha");
        join(node.bridge().append("h", RETENTION, null, new byte[1]).toCompletableFuture());
    }

    @Test
    void aServerThatIsNoRedisOrIsFullIsWaitedForAndSaid() throws IOException {
        for (String said : List.of("HTTP/1.1 400 Bad Request\r\n\r\n", "-ERR max number of clients reached\r\n")) {
            try (ServerSocket other = oldServer(said)) {
                Node node = start("n", Fast.builder("redis://127.0.0.1:" + other.getLocalPort()));
                assertThat(node.bridge().state()).isEqualTo(BridgeState.DEGRADED);
                assertThat(node.bridge().trouble().orElse(""))
                        .contains("127.0.0.1:" + other.getLocalPort(), said.startsWith("-") ? "max number" : "reply");
                node.bridge().close();
            }
        }
        Node nowhere = start("n", Fast.builder("redis://no-such-host.invalid"));
        assertThat(nowhere.bridge().trouble().orElse("")).contains("no-such-host.invalid");
        nowhere.bridge().close();
    }

    @Test
    void aDatabaseThatIsNotThereIsSaid() {
        assertStartFails(redis.uri() + "/9999", "it has no such database");
    }

    @Test
    void aServerOfAnotherKindIsSaid() {
        assertStartFails(redis.uri().replace("redis:", "redis-cluster:"), "it is no node of a Cluster");
        assertStartFails(redis.uri().replace("redis:", "redis-sentinel:") + "#m", "no Sentinel");
    }

    @Test
    void aRedisThatIsTooOldIsSaid() throws IOException {
        for (String hello : List.of(
                "-ERR unknown command `HELLO`\r\n",
                "*14\r\n+server\r\n+redis\r\n+version\r\n+6.0.16\r\n+proto\r\n:2\r\n+id\r\n:1\r\n+mode\r\n+standalone\r\n"
                        + "+role\r\n+master\r\n+modules\r\n*0\r\n")) {
            try (ServerSocket old = oldServer(hello)) {
                assertStartFails("redis://127.0.0.1:" + old.getLocalPort(), "too old");
            }
        }
    }

    /** Answers HELLO as told and everything else with OK. */
    private static ServerSocket oldServer(String hello) throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    byte[] buffer = new byte[4096];
                    int read;
                    while ((read = client.getInputStream().read(buffer)) > 0) {
                        String asked = new String(buffer, 0, read, StandardCharsets.US_ASCII);
                        client.getOutputStream()
                                .write((asked.contains("HELLO") ? hello : "+OK\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
                    }
                } catch (IOException ended) {
                    continue;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    @Test
    void aReplicaIsNotWrittenTo() throws Exception {
        try (RedisServer replica = RedisServer.builder()
                .setting("replicaof", "127.0.0.1 " + redis.port())
                .start()) {
            Node node = start("n", RedisBridge.builder(replica.uri()));
            assertThat(node.bridge().state()).isEqualTo(BridgeState.DEGRADED);
            assertThat(node.bridge().trouble())
                    .hasValueSatisfying(why -> assertThat(why).contains("read-only replica"));
            replica.ask("REPLICAOF", "NO", "ONE");
            await("up").until(() -> node.bridge().state() == BridgeState.UP);
            open.closeAll();
        }
    }

    @Test
    void aMasterThatBecomesAReplicaIsLeft() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            Node node = start("n", Fast.builder(server.uri()));
            server.ask("REPLICAOF", "127.0.0.1", String.valueOf(redis.port()));
            await("degraded").until(() -> node.bridge().state() == BridgeState.DEGRADED);
            await("and it says why")
                    .until(() -> node.bridge().trouble().orElse("").contains("read-only replica"));
            open.closeAll();
        }
    }

    // ---- settings

    @Test
    void settingsOutOfRangeAreRefusedWithTheirNameAndTheirRange() {
        RedisBridge.Builder builder = RedisBridge.builder(redis.uri());
        assertRefused(() -> builder.keyPrefix("{x}"), "keyPrefix is '{x}'");
        assertRefused(() -> builder.partitions(0), "partitions is 0, expected 1 to 256");
        assertRefused(() -> builder.lanes(65), "lanes is 65, expected 1 to 64");
        assertRefused(() -> builder.commandTimeout(Duration.ofMillis(1)), "commandTimeout is PT0.001S");
        assertRefused(() -> builder.queueBytes(1), "queueBytes is 1, expected 64 KiB to 1 GiB");
        assertRefused(() -> builder.queueMessages(0), "queueMessages is 0");
        assertRefused(() -> builder.authenticate(new byte[15]), "key has 15 bytes, expected at least 16");
        assertRefused(() -> builder.alsoAccept(KEY), "expected authenticate before it");
        assertRefused(() -> builder.tls(null), "expected a rediss:// URI");
        assertRefused(
                () -> RedisBridge.builder(redis.uri())
                        .deadAfter(Duration.ofSeconds(2))
                        .build(),
                "suspectAfter");
        assertRefused(
                () -> RedisBridge.builder(redis.uri())
                        .suspectAfter(Duration.ofSeconds(1))
                        .deadAfter(Duration.ofSeconds(2))
                        .build(),
                "at least three times heartbeatInterval");
        RedisBridge bridge = builder.build();
        assertRefused(() -> bridge.start("x".repeat(129), new BridgeRecorder()), "nodeId has 129 bytes");
        assertRefused(() -> bridge.readHistory("r", RETENTION, 0, 1001), "limit is 1001");
    }

    private static void assertRefused(ThrowingCallable call, String said) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(said);
    }

    // ---- others

    @Test
    void aNodeIdIsHeldByOneAndTheOtherWaitsUntilItIsFree() {
        Node first = start("same", builder());
        awaitUp(first);
        Node second = start("same", builder());
        assertThat(second.bridge().state()).isEqualTo(BridgeState.DEGRADED);
        await("it says why").until(() -> second.bridge().trouble().orElse("").contains("node id same is taken"));
        assertThat(first.told().story()).isEmpty();
        first.bridge().close();
        await("the second has it").until(() -> second.bridge().state() == BridgeState.UP);
    }

    @Test
    void nodesThatDivideRoomsDifferentlyDoNotKnowEachOther() {
        Node one = start("one", builder());
        Node two = start("two", builder().partitions(7));
        await("each has heard the other and counted it")
                .until(() -> one.bridge().stats().nodesRefused() > 0
                        && two.bridge().stats().nodesRefused() > 0);
        assertThat(one.bridge().nodes()).isEmpty();
        assertThat(two.bridge().nodes()).isEmpty();
    }

    /** By chance some rooms have the same channel on both. */
    @Test
    void whatANodeThatDividesRoomsDifferentlyPublishesIsNotBelievedEither() {
        String room = "r";
        for (int i = 0; new Names("rc", 16).partition(room) != new Names("rc", 7).partition(room); i++) {
            room = "r" + i;
        }
        String same = room;
        Node one = start("one", builder());
        Node two = start("two", builder().partitions(7));
        join(one.bridge().subscribe(same).toCompletableFuture());
        for (int i = 0; i < 10; i++) {
            join(two.bridge().publish(same, new byte[] {'x'}).toCompletableFuture());
        }
        long before = one.bridge().stats().nodesRefused();
        await("they have heard each other again")
                .until(() -> one.bridge().stats().nodesRefused() > before + 2);
        assertThat(one.bridge().nodes()).isEmpty();
        join(two.bridge().publish(same, new byte[] {'y'}).toCompletableFuture());
        Node three = start("three", builder());
        join(three.bridge().publish(same, new byte[] {'1'}).toCompletableFuture());
        await("what comes later arrives").until(() -> one.told().envelopes(same).contains("1"));
        assertThat(one.told().envelopes(same)).doesNotContain("y");
        assertThat(one.bridge().nodes()).containsExactly("three");
    }

    /** Redis keeps keys apart by database, and channels not. */
    @Test
    void clustersInDifferentDatabasesDoNotHearOfEachOther() {
        Node one = start("one", builder());
        Node two = start("two", Fast.builder(redis.uri() + "/1"));
        Node three = start("three", Fast.builder(redis.uri() + "/1"));
        await("those of one database know each other")
                .until(() -> two.bridge().nodes().contains("three")
                        && three.bridge().nodes().contains("two"));
        join(two.bridge().subscribe("r").toCompletableFuture());
        join(two.bridge().subscribeHistory("h", RETENTION).toCompletableFuture());
        join(one.bridge().publish("r", new byte[] {'x'}).toCompletableFuture());
        join(one.bridge().append("h", RETENTION, null, new byte[] {'x'}).toCompletableFuture());
        join(three.bridge().publish("r", new byte[] {'1'}).toCompletableFuture());
        join(three.bridge().append("h", RETENTION, null, new byte[] {'1'}).toCompletableFuture());
        await("what is of this database arrives")
                .until(() -> two.told().envelopes("r").contains("1")
                        && two.told().entries("h").contains("1"));
        assertThat(two.told().envelopes("r")).containsExactly("1");
        assertThat(two.told().entries("h")).containsExactly("1");
        assertThat(one.bridge().nodes()).isEmpty();
        assertThat(two.bridge().nodes()).containsExactly("three");
    }

    @Test
    void clustersWithDifferentPrefixesShareARedisWithoutHearingOfEachOther() {
        Node one = start("one", builder());
        Node two = start("two", builder().keyPrefix("other"));
        join(two.bridge().subscribe("r").toCompletableFuture());
        Node three = start("three", builder().keyPrefix("other"));
        await("those of one prefix know each other")
                .until(() -> two.bridge().nodes().contains("three")
                        && three.bridge().nodes().contains("two"));
        join(one.bridge().publish("r", new byte[] {'x'}).toCompletableFuture());
        join(three.bridge().publish("r", new byte[] {'1'}).toCompletableFuture());
        // A connection gets what Redis was given in that order: had the first come, it would be there too.
        await("what comes later arrives").until(() -> !two.told().envelopes("r").isEmpty());
        assertThat(two.told().envelopes("r")).containsExactly("1");
        assertThat(one.bridge().nodes()).isEmpty();
        assertThat(two.bridge().nodes()).containsExactly("three");
    }

    @Test
    void foreignDataUnderOurKeysFailsClearlyAndHarmsNoOtherRoom() {
        Names names = new Names("rc", 16);
        redis.ask("SET", text(names.meta("meta")), "not a hash");
        redis.ask("HSET", text(names.meta("log")), "e", "epoch", "o", "5");
        redis.ask("SET", text(names.history("log")), "not a stream");
        redis.ask("HSET", text(names.meta("epoch")), "e", "x".repeat(60), "o", "many");
        Node node = start("n", builder());
        for (String room : List.of("meta", "log", "epoch")) {
            CompletableFuture<?> append =
                    node.bridge().append(room, RETENTION, null, new byte[1]).toCompletableFuture();
            await("the append to " + room + " fails").until(append::isCompletedExceptionally);
            assertThat(append.handle((done, failure) -> failure).join())
                    .isInstanceOf(RoomcastException.class)
                    .hasMessageContaining("an append to room " + room);
            CompletableFuture<?> follow =
                    node.bridge().subscribeHistory(room, RETENTION).toCompletableFuture();
            await("following " + room + " fails").until(follow::isCompletedExceptionally);
            assertThat(follow.handle((done, failure) -> failure).join())
                    .isInstanceOf(RoomcastException.class)
                    .hasMessageContaining("room " + room);
        }
        join(node.bridge().append("good", RETENTION, null, new byte[1]).toCompletableFuture());
        assertThat(node.bridge().state()).isEqualTo(BridgeState.UP);
    }

    @Test
    void garbageOnOurChannelsIsCountedAndChangesNothing() {
        Node one = start("one", builder());
        Node two = start("two", builder());
        join(two.bridge().subscribe("r").toCompletableFuture());
        join(two.bridge().subscribeHistory("h", RETENTION).toCompletableFuture());
        Names names = new Names("rc", 16);
        for (int i = 0; i < 50; i++) {
            redis.ask("PUBLISH", text(names.room("r")), "garbage " + i);
            redis.ask("PUBLISH", text(names.room("h")), "\u0001\u0001\u0003\u0000\u0000" + i);
            redis.ask("PUBLISH", text(names.control()), "garbage " + i);
        }
        join(one.bridge().publish("r", new byte[] {'1'}).toCompletableFuture());
        join(one.bridge().append("h", RETENTION, null, new byte[] {'1'}).toCompletableFuture());
        await("what is good arrives")
                .until(() -> two.told().envelopes("r").equals(List.of("1"))
                        && two.told().entries("h").equals(List.of("1")));
        // Heartbeats may come over another connection than the rooms.
        await("all of it is counted")
                .untilAsserted(() -> assertThat(two.bridge().stats().refusedGarbage()
                                + two.bridge().stats().refusedNewer())
                        .isEqualTo(150));
        assertThat(one.bridge().state()).isEqualTo(BridgeState.UP);
        assertThat(two.told().losses("h")).isEmpty();
    }

    @Test
    void whoHasNoKeyIsNotBelieved() {
        Node one = start("one", builder().authenticate(KEY));
        Node two = start("two", builder().authenticate(OLD_KEY).authenticate(KEY));
        join(two.bridge().subscribe("r").toCompletableFuture());
        join(two.bridge().subscribeHistory("h", RETENTION).toCompletableFuture());
        await("they know each other").until(() -> one.bridge().nodes().contains("two"));

        // Knows Redis, but no key; and one with a wrong key.
        Node unsigned = start("unsigned", builder());
        Node wrong = start("wrong", builder().authenticate(OLD_KEY.clone()).alsoAccept(KEY));
        Node forger =
                start("forger", builder().authenticate("not the key at all, really".getBytes(StandardCharsets.UTF_8)));
        for (Node stranger : List.of(unsigned, forger)) {
            join(stranger.bridge().publish("r", new byte[] {'x'}).toCompletableFuture());
            join(stranger.bridge()
                    .append("h", RETENTION, null, new byte[] {'x'})
                    .toCompletableFuture());
        }
        join(one.bridge().publish("r", new byte[] {'1'}).toCompletableFuture());
        join(one.bridge().append("h", RETENTION, null, new byte[] {'1'}).toCompletableFuture());
        // Signs with the old key, which two accepts.
        join(wrong.bridge().publish("r", new byte[] {'2'}).toCompletableFuture());
        await("what is signed arrives").until(() -> two.told().envelopes("r").equals(List.of("1", "2")));
        await("and the log goes on").until(() -> two.told().entries("h").equals(List.of("1")));
        assertThat(two.told().losses("h"))
                .as("what was forged in the log is said to be missing")
                .isNotEmpty();
        assertThat(two.told().offences()).isEmpty();
        assertThat(two.bridge().nodes()).contains("one", "wrong").doesNotContain("unsigned", "forger");
        assertThat(two.bridge().stats().refusedUnsigned()).isPositive();
        assertThat(two.bridge().stats().refusedForged()).isPositive();
    }

    @Test
    void nodesOfTwoVersionsWorkSideBySide() {
        Node now = start("now", builder().authenticate(KEY));
        Node later =
                start("later", builder().authenticate(KEY).dialect(new Parcels.Dialect(2, new byte[] {1, 2, 3, 4, 5})));
        await("they know each other")
                .until(() -> now.bridge().nodes().contains("later")
                        && later.bridge().nodes().contains("now"));
        for (Node node : List.of(now, later)) {
            join(node.bridge().subscribe("r").toCompletableFuture());
            join(node.bridge().subscribeHistory("h", RETENTION).toCompletableFuture());
        }
        join(now.bridge().publish("r", new byte[] {'1'}).toCompletableFuture());
        join(later.bridge().publish("r", new byte[] {'2'}).toCompletableFuture());
        join(now.bridge().send("later", "s", new byte[] {'3'}).toCompletableFuture());
        join(later.bridge().send("now", "s", new byte[] {'4'}).toCompletableFuture());
        join(now.bridge().append("h", RETENTION, null, new byte[] {'5'}).toCompletableFuture());
        join(later.bridge().append("h", RETENTION, "id", new byte[] {'6'}).toCompletableFuture());
        await("all arrive")
                .until(() -> now.told().envelopes("r").equals(List.of("2"))
                        && later.told().envelopes("r").equals(List.of("1"))
                        && now.told().envelopes("s").equals(List.of("4"))
                        && later.told().envelopes("s").equals(List.of("3"))
                        && now.told().entries("h").equals(List.of("5", "6"))
                        && later.told().entries("h").equals(List.of("5", "6")));
        assertThat(now.bridge().stats().refusedNewer()).isZero();
    }

    @Test
    void aListenerThatThrowsIsSurvived() {
        RedisBridge bridge = builder().build();
        open.add(bridge);
        BridgeRecorder told = new BridgeRecorder() {
            @Override
            public void onEnvelope(String room, byte[] envelope) {
                super.onEnvelope(room, envelope);
                throw new IllegalStateException("thrown by a test");
            }
        };
        bridge.start("bad", told);
        Node good = start("good", builder());
        join(bridge.subscribe("r").toCompletableFuture());
        for (int i = 0; i < 10; i++) {
            join(good.bridge().publish("r", new byte[] {'x'}).toCompletableFuture());
        }
        await("all are told").until(() -> told.envelopes("r").size() == 10);
    }

    @Test
    void whatDoesNotFitInTheQueueFailsAtOnceAndIsCounted() {
        Node node = start("n", builder().queueMessages(10).commandTimeout(Duration.ofSeconds(2)));
        redis.pause();
        try {
            List<CompletableFuture<Void>> stages = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                stages.add(node.bridge().publish("r", new byte[10]).toCompletableFuture());
            }
            assertThat(stages.stream()
                            .filter(CompletableFuture::isCompletedExceptionally)
                            .count())
                    .isGreaterThanOrEqualTo(80);
            assertThat(node.bridge().stats().queueFull()).isGreaterThanOrEqualTo(80);
        } finally {
            redis.resume();
        }
    }

    private static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }
}
