package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.RoomcastException;
import io.roomcast.RoomcastListener;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeState;
import io.roomcast.testkit.junit.RoomcastTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What peers and the application see when the bridge loses, forges, fails or takes its time. */
@RoomcastTest
class BridgeTroubleTest {

    private static final String JAZZ = "chat/jazz";

    private final List<DeafBridge> bridges = new ArrayList<>();
    private TestCluster cluster;
    private TestRoom ann;
    private TestRoom bea;

    @RoomcastTest(seeds = 20)
    void lostBroadcastsAreCountedAndThePeersAreTold(TestCluster.Builder builder) {
        List<Long> reported = new ArrayList<>();
        LossyBridge[] last = new LossyBridge[1];
        TestCluster cluster = builder.room("chat/{topic}", new Relay())
                .bridges(behind -> last[0] = new LossyBridge(behind))
                .listener(new RoomcastListener() {
                    @Override
                    public void gap(String room, String originNode, long missed) {
                        reported.add(missed);
                    }
                })
                .start();
        TestPeer bea = cluster.node(1).peer("bea");
        TestPeer ann = cluster.node(2).peer("ann");
        LossyBridge lossy = last[0];
        lossy.random = new Random(cluster.seed());
        TestRoom annsJazz = ann.join(JAZZ);
        TestRoom beasJazz = bea.join(JAZZ);
        for (int i = 0; i < LossyBridge.ENVELOPES; i++) {
            annsJazz.say("said", "" + i);
        }

        assertThat(bea.messages()).hasSize(LossyBridge.ENVELOPES - lossy.lost);
        assertThat(reported.stream().mapToLong(Long::longValue).sum()).isEqualTo(lossy.lost);
        long told = 0;
        for (int gap = 0; gap < reported.size(); gap++) {
            told += beasJazz.expectGap();
        }
        assertThat(told).isEqualTo(lossy.lost);
        ann.expectNothing();
    }

    /** Loses about every fourth envelope, but not the first and the last, so that what is lost lies between. */
    private static final class LossyBridge extends HookedBridge {
        static final int ENVELOPES = 200;
        Random random = new Random(0);
        int published;
        int lost;

        LossyBridge(Bridge behind) {
            super(behind);
        }

        @Override
        public CompletionStage<Void> publish(String room, byte[] envelope) {
            int number = published++;
            if (number > 0 && number < ENVELOPES - 1 && random.nextInt(4) == 0) {
                lost++;
                return CompletableFuture.completedFuture(null);
            }
            return super.publish(room, envelope);
        }
    }

    @Test
    void whatWasLostLastIsToldWhenTheBridgeOfTheReceiverIsBack(TestCluster.Builder builder) {
        together(builder);
        bridges.get(0).swallows = true;
        ann.say("said", "2");
        ann.say("said", "3");
        cluster.node(1)
                .room(JAZZ)
                .broadcast("just", "you")
                .toPeers(bea.peer().id())
                .send();
        bea.expectNothing();
        bridges.get(0).swallows = false;
        bridges.get(1).listener.onState(BridgeState.DEGRADED);
        cluster.advance(Duration.ofSeconds(30));
        bridges.get(1).listener.onState(BridgeState.UP);
        assertThat(bea.expectGap()).isEqualTo(2);
        // Of the lane that leads to bea's node alone it had heard nothing before: there is nothing to compare with.
        bea.expectNothing();
        ann.say("said", "4");
        bea.expect("said", "4");
    }

    @Test
    void whatWasLostLastIsToldWhenTheBridgeOfTheSenderIsBack(TestCluster.Builder builder) {
        together(builder);
        bridges.get(0).listener.onState(BridgeState.DEGRADED);
        bridges.get(0).swallows = true;
        ann.say("said", "2");
        bridges.get(0).swallows = false;
        bridges.get(0).listener.onState(BridgeState.UP);
        assertThat(bea.expectGap()).isEqualTo(1);
        bea.expectNothing();
        ann.expectNothing();
    }

    @Test
    void anInterruptionInWhichNothingIsLostIsNoNewsToPeers(TestCluster.Builder builder) {
        together(builder);
        bea.say("said", "2");
        ann.expect("said", "2");
        for (DeafBridge bridge : bridges) {
            bridge.listener.onState(BridgeState.DEGRADED);
            bridge.listener.onState(BridgeState.UP);
        }
        ann.expectNothing();
        bea.expectNothing();
    }

