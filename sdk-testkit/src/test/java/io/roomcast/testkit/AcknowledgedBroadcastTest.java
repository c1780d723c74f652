package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.Acks;
import io.roomcast.Broadcast;
import io.roomcast.BroadcastObserver;
import io.roomcast.ErrorCode;
import io.roomcast.Message;
import io.roomcast.Refusal;
import io.roomcast.RequestException;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Bridge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Broadcasts that the peers of all nodes answer, and what is known when some do not. */
class AcknowledgedBroadcastTest {

    private static final String ROOM = "chat/jazz";
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Remembers what the room's observer saw. */
    private static final class Witness implements RoomHandler, BroadcastObserver {
        final List<String> seen = new ArrayList<>();

        @Override
        public void onBroadcast(Room room, Message message) {
            seen.add(message.text());
        }
    }

    /** A bridge whose sends to other nodes go wrong as the test says. */
    private static final class Faulty extends HookedBridge {
        boolean deaf;
        boolean broken;

        Faulty(Bridge behind) {
            super(behind);
        }

        @Override
        public CompletionStage<Void> send(String nodeId, String room, byte[] envelope) {
            if (broken) {
                throw new RoomcastException("as the test wants");
            }
            return deaf ? CompletableFuture.completedFuture(null) : super.send(nodeId, room, envelope);
        }
    }

    private final List<Faulty> bridges = new ArrayList<>();

    private TestCluster cluster(int nodes, RoomHandler handler) {
        TestCluster cluster = TestCluster.builder()
                .nodes(nodes)
                .room("chat/{topic}", handler)
                .limits(limits -> limits.maxOpenRequestsPerPeer(2).maxAcknowledgedBroadcasts(3))
                .bridges(behind -> {
                    Faulty bridge = new Faulty(behind);
                    bridges.add(bridge);
                    return bridge;
                })
                .start();
        System.out.println("seed " + cluster.seed());
        return cluster;
    }

    private TestCluster cluster(int nodes) {
        return cluster(nodes, new RoomHandler() {});
    }

    private static TestPeer member(TestCluster cluster, int node) {
        TestPeer peer = cluster.peer(node);
        peer.join(ROOM);
        return peer;
    }

    private static Broadcast broadcast(TestCluster cluster, String text) {
        return cluster.node(1).room(ROOM).broadcast("ready", text);
    }

    private static void answer(TestPeer peer, String text) {
        peer.answer(peer.lastRequest().id(), text);
    }

    private static Acks done(CompletionStage<Acks> acks) {
        assertThat(acks.toCompletableFuture()).isCompleted();
        return acks.toCompletableFuture().join();
    }

    private static void assertNothingOpen(TestCluster cluster, int nodes) {
        for (int node = 1; node <= nodes; node++) {
            assertThat(cluster.node(node).stats().openRequests())
                    .as("node %d", node)
                    .isZero();
        }
    }

    @Test
    void everyPeerOfTheRoomOnEveryNodeIsAskedAndItsAnswerIsThere() {
        try (TestCluster cluster = cluster(3)) {
            TestPeer ann = member(cluster, 1);
            TestPeer bea = member(cluster, 1);
            TestPeer cid = member(cluster, 2);
            CompletionStage<Acks> acks =
                    broadcast(cluster, "?").from(ann.onServer()).withAck(SECOND).send();
            cluster.settle();
            for (TestPeer peer : List.of(ann, bea, cid)) {
                assertThat(peer.lastRequest().room()).isEqualTo(ROOM);
                assertThat(peer.lastRequest().text()).isEqualTo("?");
                assertThat(peer.lastRequest().from()).isEqualTo(ann.id());
            }
            answer(ann, "a");
            answer(bea, "b");
            assertThat(acks.toCompletableFuture()).isNotDone();
            answer(cid, "c");
            Acks all = done(acks);
            assertThat(all.answers())
                    .isEqualTo(Map.of(
                            ann.id(), Message.of("ready", "a"),
                            bea.id(), Message.of("ready", "b"),
                            cid.id(), Message.of("ready", "c")));
            assertThat(all.isComplete()).isTrue();
            assertNothingOpen(cluster, 3);
        }
    }

    @Test
    void aRoomWithoutPeersHasNothingToWaitFor() {
        try (TestCluster cluster = cluster(2)) {
            CompletionStage<Acks> acks = broadcast(cluster, "?").withAck(SECOND).send();
            cluster.settle();
            assertThat(done(acks).isComplete()).isTrue();
            assertThat(done(acks).answers()).isEmpty();
        }
    }

