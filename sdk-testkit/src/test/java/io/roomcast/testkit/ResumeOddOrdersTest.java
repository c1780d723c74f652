package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.CloseCode;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.bridge.Bridge;
import io.roomcast.testkit.bridge.ForwardingBridge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the application, the client or the clock does to a session just while it is on its way. */
class ResumeOddOrdersTest {

    private static final String ROOM = "room/1";
    private static final String OTHER = "room/2";

    /** More steps than a session needs from node to node. */
    private static final int MOST_STEPS = 80;

    private final List<String> presence = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private boolean subscriptionsHang;

    @Test
    void whoeverWaitsUntilAPeerIsWritableIsToldWhenItIsBackOnAnotherIoThread() {
        try (TestCluster cluster = cluster(1)) {
            for (int i = 0; i < 4; i++) {
                TestPeer ann = cluster.resumablePeer(1);
                ann.join(ROOM);
                Peer peer = ann.onServer();
                ann.cut();
                peer.send("hint", "while it is away");
                CompletableFuture<Boolean> writable = peer.whenWritable().toCompletableFuture();
                cluster.settle();
                assertThat(writable).as("without a connection").isNotDone();

                ann.comeBack(1);

                assertThat(ann.messages()).hasSize(1);
                assertThat(writable).isCompletedWithValue(true);
                // Connections go to the IO threads in turn: one more makes the next peer change its own, or not.
                cluster.peer(1);
            }
        }
    }

