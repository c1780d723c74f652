package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomcastException;
import io.roomcast.RoomcastListener;
import io.roomcast.runtime.wire.proto.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What peers and the application see when the bridge loses, forges, fails or takes its time. */
class BridgeTroubleTest {

    private static final RoomHandler RELAY = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).except(peer).send();
        }
    };

    @Test
    void lostBroadcastsAreCountedAndThePeersAreTold() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Integer> lost = new ArrayList<>();
        List<Long> reported = new ArrayList<>();
        int[] published = new int[1];
        try (TestCluster cluster = TestCluster.builder()
                .seed(seed)
                .room("chat/{topic}", RELAY)
                .bridges(behind -> new ForwardingBridge(behind) {
                    @Override
                    public CompletionStage<Void> publish(String room, byte[] envelope) {
                        // The first and the last arrive, so that what is lost lies between.
                        int number = published[0]++;
                        if (number > 0 && number < 199 && random.nextInt(4) == 0) {
                            lost.add(number);
                            return CompletableFuture.completedFuture(null);
                        }
                        return super.publish(room, envelope);
                    }
                })
                .listener(new RoomcastListener() {
                    @Override
                    public void gap(String room, String originNode, long missed) {
                        reported.add(missed);
                    }
                })
                .start()) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(2);
            ann.join("chat/jazz");
            bea.join("chat/jazz");
            for (int i = 0; i < 200; i++) {
                ann.say("chat/jazz", "said", "" + i);
            }
            assertThat(bea.messages()).hasSize(200 - lost.size());
            assertThat(reported.stream().mapToLong(Long::longValue).sum()).isEqualTo(lost.size());
            assertThat(bea.frames().stream()
                            .filter(Frame::hasGap)
                            .mapToLong(frame -> frame.getGap().getMissed())
                            .sum())
                    .isEqualTo(lost.size());
            assertThat(ann.frames()).noneMatch(Frame::hasGap);
        }
    }

    @Test
    void aJoinIsAnsweredWhenTheSubscriptionIsInForceAndNotBefore() {
        List<CompletableFuture<Void>> subscriptions = new ArrayList<>();
        try (TestCluster cluster = TestCluster.builder()
                .room("chat/{topic}", RELAY)
                .bridges(behind -> new ForwardingBridge(behind) {
                    @Override
                    public CompletionStage<Void> subscribe(String room) {
                        CompletableFuture<Void> inForce = new CompletableFuture<>();
                        subscriptions.add(inForce);
                        return inForce.thenCompose(done -> super.subscribe(room));
                    }
                })
                .start()) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(1);
            ann.join("chat/jazz");
            bea.join("chat/jazz");
            assertThat(ann.isIn("chat/jazz")).isFalse();
            assertThat(subscriptions).hasSize(1);
            subscriptions.get(0).complete(null);
            cluster.settle();
            assertThat(ann.isIn("chat/jazz")).isTrue();
            assertThat(bea.isIn("chat/jazz")).isTrue();
        }
    }

    @Test
    void withoutTheBridgeTheRoomIsTheNodesOwn() {
        try (TestCluster cluster = TestCluster.builder()
                .room("chat/{topic}", RELAY)
                .bridges(behind -> new ForwardingBridge(behind) {
                    @Override
                    public CompletionStage<Void> subscribe(String room) {
                        return CompletableFuture.failedFuture(new RoomcastException("no bridge"));
                    }

                    @Override
                    public CompletionStage<Void> publish(String room, byte[] envelope) {
                        throw new RoomcastException("no bridge");
                    }
                })
                .start()) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(1);
            ann.join("chat/jazz");
            bea.join("chat/jazz");
            ann.say("chat/jazz", "said", "still here");
            assertThat(bea.messages()).extracting(Received::text).containsExactly("still here");
            var receipt =
                    cluster.node(1).room("chat/jazz").broadcast("news", "!").send();
            cluster.settle();
            assertThat(receipt.published().toCompletableFuture()).isCompletedExceptionally();
            assertThat(bea.messages()).hasSize(2);
        }
    }

    @Test
    void garbageOnTheBridgeIsIgnoredAndReported() {
        List<String> refused = new ArrayList<>();
        List<ForwardingBridge> bridges = new ArrayList<>();
        try (TestCluster cluster = TestCluster.builder()
                .room("chat/{topic}", RELAY)
                .bridges(behind -> {
                    ForwardingBridge bridge = new ForwardingBridge(behind);
                    bridges.add(bridge);
                    return bridge;
                })
                .listener(new RoomcastListener() {
                    @Override
                    public void envelopeRefused(String room, String reason) {
                        refused.add(reason);
                    }
                })
                .start()) {
            TestPeer ann = cluster.peer(1);
            ann.join("chat/jazz");
            bridges.get(0).listener.onEnvelope("chat/jazz", "not an envelope".getBytes());
            bridges.get(0).listener.onEnvelope("chat/jazz", new byte[0]);
            cluster.settle();
            assertThat(refused).hasSize(2);
            assertThat(ann.messages()).isEmpty();
            assertThat(ann.closeCode()).isZero();
        }
    }
}