    @Test
    void silentRefusingAndLeavingPeersAreNamedEachOnce() {
        try (TestCluster cluster = cluster(2)) {
            List<TestPeer> answering = List.of(member(cluster, 1), member(cluster, 2));
            List<TestPeer> refusing = List.of(member(cluster, 1), member(cluster, 2));
            List<TestPeer> silent = List.of(member(cluster, 1), member(cluster, 2));
            List<TestPeer> leaving = List.of(member(cluster, 1), member(cluster, 2));
            List<TestPeer> cut = List.of(member(cluster, 1), member(cluster, 2));
            CompletionStage<Acks> acks = broadcast(cluster, "?").withAck(SECOND).send();
            cluster.settle();
            answering.forEach(peer -> answer(peer, "yes"));
            refusing.forEach(peer -> peer.refuse(peer.lastRequest().id(), 1001, "busy"));
            leaving.forEach(peer -> peer.leave(ROOM));
            cut.forEach(TestPeer::cut);
            cluster.advance(Duration.ofMillis(900));
            assertThat(acks.toCompletableFuture()).isNotDone();
            cluster.advance(Duration.ofMillis(400));
            Acks known = done(acks);
            assertThat(known.answers().keySet()).isEqualTo(ids(answering));
            assertThat(known.refusals().keySet()).isEqualTo(ids(refusing));
            assertThat(known.refusals().values()).containsOnly(new Refusal(1001, "busy"));
            assertThat(known.timedOut()).isEqualTo(ids(silent));
            assertThat(known.left()).isEqualTo(ids(List.of(leaving.get(0), leaving.get(1), cut.get(0), cut.get(1))));
            assertThat(known.lostNodes()).isEmpty();
            silent.forEach(peer -> {
                assertThat(peer.cancelled()).hasSize(1);
                answer(peer, "late");
                assertThat(peer.errors()).isEmpty();
            });
            assertNothingOpen(cluster, 2);
        }
    }

    private static Set<String> ids(List<TestPeer> peers) {
        return peers.stream().map(TestPeer::id).collect(java.util.stream.Collectors.toSet());
    }

    @Test
    void onlyThoseItIsForAreAskedAndWhoIsNotThereIsSaidToHaveLeft() {
        try (TestCluster cluster = cluster(2)) {
            TestPeer ann = member(cluster, 1);
            TestPeer bea = member(cluster, 1);
            TestPeer cid = member(cluster, 2);
            TestPeer out = cluster.peer(2);
            CompletionStage<Acks> chosen = broadcast(cluster, "?")
                    .toPeers(ann.id(), cid.id(), out.id(), "nobody-was-there-1")
                    .withAck(SECOND)
                    .send();
            cluster.settle();
            assertThat(bea.requests()).isEmpty();
            answer(ann, "a");
            answer(cid, "c");
            assertThat(done(chosen).answers()).containsOnlyKeys(ann.id(), cid.id());
            assertThat(done(chosen).left()).containsExactlyInAnyOrder(out.id(), "nobody-was-there-1");

            CompletionStage<Acks> others = broadcast(cluster, "?")
                    .except(List.of(ann.id(), cid.id()))
                    .withAck(SECOND)
                    .send();
            cluster.settle();
            assertThat(ann.requests()).hasSize(1);
            assertThat(cid.requests()).hasSize(1);
            answer(bea, "b");
            assertThat(done(others).answers()).containsOnlyKeys(bea.id());
            assertThat(done(others).isComplete()).isTrue();
        }
    }

    @Test
    void aNodeThatIsLostCompletesItsShareAtOnceByName() {
        try (TestCluster cluster = cluster(3)) {
            TestPeer ann = member(cluster, 1);
            TestPeer bea = member(cluster, 2);
            TestPeer cid = member(cluster, 3);
            CompletionStage<Acks> acks = broadcast(cluster, "?").withAck(SECOND).send();
            cluster.settle();
            assertThat(bea.requests()).hasSize(1);
            answer(ann, "a");
            answer(cid, "c");
            String lost = cluster.node(2).id();
            bridges.get(0).listener.onNodeLost(lost);
            cluster.settle();
            assertThat(done(acks).lostNodes()).containsExactly(lost);
            assertThat(done(acks).answers()).containsOnlyKeys(ann.id(), cid.id());
            answer(bea, "too late");
            assertNothingOpen(cluster, 3);
        }
    }

    @Test
    void aNodeThatCannotBeReachedIsLostAtOnceAndASilentOneASecondAfterTheTimeout() {
        try (TestCluster cluster = cluster(2)) {
            TestPeer ann = member(cluster, 1);
            member(cluster, 2);
            String other = cluster.node(2).id();
            bridges.get(0).broken = true;
            CompletionStage<Acks> unreachable =
                    broadcast(cluster, "?").withAck(SECOND).send();
            cluster.settle();
            answer(ann, "a");
            assertThat(done(unreachable).lostNodes()).containsExactly(other);

            bridges.get(0).broken = false;
            bridges.get(1).deaf = true;
            CompletionStage<Acks> silent =
                    broadcast(cluster, "?").withAck(SECOND).send();
            cluster.settle();
            answer(ann, "a");
            cluster.advance(Duration.ofMillis(1800));
            assertThat(silent.toCompletableFuture()).isNotDone();
            cluster.advance(Duration.ofMillis(500));
            assertThat(done(silent).lostNodes()).containsExactly(other);
            assertThat(done(silent).answers()).containsOnlyKeys(ann.id());
            assertNothingOpen(cluster, 2);
        }
    }

