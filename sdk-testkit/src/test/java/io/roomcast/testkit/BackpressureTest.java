package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.roomcast.BroadcastObserver;
import io.roomcast.CloseCode;
import io.roomcast.Limits;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomcastListener;
import io.roomcast.runtime.wire.proto.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to peers that do not keep up, to a node whose peers do not, and to those who send too fast. */
class BackpressureTest {

    private static final String ROOM = "chat/jazz";
    private static final String KILOBYTES_10 = "x".repeat(10_000);

    private static TestCluster.Builder single() {
        return TestCluster.builder().nodes(1).room("chat/{topic}", new RoomHandler() {});
    }

    private static List<TestPeer> inRoom(TestCluster cluster, int count) {
        List<TestPeer> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TestPeer peer = cluster.peer(1);
            peer.join(ROOM);
            peers.add(peer);
        }
        return peers;
    }

    @Test
    void aPeerThatKeepsUpMayGetMoreInOneTurnThanItsBudget() {
        try (TestCluster cluster = single().limits(
                        limits -> limits.outboundBytesPerPeer(70_000).outboundBytesPerNode(10_000_000))
                .start()) {
            TestPeer ann = inRoom(cluster, 1).get(0);
            Room room = cluster.node(1).room(ROOM);
            for (int i = 0; i < 20; i++) {
                room.broadcast("page", KILOBYTES_10).send();
            }
            cluster.settle();
            assertThat(ann.messages()).hasSize(20);
            assertThat(ann.closeCode()).isZero();
        }
    }

    @Test
    void aSlowPeerIsReportedOnceAndAgainAfterItCaughtUp() {
        List<String> slow = new ArrayList<>();
        try (TestCluster cluster = single().listener(new RoomcastListener() {
                    @Override
                    public void peerSlow(String peerId, int waitingBytes) {
                        assertThat(waitingBytes).isGreaterThan(512 * 1024);
                        slow.add(peerId);
                    }
                })
                .start()) {
            TestPeer ann = inRoom(cluster, 1).get(0);
            Peer peer = ann.onServer();
            for (int episode = 1; episode <= 2; episode++) {
                ann.stall();
                for (int i = 0; i < 80; i++) {
                    peer.send("page", KILOBYTES_10);
                    cluster.settle();
                }
                assertThat(slow).hasSize(episode).containsOnly(ann.id());
                assertThat(cluster.node(1).stats().outboundBytes()).isGreaterThan(512 * 1024);
                ann.resume();
            }
            assertThat(ann.messages()).hasSize(160);
            assertThat(cluster.node(1).stats().outboundBytes()).isZero();
        }
    }

    @Test
    void aSenderCanWaitUntilAPeerHasCaughtUp() {
        try (TestCluster cluster = single().start()) {
            TestPeer ann = inRoom(cluster, 1).get(0);
            Peer peer = ann.onServer();
            var atOnce = peer.whenWritable().toCompletableFuture();
            cluster.settle();
            assertThat(atOnce.join()).isTrue();

            ann.stall();
            for (int i = 0; i < 60; i++) {
                peer.send("page", KILOBYTES_10);
            }
            var later = peer.whenWritable().toCompletableFuture();
            var laterToo = peer.whenWritable().toCompletableFuture();
            cluster.settle();
            assertThat(later).isNotDone();
            ann.resume();
            assertThat(later.join()).isTrue();
            assertThat(laterToo.join()).isTrue();

            ann.stall();
            for (int i = 0; i < 60; i++) {
                peer.send("page", KILOBYTES_10);
            }
            var never = peer.whenWritable().toCompletableFuture();
            ann.cut();
            assertThat(never.join()).isFalse();
            var gone = peer.whenWritable().toCompletableFuture();
            cluster.settle();
            assertThat(gone.join()).isFalse();
        }
    }

    @Test
    void aNodeThatHoldsAsMuchAsItMayClosesThoseThatAreBehindAndNobodyElse() {
        try (TestCluster cluster = single().limits(
                        limits -> limits.outboundBytesPerPeer(1_000_000).outboundBytesPerNode(1_500_000))
                .start()) {
            List<TestPeer> peers = inRoom(cluster, 6);
            List<TestPeer> stalled = peers.subList(0, 3);
            stalled.forEach(TestPeer::stall);
            Room room = cluster.node(1).room(ROOM);
            for (int i = 0; i < 90; i++) {
                room.broadcast("page", KILOBYTES_10).send();
                cluster.settle();
                assertThat(cluster.node(1).stats().outboundBytes()).isLessThan(1_600_000);
            }
            cluster.advance(Duration.ofSeconds(6));
            assertThat(stalled).anyMatch(peer -> peer.closeCode() == CloseCode.TOO_SLOW);
            for (TestPeer peer : peers.subList(3, 6)) {
                assertThat(peer.messages()).hasSize(90);
                assertThat(peer.closeCode()).isZero();
            }
        }
    }

    @Test
    void whoeverBroadcastsFasterThanTheLoopsRunIsRefusedAndNobodyGetsHalfOfIt() {
        List<String> refused = new ArrayList<>();
        try (TestCluster cluster = single().limits(
                        limits -> limits.outboundBytesPerPeer(70_000).outboundBytesPerNode(200_000))
                .listener(new RoomcastListener() {
                    @Override
                    public void broadcastRefused(String room) {
                        refused.add(room);
                    }
                })
                .start()) {
            List<TestPeer> peers = inRoom(cluster, 4);
            Room room = cluster.node(1).room(ROOM);
            int made = 0;
            for (int i = 0; i < 50; i++) {
                Receipt receipt = room.broadcast("page", KILOBYTES_10).send();
                if (!receipt.published().toCompletableFuture().isCompletedExceptionally()) {
                    made++;
                }
            }
            assertThat(made).isEqualTo(19);
            assertThat(refused).hasSize(31).containsOnly(ROOM);
            cluster.settle();
            for (TestPeer peer : peers) {
                assertThat(peer.messages()).hasSize(made);
            }
            // What was held is given back: direct messages, to somebody and to nobody, too.
            for (int i = 0; i < 50; i++) {
                room.broadcast("page", KILOBYTES_10)
                        .toPeers(peers.get(0).id(), "nobody-has-this-id")
                        .send();
                cluster.settle();
            }
            assertThat(peers.get(0).messages()).hasSize(made + 50);
            assertThat(refused).hasSize(31);
        }
    }

    @Test
    void anObservedRoomTellsItsPeersWhatWasRefused() {
        class Observer implements RoomHandler, BroadcastObserver {
            int seen;

            @Override
            public void onBroadcast(Room room, Message message) {
                seen++;
            }
        }
        Observer observer = new Observer();
        try (TestCluster cluster = TestCluster.builder()
                .nodes(1)
                .room("chat/{topic}", observer)
                .limits(limits -> limits.outboundBytesPerPeer(70_000).outboundBytesPerNode(100_000))
                .start()) {
            TestPeer ann = inRoom(cluster, 1).get(0);
            Room room = cluster.node(1).room(ROOM);
            for (int i = 0; i < 200; i++) {
                room.broadcast("page", KILOBYTES_10).send();
            }
            cluster.settle();
            long missed = ann.frames().stream()
                    .filter(Frame::hasGap)
                    .mapToLong(frame -> frame.getGap().getMissed())
                    .sum();
            assertThat(ann.messages()).hasSize(observer.seen);
            assertThat(observer.seen + missed).isEqualTo(200);
        }
    }

    @Test
    void budgetsThatContradictEachOtherAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.builder()
                        .outboundBytesPerPeer(2_000_000)
                        .outboundBytesPerNode(1_000_000)
                        .build())
                .withMessageContaining("outboundBytesPerNode is 1000000");
    }
}
