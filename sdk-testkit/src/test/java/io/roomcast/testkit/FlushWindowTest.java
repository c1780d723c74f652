package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Broadcasts that wait for others to leave with them. */
class FlushWindowTest {

    private static final String SLOW = "slow/1";
    private static final String BRISK = "brisk/1";
    private static final String AT_ONCE = "prompt/1";
    private static final String LOGGED = "logged/1";

    private static final RoomHandler RELAY = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).send();
        }

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return CompletableFuture.completedFuture(Message.of("answer", "yes"));
        }
    };

    private static TestCluster cluster() {
        return TestCluster.builder()
                .room("slow/{id}", window(100).build(), node -> RELAY)
                .room("brisk/{id}", window(20).build(), node -> RELAY)
                .room("prompt/{id}", window(0).build(), node -> RELAY)
                .room(
                        "logged/{id}",
                        window(100).history(100, Duration.ofMinutes(1)).build(),
                        node -> RELAY)
                .start();
    }

    private static RoomOptions.Builder window(int millis) {
        return RoomOptions.builder().flushWindow(Duration.ofMillis(millis));
    }

    /** One that cannot resume, and so is sent no acknowledgements in between. */
    private static TestPeer joined(TestCluster cluster, String... rooms) {
        return joined(cluster, cluster.peer(1), rooms);
    }

    private static TestPeer joined(TestCluster cluster, TestPeer peer, String... rooms) {
        for (String room : rooms) {
            peer.join(room);
            // The event gets its route, whose definition does not wait.
            peer.say(room, "line", "0");
        }
        cluster.advance(Duration.ofMillis(500));
        return peer;
    }

    private static List<String> texts(TestPeer peer) {
        return peer.messages().stream()
                .map(Received::text)
                .filter(text -> !text.equals("0"))
                .toList();
    }

    @Test
    void broadcastsOfOneWindowLeaveInOneWebSocketMessageWhenItEnds() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = joined(cluster, SLOW);
            TestPeer bob = joined(cluster, SLOW);
            int before = bob.webSocketMessages();
            for (String text : List.of("a", "b", "c")) {
                ann.say(SLOW, "line", text);
                cluster.advance(Duration.ofMillis(30));
            }
            assertThat(texts(bob)).as("90 ms after the first").isEmpty();
            assertThat(cluster.node(1).stats().outboundBytes()).isPositive();
            cluster.advance(Duration.ofMillis(15));
            assertThat(texts(bob)).as("105 ms after the first").containsExactly("a", "b", "c");
            assertThat(bob.webSocketMessages() - before).isEqualTo(1);
            assertThat(cluster.node(1).stats().outboundBytes()).isZero();

            ann.say(SLOW, "line", "d");
            cluster.advance(Duration.ofMillis(95));
            assertThat(texts(bob))
                    .as("the next window begins with the next broadcast")
                    .hasSize(3);
            cluster.advance(Duration.ofMillis(10));
            assertThat(texts(bob)).hasSize(4);
        }
    }

    @Test
    void aReplyDoesNotWaitAndTakesWithItWhatWas() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = joined(cluster, SLOW);
            ann.say(SLOW, "line", "a");
            cluster.settle();
            assertThat(texts(ann)).isEmpty();
            ann.ask(SLOW, "question", "?");
            cluster.settle();
            assertThat(ann.replies()).hasSize(1);
            assertThat(texts(ann)).containsExactly("a");

            int before = ann.webSocketMessages();
            cluster.advance(Duration.ofMillis(200));
            assertThat(ann.webSocketMessages()).as("the window is over").isEqualTo(before);
        }
    }

    @Test
    void aMessageToOnePeerDoesNotWaitAndOvertakesNothing() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = joined(cluster, SLOW);
            ann.say(SLOW, "line", "a");
            ann.onServer().send("direct", "b");
            cluster.settle();
            assertThat(texts(ann)).containsExactly("a", "b");
        }
    }

    @Test
    void theRoomWithTheShorterWindowDecides() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = joined(cluster, SLOW, BRISK, AT_ONCE);
            ann.say(SLOW, "line", "a");
            cluster.advance(Duration.ofMillis(10));
            ann.say(BRISK, "line", "b");
            cluster.advance(Duration.ofMillis(15));
            assertThat(texts(ann)).isEmpty();
            cluster.advance(Duration.ofMillis(10));
            assertThat(texts(ann)).containsExactly("a", "b");

            ann.say(BRISK, "line", "c");
            ann.say(SLOW, "line", "d");
            cluster.advance(Duration.ofMillis(25));
            assertThat(texts(ann)).as("a longer one does not put it off").endsWith("c", "d");

            ann.say(SLOW, "line", "e");
            ann.say(AT_ONCE, "line", "f");
            cluster.settle();
            assertThat(texts(ann)).endsWith("e", "f");
        }
    }

    @Test
    void aWholeWebSocketMessageDoesNotWait() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = joined(cluster, SLOW);
            String large = "x".repeat(30_000);
            for (int i = 0; i < 3; i++) {
                cluster.node(1).room(SLOW).broadcast("bulk", large).send();
            }
            cluster.settle();
            assertThat(texts(ann)).as("two fill a message").hasSize(2);
            cluster.advance(Duration.ofMillis(105));
            assertThat(texts(ann)).hasSize(3);
        }
    }

    @Test
    void messagesOfAHistoryWaitToo() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = joined(cluster, LOGGED);
            ann.say(LOGGED, "line", "a");
            cluster.advance(Duration.ofMillis(50));
            ann.say(LOGGED, "line", "b");
            cluster.advance(Duration.ofMillis(40));
            assertThat(texts(ann)).isEmpty();
            cluster.advance(Duration.ofMillis(15));
            assertThat(texts(ann)).containsExactly("a", "b");
        }
    }

    @Test
    void whatWaitsWhenTheConnectionBreaksComesOverTheNextOneOnce() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = joined(cluster, cluster.resumablePeer(1), SLOW);
            cluster.node(1).room(SLOW).broadcast("line", "a").send();
            cluster.settle();
            ann.cut();
            cluster.advance(Duration.ofMillis(300));
            ann.comeBack(1);
            cluster.settle();
            assertThat(ann.isResumed()).isTrue();
            assertThat(texts(ann)).containsExactly("a");
            cluster.advance(Duration.ofSeconds(1));
            assertThat(texts(ann)).containsExactly("a");
        }
    }

    @Test
    void whatWaitsLeavesBeforeThePeerIsClosed() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = joined(cluster, SLOW);
            cluster.node(1).room(SLOW).broadcast("line", "a").send();
            cluster.settle();
            ann.onServer().close(4500, "enough");
            cluster.settle();
            assertThat(texts(ann)).containsExactly("a");
            ann.expectClosed(4500);
        }
    }

    @Test
    void whoeverWaitsUntilAPeerIsWritableIsToldWhenTheWindowHasEnded() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = joined(cluster, SLOW);
            cluster.node(1).room(SLOW).broadcast("line", "a").send();
            cluster.settle();
            var drained = ann.onServer().whenWritable().toCompletableFuture();
            cluster.settle();
            assertThat(drained).isNotDone();
            cluster.advance(Duration.ofMillis(105));
            assertThat(drained).isCompletedWithValue(true);
        }
    }

    @Test
    void whoeverWaitsRightBehindAMessageIsToldWhenItHasLeft() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = joined(cluster, AT_ONCE);
            ann.onServer().send("direct", "a");
            var drained = ann.onServer().whenWritable().toCompletableFuture();
            cluster.settle();
            assertThat(texts(ann)).containsExactly("a");
            assertThat(drained).isCompletedWithValue(true);
        }
    }
}