    @Test
    void aPeerThatIsTakenOutOfARoomWhileItMovesIsNotInItOnItsNewNode() {
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            presence.clear();
            try (TestCluster cluster = cluster(2)) {
                TestPeer ann = cluster.resumablePeer(1);
                ann.join(ROOM);
                ann.join(OTHER);
                Peer peer = ann.onServer();
                ann.cut();
                ann.comeBackLater(2, "");
                cluster.steps(steps);

                CompletableFuture<Boolean> left = peer.leave(ROOM, "taken out").toCompletableFuture();
                cluster.settle();
                cluster.advance(Duration.ofSeconds(1));

                assertThat(ann.isResumed()).isTrue();
                assertThat(ann.left().contains(ROOM))
                        .as("after %d steps", steps)
                        .isEqualTo(left.join());
                assertThat(members(cluster, ROOM))
                        .as("after %d steps: %s", steps, presence)
                        .isEqualTo(left.join() ? 0 : 1);
                assertThat(members(cluster, OTHER)).isOne();
                assertThat(presence.contains("1 leave " + ROOM + " REMOVED"))
                        .as("after %d steps: %s", steps, presence)
                        .isEqualTo(left.join());
                assertThat(presence.contains("2 in " + ROOM))
                        .as("after %d steps: %s", steps, presence)
                        .isNotEqualTo(left.join());
            }
        }
    }

    @Test
    void aPeerThatIsPutIntoARoomWhileItMovesIsInItOnOneNodeOrOnNone() {
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            presence.clear();
            try (TestCluster cluster = cluster(2)) {
                TestPeer ann = cluster.resumablePeer(1);
                ann.join(ROOM);
                Peer peer = ann.onServer();
                ann.cut();
                ann.comeBackLater(2, "");
                cluster.steps(steps);

                var joined = peer.join(OTHER).toCompletableFuture();
                cluster.settle();
                cluster.advance(Duration.ofSeconds(1));

                assertThat(ann.isResumed()).isTrue();
                assertThat(joined).isDone();
                assertThat(cluster.node(1).stats().memberships())
                        .as("after %d steps: %s", steps, presence)
                        .isZero();
                assertThat(cluster.node(1).stats().rooms()).isZero();
                assertThat(members(cluster, OTHER))
                        .as("after %d steps: %s, %s", steps, joined.join(), presence)
                        .isEqualTo(joined.join().isEmpty() ? 1 : 0);
                assertThat(ann.isIn(OTHER)).isEqualTo(joined.join().isEmpty());
            }
        }
    }

    @Test
    void aPeerThatIsClosedWhileItMovesIsGoneForAllWhoWantItsSession() {
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            presence.clear();
            try (TestCluster cluster = cluster(3)) {
                TestPeer ann = cluster.resumablePeer(1);
                ann.join(ROOM);
                Peer peer = ann.onServer();
                TestPeer twin = cluster.connect(3);
                twin.forgeToken(ann.resumeToken());
                ann.cut();
                ann.comeBackLater(2, "");
                cluster.steps(steps);
                twin.comeBackLater(3, "");
                cluster.steps(steps / 2);

                peer.close(3000, "closed");
                cluster.settle();
                cluster.advance(Duration.ofSeconds(1));

                assertThat(twin.id()).as("after %d steps", steps).isNotEmpty();
                assertThat(ann.isResumed() || !ann.errors().isEmpty())
                        .as("after %d steps: %s", steps, ann)
                        .isTrue();
                boolean left = presence.contains("1 leave " + ROOM + " DISCONNECTED");
                assertThat(members(cluster, ROOM))
                        .as("after %d steps: %s", steps, presence)
                        .isEqualTo(left ? 0 : 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void ofTwoConnectionsThatShowOneTokenAtOnceOneGetsTheSession(int second) {
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            presence.clear();
            try (TestCluster cluster = cluster(3)) {
                TestPeer ann = cluster.resumablePeer(1);
                ann.join(ROOM);
                String id = ann.id();
                TestPeer twin = cluster.connect(second);
                twin.forgeToken(ann.resumeToken());
                ann.cut();
                ann.comeBackLater(2, "");
                cluster.steps(steps);
                twin.comeBackLater(second, "");
                cluster.settle();
                cluster.advance(Duration.ofSeconds(1));

                cluster.node(1).room(ROOM).broadcast("say", "to one").send();
                cluster.settle();

                TestPeer other = ann.isResumed() ? twin : ann;
                TestPeer resumed = ann.isResumed() ? ann : twin;
                assertThat(resumed.isResumed()).as("after %d steps", steps).isTrue();
                assertThat(resumed.messages()).extracting(Received::text).containsExactly("to one");
                assertThat(other.isResumed()).as("after %d steps", steps).isFalse();
                assertThat(other.id()).as("after %d steps", steps).isNotIn("", id);
                assertThat(other.messages()).isEmpty();
                assertThat(members(cluster, ROOM)).isOne();
                assertThat(presence).noneMatch(entry -> entry.contains("leave"));
            }
        }
    }

    /** A client that gives an attempt up and makes another does not know how far the first one got. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void anAttemptThatCrossesAnEarlierOneGetsTheSession(int second) {
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            try (TestCluster cluster = cluster(3)) {
                TestPeer ann = cluster.resumablePeer(1);
                ann.join(ROOM);
                ann.cut();
                ann.comeBackLater(2, "");
                cluster.steps(steps);
                ann.cutLater();
                ann.comeBackLater(second, "");
                cluster.settle();
                cluster.advance(Duration.ofSeconds(1));
                assertThat(ann.isResumed()).as("after %d steps: %s", steps, ann).isTrue();
            }
        }
    }

    /** The node that the session is on stops, or the one that it goes to. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aNodeThatStopsWhileASessionIsOnItsWayLeavesItOnOneNodeOrOnNone(int stopping) {
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            presence.clear();
            try (TestCluster cluster = cluster(2)) {
                TestPeer ann = cluster.resumablePeer(1);
                ann.join(ROOM);
                ann.cut();
                ann.comeBackLater(2, "");
                cluster.steps(steps);

                var stopped = cluster.node(stopping).stop(Duration.ofSeconds(5)).toCompletableFuture();
                cluster.settle();
                cluster.advance(Duration.ofSeconds(40));

                assertThat(stopped).as("after %d steps: %s", steps, ann).isCompleted();
                long left = presence.stream()
                        .filter(entry -> entry.contains("leave"))
                        .count();
                long members =
                        cluster.node(3 - stopping).room(ROOM).localPeers().size();
                assertThat(left + members)
                        .as("after %d steps: %s", steps, presence)
                        .isOne();
                assertThat(members)
                        .as("after %d steps: %s", steps, ann)
                        .isEqualTo(stopping == 1 && ann.isResumed() ? 1 : 0);
            }
        }
    }

    /** The other node cannot subscribe for so long that the session stays where it was; the client tries once more meanwhile. */
    @Test
    void anAttemptThatWaitsForOneThatFailsFindsTheSessionWhereItStayed() {
        try (TestCluster cluster = TestCluster.builder()
                .nodes(2)
                .bridges(SlowToSubscribe::new)
                .room("room/{id}", RoomOptions.defaults(), Handler::new)
                .start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            String id = ann.id();
            subscriptionsHang = true;
            ann.cut();
            ann.comeBackLater(2, "");
            cluster.advance(Duration.ofSeconds(3));
            ann.cutLater();
            ann.comeBackLater(2, "");
            cluster.advance(Duration.ofSeconds(2));
            cluster.node(2)
                    .room(ROOM)
                    .broadcast("hint", "to where it is")
                    .toPeers(id)
                    .send();
            cluster.node(1).room(ROOM).broadcast("say", "to all").send();
            cluster.settle();
            assertThat(ann.isResumed()).isFalse();
            subscriptionsHang = false;

            cluster.advance(Duration.ofSeconds(3));

            assertThat(ann.isResumed()).isTrue();
            assertThat(ann.id()).isEqualTo(id);
            assertThat(ann.messages()).extracting(Received::text).containsExactlyInAnyOrder("to where it is", "to all");
            assertThat(presence).containsExactlyInAnyOrder("1 join " + ROOM, "1 out " + ROOM, "2 in " + ROOM);
        }
    }

    /** A page goes on talking while its network is away; what it says then comes at once when it is back. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aClientCatchesUpOnWhatItMightHaveSaidWhileItCouldNotBeHeard(int backTo) {
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            heard.clear();
            try (TestCluster cluster = ratedCluster()) {
                TestPeer ann = cluster.resumablePeer(1);
                ann.join(ROOM);
                cluster.advance(Duration.ofSeconds(2));
                ann.cut();
                for (int said = 0; said < 900; said++) {
                    ann.sayLater(ROOM, "say", String.valueOf(said));
                }
                cluster.advance(Duration.ofSeconds(10));
                // Back for a moment, in which little of it arrives, or nothing.
                ann.comeBackLater(backTo, "");
                cluster.steps(steps);
                ann.cutLater();
                cluster.settle();

                ann.comeBack(backTo);
                cluster.advance(Duration.ofSeconds(1));

                assertThat(ann.closeCode()).as("after %d steps", steps).isZero();
                assertThat(ann.isResumed()).isTrue();
                assertThat(heard)
                        .containsExactlyElementsOf(IntStream.range(0, 900)
                                .mapToObj(String::valueOf)
                                .toList());
            }
        }
    }

    @Test
    void whoComesBackMayNotSayMoreThanThat() {
        try (TestCluster cluster = ratedCluster()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            ann.cut();
            cluster.advance(Duration.ofSeconds(10));
            for (int said = 0; said < 1300; said++) {
                ann.sayLater(ROOM, "say", String.valueOf(said));
            }
            ann.comeBack(1);
            cluster.advance(Duration.ofSeconds(1));
            assertThat(ann.closeCode()).isEqualTo(CloseCode.RATE_EXCEEDED);
            assertThat(heard).hasSizeBetween(1100, 1205);
        }
    }

    private static long members(TestCluster cluster, String room) {
        long members = 0;
        for (int node = 1; node <= cluster.size(); node++) {
            members += cluster.node(node).room(room).localPeers().size();
        }
        return members;
    }

    private TestCluster cluster(int nodes) {
        return TestCluster.builder()
                .nodes(nodes)
                .room("room/{id}", RoomOptions.defaults(), Handler::new)
                .start();
    }

    private TestCluster ratedCluster() {
        return TestCluster.builder()
                .nodes(2)
                .limits(limits -> limits.maxMessagesPerSecond(100))
                .room("room/{id}", RoomOptions.defaults(), Handler::new)
                .start();
    }

    private final class SlowToSubscribe extends ForwardingBridge {

        SlowToSubscribe(Bridge behind) {
            super(behind);
        }

        @Override
        public CompletionStage<Void> subscribe(String room) {
            return subscriptionsHang ? new CompletableFuture<>() : super.subscribe(room);
        }
    }

    private final class Handler implements RoomHandler {

        private final int node;

        Handler(int node) {
            this.node = node;
        }

        @Override
        public void onJoin(Room room, Peer peer) {
            presence.add(node + " join " + room.name());
        }

        @Override
        public void onLeave(Room room, Peer peer, LeaveReason reason) {
            presence.add(node + " leave " + room.name() + " " + reason);
        }

        @Override
        public void onMovedIn(Room room, Peer peer) {
            presence.add(node + " in " + room.name());
        }

        @Override
        public void onMovedOut(Room room, Peer peer) {
            presence.add(node + " out " + room.name());
        }

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            heard.add(message.text());
        }
    }
}