    @Test
    void aNodeThatStopsLeavesNothingOpen() {
        List<CompletionStage<?>> open = new ArrayList<>();
        try (TestCluster cluster = cluster(2)) {
            TestPeer ann = member(cluster, 1);
            member(cluster, 2);
            open.add(broadcast(cluster, "?").withAck(SECOND).send());
            open.add(ann.onServer().request(Message.of("ready"), SECOND));
            cluster.settle();
            assertThat(open).noneMatch(stage -> stage.toCompletableFuture().isDone());
        }
        assertThat(open).allMatch(stage -> stage.toCompletableFuture().isDone());
    }

    @Test
    void moreBroadcastsThanAllowedFailAndReachNobody() {
        try (TestCluster cluster = cluster(1)) {
            TestPeer ann = member(cluster, 1);
            List<CompletionStage<Acks>> open = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                open.add(broadcast(cluster, "" + i).withAck(SECOND).send());
            }
            CompletionStage<Acks> tooMany =
                    broadcast(cluster, "3").withAck(SECOND).send();
            cluster.settle();
            assertThatThrownBy(() -> tooMany.toCompletableFuture().join())
                    .cause()
                    .isInstanceOfSatisfying(
                            RequestException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(RequestException.Reason.TOO_MANY));
            // Of the three, two found a place among the open requests of the peer.
            assertThat(ann.requests()).hasSize(2);
            cluster.advance(Duration.ofMillis(1200));
            assertThat(open.stream()
                            .map(acks -> done(acks))
                            .filter(acks -> acks.timedOut().contains(ann.id())))
                    .hasSize(2);
            assertThat(open.stream().map(acks -> done(acks).refusals().get(ann.id())))
                    .filteredOn(refusal -> refusal != null)
                    .extracting(Refusal::code)
                    .containsExactly(ErrorCode.TOO_MANY_REQUESTS);
            assertNothingOpen(cluster, 1);
            assertThat(done(broadcastAnswered(cluster, ann)).isComplete()).isTrue();
        }
    }

    private static CompletionStage<Acks> broadcastAnswered(TestCluster cluster, TestPeer peer) {
        CompletionStage<Acks> acks = broadcast(cluster, "?").withAck(SECOND).send();
        cluster.settle();
        answer(peer, "yes");
        return acks;
    }

    @Test
    void answersBeyondTheirBoundAreLeftOut() {
        try (TestCluster cluster = TestCluster.builder()
                .room("chat/{topic}", new RoomHandler() {})
                .limits(limits -> limits.maxMessageBytes(4 << 20).outboundBytesPerPeer(8 << 20))
                .start()) {
            List<TestPeer> peers = List.of(member(cluster, 1), member(cluster, 1), member(cluster, 1));
            CompletionStage<Acks> acks = broadcast(cluster, "?").withAck(SECOND).send();
            cluster.settle();
            peers.forEach(peer -> answer(peer, "x".repeat(3 << 20)));
            assertThat(done(acks).answers())
                    .containsOnlyKeys(peers.get(0).id(), peers.get(1).id());
            assertThat(done(acks).refusals().get(peers.get(2).id()).code()).isEqualTo(ErrorCode.ANSWERS_TOO_LARGE);
        }
    }

    @Test
    void anObserverSeesItInOrderWithTheOthers() {
        Witness witness = new Witness();
        try (TestCluster cluster = cluster(1, witness)) {
            TestPeer ann = member(cluster, 1);
            broadcast(cluster, "1").send();
            CompletionStage<Acks> acks = broadcast(cluster, "2").withAck(SECOND).send();
            broadcast(cluster, "3").send();
            cluster.settle();
            assertThat(witness.seen).containsExactly("1", "2", "3");
            answer(ann, "yes");
            assertThat(done(acks).isComplete()).isTrue();
        }
    }

    @Test
    void itIsSentOnceAndNotVolatile() {
        try (TestCluster cluster = cluster(1)) {
            Broadcast broadcast = broadcast(cluster, "?");
            var acknowledged = broadcast.withAck(SECOND);
            acknowledged.send();
            assertThatThrownBy(acknowledged::send).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(broadcast::send).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> broadcast(cluster, "?").volatileDelivery().withAck(SECOND))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("volatile");
            assertThatThrownBy(() -> broadcast(cluster, "?").withAck(Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("timeout is PT0S");
        }
    }
}