    /** Ann on one node has said something, and Bea on the other has heard it. */
    private void together(TestCluster.Builder builder) {
        cluster = builder.room("chat/{topic}", new Relay())
                .bridges(behind -> {
                    DeafBridge bridge = new DeafBridge(behind);
                    bridges.add(bridge);
                    return bridge;
                })
                .start();
        ann = cluster.node(1).peer("ann").join(JAZZ);
        bea = cluster.node(2).peer("bea").join(JAZZ);
        ann.say("said", "1");
        bea.expect("said", "1");
    }

    /** Loses everything for a while, and says that it did not. */
    private static final class DeafBridge extends HookedBridge {
        boolean swallows;

        DeafBridge(Bridge behind) {
            super(behind);
        }

        @Override
        public CompletionStage<Void> publish(String room, byte[] envelope) {
            return swallows ? CompletableFuture.completedFuture(null) : super.publish(room, envelope);
        }

        @Override
        public CompletionStage<Void> send(String nodeId, String room, byte[] envelope) {
            return swallows ? CompletableFuture.completedFuture(null) : super.send(nodeId, room, envelope);
        }
    }

    @Test
    void aJoinIsAnsweredWhenTheSubscriptionIsInForceAndNotBefore(TestCluster.Builder builder) {
        List<CompletableFuture<Void>> subscriptions = new ArrayList<>();
        TestCluster cluster = builder.room("chat/{topic}", new Relay())
                .bridges(behind -> new HookedBridge(behind) {
                    @Override
                    public CompletionStage<Void> subscribe(String room) {
                        CompletableFuture<Void> inForce = new CompletableFuture<>();
                        subscriptions.add(inForce);
                        return inForce.thenCompose(done -> super.subscribe(room));
                    }
                })
                .start();
        TestRoom ann = cluster.node(1).peer("ann").join(JAZZ);
        TestRoom bea = cluster.node(1).peer("bea").join(JAZZ);
        cluster.advance(Duration.ofSeconds(1));
        assertThat(ann.peer().isIn(JAZZ)).isFalse();
        assertThat(bea.peer().isIn(JAZZ)).isFalse();
        assertThat(subscriptions).hasSize(1);
        subscriptions.get(0).complete(null);
        ann.expectJoined();
        bea.expectJoined();
    }

    @Test
    void withoutTheBridgeTheRoomIsTheNodesOwn(TestCluster.Builder builder) {
        TestCluster cluster = builder.room("chat/{topic}", new Relay())
                .bridges(behind -> new HookedBridge(behind) {
                    @Override
                    public CompletionStage<Void> subscribe(String room) {
                        return CompletableFuture.failedFuture(new RoomcastException("no bridge"));
                    }

                    @Override
                    public CompletionStage<Void> publish(String room, byte[] envelope) {
                        throw new RoomcastException("no bridge");
                    }
                })
                .start();
        TestRoom ann = cluster.node(1).peer("ann").join(JAZZ);
        TestRoom bea = cluster.node(1).peer("bea").join(JAZZ);
        ann.say("said", "still here");
        bea.expect("said", "still here");
        var receipt = cluster.node(1).room(JAZZ).broadcast("news", "!").send();
        bea.expect("news", "!");
        ann.expect("news", "!");
        assertThat(receipt.published().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void garbageOnTheBridgeIsIgnoredAndReported(TestCluster.Builder builder) {
        List<String> refused = new ArrayList<>();
        List<HookedBridge> bridges = new ArrayList<>();
        TestCluster cluster = builder.room("chat/{topic}", new Relay())
                .bridges(HookedBridge.into(bridges))
                .listener(new RoomcastListener() {
                    @Override
                    public void envelopeRefused(String room, String reason) {
                        refused.add(reason);
                    }
                })
                .start();
        TestPeer ann = cluster.node(1).peer("ann");
        ann.join(JAZZ);
        bridges.get(0).listener.onEnvelope(JAZZ, "not an envelope".getBytes());
        bridges.get(0).listener.onEnvelope(JAZZ, new byte[0]);
        ann.expectNothing();
        assertThat(refused).hasSize(2);
    }
}
