package io.roomcast.runtime.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.roomcast.HistoryPosition;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.Retention;
import io.roomcast.runtime.environment.SecureIdSource;
import io.roomcast.runtime.environment.SystemClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class LocalBridgeTest {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final LocalHub hub = LocalHub.on(tasks::add, SystemClock.INSTANCE, new SecureIdSource());

    private static final class Told implements BridgeListener {
        final List<String> story = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void onEnvelope(String room, byte[] envelope) {
            story.add(room + " " + new String(envelope));
        }

        @Override
        public void onAppended(String room, HistoryPosition position, byte[] envelope) {
            story.add(room + " " + position.offset() + " " + new String(envelope));
        }

        @Override
        public void onHistoryLost(String room, HistoryPosition resumesAfter) {
            story.add(room + " lost to " + resumesAfter.offset());
        }

        @Override
        public void onNodeJoined(String nodeId) {
            story.add("joined " + nodeId);
        }

        @Override
        public void onNodeLost(String nodeId) {
            story.add("lost " + nodeId);
        }

        @Override
        public void onState(BridgeState state) {
            story.add("state " + state);
        }
    }

    private void settle() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void envelopesReachTheOtherNodesThatWantTheRoomAndTheNamedNode() {
        Told one = new Told();
        Told two = new Told();
        Told three = new Told();
        Bridge a = hub.bridge();
        Bridge b = hub.bridge();
        Bridge c = hub.bridge();
        a.start("a", one);
        b.start("b", two);
        c.start("c", three);
        a.subscribe("r");
        b.subscribe("r");
        a.publish("r", "1".getBytes());
        a.publish("other", "2".getBytes());
        a.send("c", "r", "3".getBytes());
        settle();

        assertThat(one.story).containsExactly("state UP", "joined b", "joined c");
        assertThat(two.story).containsExactly("state UP", "joined a", "joined c", "r 1");
        assertThat(three.story).containsExactly("state UP", "joined a", "joined b", "r 3");
        assertThat(a.nodes()).containsExactly("b", "c");

        b.unsubscribe("r");
        a.publish("r", "4".getBytes());
        b.close();
        b.close();
        settle();
        assertThat(one.story).endsWith("lost b");
        assertThat(two.story).endsWith("r 1");
        assertThat(a.nodes()).containsExactly("c");
        assertThat(a.send("b", "r", new byte[0]).toCompletableFuture()).isCompletedExceptionally();
        assertThat(b.publish("r", new byte[0]).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void aNodeThatDoesNotKeepUpLosesEnvelopesAndThePublisherHearsOfIt() {
        Bridge a = hub.bridge();
        Bridge b = hub.bridge();
        Told told = new Told();
        a.start("a", new Told());
        b.start("b", told);
        b.subscribe("r");
        int failed = 0;
        for (int i = 0; i < LocalHub.QUEUE_CAPACITY + 100; i++) {
            if (a.publish("r", new byte[0]).toCompletableFuture().isCompletedExceptionally()) {
                failed++;
            }
        }
        assertThat(failed).isBetween(100, 110);
        settle();
        assertThat(told.story).hasSize(LocalHub.QUEUE_CAPACITY);
        assertThat(a.publish("r", new byte[0]).toCompletableFuture()).isCompleted();
    }

    @Test
    void aNodeIdIsTakenOnceAndABridgeStartedOnce() {
        Bridge a = hub.bridge();
        a.start("a", new Told());
        assertThatExceptionOfType(RoomcastException.class)
                .isThrownBy(() -> hub.bridge().start("a", new Told()))
                .withMessageContaining("node id a is taken");
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> a.start("z", new Told()));
    }

    // ---- history

    private static final Retention RETENTION = new Retention(100_000, Duration.ofHours(1));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Bridge started(String id, Told told) {
        Bridge bridge = hub.bridge();
        bridge.start(id, told);
        settle();
        told.story.clear();
        return bridge;
    }

    @Test
    void anEntryReachesEveryNodeThatWantsTheLogTheOneThatAppendedIncluded() {
        Told one = new Told();
        Told two = new Told();
        Told three = new Told();
        Bridge a = started("a", one);
        Bridge b = started("b", two);
        Bridge c = started("c", three);
        a.subscribeHistory("r", RETENTION);
        b.subscribeHistory("r", RETENTION);
        c.subscribe("r");
        settle();
        two.story.clear();
        a.append("r", RETENTION, null, bytes("x"));
        b.append("r", RETENTION, null, bytes("y"));
        a.publish("r", bytes("p"));
        settle();
        assertThat(one.story).containsExactly("joined b", "joined c", "r 1 x", "r 2 y");
        assertThat(two.story).containsExactly("r 1 x", "r 2 y", "r p");
        assertThat(three.story).containsExactly("r p");
    }

    @Test
    void aSubscriptionTellsWhereItBegins() {
        Told told = new Told();
        Bridge a = started("a", told);
        a.append("r", RETENTION, null, bytes("x"));
        HistoryPosition begin =
                a.subscribeHistory("r", RETENTION).toCompletableFuture().join();
        assertThat(begin.offset()).isEqualTo(1);
        a.append("r", RETENTION, null, bytes("y"));
        settle();
        assertThat(told.story).containsExactly("r 2 y");
    }

    @Test
    void afterUnsubscribingNothingIsToldNotEvenWhatWaited() {
        Told told = new Told();
        Bridge a = started("a", told);
        a.subscribeHistory("r", RETENTION);
        a.append("r", RETENTION, null, bytes("x"));
        a.unsubscribe("r");
        settle();
        a.subscribeHistory("r", RETENTION);
        a.append("r", RETENTION, null, bytes("y"));
        settle();
        assertThat(told.story).containsExactly("r 2 y");
    }

    @Test
    void aDuplicateIsToldNobody() {
        Told told = new Told();
        Bridge a = started("a", told);
        a.subscribeHistory("r", RETENTION);
        a.append("r", RETENTION, "id", bytes("x"));
        a.append("r", RETENTION, "id", bytes("x"));
        settle();
        assertThat(told.story).containsExactly("r 1 x");
    }

    @Test
    void aNodeWhoseQueueWasFullIsToldFromTheLogWhenThereIsRoomAgain() {
        Told told = new Told();
        Bridge a = started("a", told);
        a.subscribeHistory("r", RETENTION);
        int entries = LocalHub.QUEUE_CAPACITY + 1000;
        for (int i = 0; i < entries; i++) {
            a.append("r", RETENTION, null, bytes("x"));
        }
        settle();
        assertThat(told.story).hasSize(entries).endsWith("r " + entries + " x");
        assertThat(told.story.get(LocalHub.QUEUE_CAPACITY)).isEqualTo("r " + (LocalHub.QUEUE_CAPACITY + 1) + " x");
    }

    @Test
    void whatTheLogHasForgottenByThenIsToldAsLost() {
        Retention ten = new Retention(10, Duration.ofHours(1));
        Told told = new Told();
        Bridge a = started("a", told);
        a.subscribeHistory("r", ten);
        int entries = LocalHub.QUEUE_CAPACITY + 1000;
        for (int i = 0; i < entries; i++) {
            a.append("r", ten, null, bytes("x"));
        }
        settle();
        assertThat(told.story).hasSize(LocalHub.QUEUE_CAPACITY + 11);
        assertThat(told.story.get(LocalHub.QUEUE_CAPACITY)).isEqualTo("r lost to " + (entries - 10));
        assertThat(told.story).endsWith("r " + entries + " x");
    }

    @Test
    void aBridgeThatIsClosedKeepsNoLogAlive() {
        LocalHistory history = hub.history();
        Told told = new Told();
        Bridge a = started("a", told);
        a.subscribeHistory("r", RETENTION);
        a.close();
        assertThat(a.append("r", RETENTION, null, bytes("x")).toCompletableFuture())
                .isCompletedExceptionally();
        assertThat(a.readHistory("r", RETENTION, 0, 1).toCompletableFuture()).isCompletedExceptionally();
        assertThat(a.subscribeHistory("r", RETENTION).toCompletableFuture()).isCompletedExceptionally();
        history.append("r", RETENTION, null, bytes("x"));
        settle();
        assertThat(told.story).isEmpty();
    }

    @Test
    void nodesThatAppendAtTheSameTimeAreToldOneOrder() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            LocalHub racing = LocalHub.on(threads, SystemClock.INSTANCE, new SecureIdSource());
            List<Told> told = List.of(new Told(), new Told(), new Told());
            List<Bridge> bridges = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Bridge bridge = racing.bridge();
                bridge.start("n" + i, told.get(i));
                bridge.subscribeHistory("r", RETENTION);
                bridges.add(bridge);
            }
            List<Thread> publishers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int node = i;
                publishers.add(new Thread(() -> {
                    for (int n = 0; n < 2000; n++) {
                        bridges.get(node).append("r", RETENTION, null, bytes(node + ":" + n));
                    }
                }));
            }
            publishers.forEach(Thread::start);
            for (Thread publisher : publishers) {
                publisher.join();
            }
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(told)
                            .allSatisfy(node -> assertThat(entries(node)).hasSize(6000)));
            assertThat(entries(told.get(1))).isEqualTo(entries(told.get(0)));
            assertThat(entries(told.get(2))).isEqualTo(entries(told.get(0)));
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<String> entries(Told told) {
        synchronized (told.story) {
            return told.story.stream().filter(line -> line.startsWith("r ")).toList();
        }
    }
}
