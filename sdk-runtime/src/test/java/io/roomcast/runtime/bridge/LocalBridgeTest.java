package io.roomcast.runtime.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.roomcast.HistoryPosition;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.runtime.environment.SecureIdSource;
import io.roomcast.runtime.environment.SystemClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class LocalBridgeTest {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final LocalHub hub = LocalHub.on(tasks::add, SystemClock.INSTANCE, new SecureIdSource());

    private static final class Told implements BridgeListener {
        final List<String> story = new ArrayList<>();

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
}
