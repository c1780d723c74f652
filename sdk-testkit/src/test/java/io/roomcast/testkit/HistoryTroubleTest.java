package io.roomcast.testkit;

import static io.roomcast.testkit.HistoryRooms.HOUR;
import static io.roomcast.testkit.HistoryRooms.ROOM;
import static io.roomcast.testkit.HistoryRooms.cluster;
import static io.roomcast.testkit.HistoryRooms.done;
import static io.roomcast.testkit.HistoryRooms.gaps;
import static io.roomcast.testkit.HistoryRooms.in;
import static io.roomcast.testkit.HistoryRooms.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.roomcast.BroadcastObserver;
import io.roomcast.HistoryPosition;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.RoomcastException;
import io.roomcast.RoomcastListener;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rooms with history when the log fails, is late, or says what cannot be, and when there is no room for what it says. */
class HistoryTroubleTest {

    @Test
    void aBroadcastThatTheLogDoesNotTakeReachesNobodyAndItsReceiptFails() {
        List<String> refused = new ArrayList<>();
        boolean[] broken = {false};
        try (TestCluster cluster = cluster(100, HOUR)
                .listener(new RoomcastListener() {
                    @Override
                    public void broadcastRefused(String room) {
                        refused.add(room);
                    }
                })
                .bridges(bridge -> new HookedBridge(bridge) {
                    @Override
                    public CompletionStage<Appended> append(
                            String room, Retention retention, @Nullable String messageId, byte[] envelope) {
                        return broken[0]
                                ? CompletableFuture.failedStage(new RoomcastException("no log"))
                                : super.append(room, retention, messageId, envelope);
                    }
                })
                .start()) {
            TestPeer ann = in(cluster, 1);
            broken[0] = true;
            Receipt receipt =
                    cluster.node(1).room(ROOM).broadcast("said", "lost").send();
            cluster.settle();
            assertThat(receipt.published().toCompletableFuture()).isCompletedExceptionally();
            assertThat(receipt.appended().toCompletableFuture()).isCompletedExceptionally();
            assertThat(refused).containsExactly(ROOM);
            broken[0] = false;
            ann.say(ROOM, "said", "kept");
            assertThat(texts(ann)).containsExactly("kept");
            assertThat(ann.offsets(ROOM)).containsExactly(1L);
        }
    }

    @Test
    void aBridgeThatThrowsFailsTheReceipt() {
        try (TestCluster cluster = cluster(100, HOUR)
                .bridges(bridge -> new HookedBridge(bridge) {
                    @Override
                    public CompletionStage<Appended> append(
                            String room, Retention retention, @Nullable String messageId, byte[] envelope) {
                        throw new IllegalStateException("broken");
                    }
                })
                .start()) {
            Receipt receipt = cluster.node(1).room(ROOM).broadcast("said", "x").send();
            assertThat(receipt.published().toCompletableFuture()).isCompletedExceptionally();
        }
    }

    @Test
    void aLogThatCannotBeReadMakesThePeerThatComesBackUnrecoverable() {
        for (boolean silent : new boolean[] {false, true}) {
            boolean[] broken = {false};
            try (TestCluster cluster = cluster(100, HOUR)
                    .bridges(bridge -> new HookedBridge(bridge) {
                        @Override
                        public CompletionStage<HistorySlice> readHistory(
                                String room, Retention retention, long after, int limit) {
                            if (!broken[0]) {
                                return super.readHistory(room, retention, after, limit);
                            }
                            return silent
                                    ? new CompletableFuture<>()
                                    : CompletableFuture.failedStage(new RoomcastException("no log"));
                        }
                    })
                    .start()) {
                TestPeer ann = in(cluster, 1);
                HistoryPosition begin = ann.place(ROOM);
                ann.say(ROOM, "said", "missed");
                broken[0] = true;
                TestPeer again = cluster.peer(2);
                again.rejoinLater(ROOM, begin, "");
                cluster.settle();
                ann.say(ROOM, "said", "meanwhile");
                cluster.advance(Duration.ofSeconds(11));
                assertThat(again.isUnrecoverable(ROOM)).isTrue();
                assertThat(texts(again)).endsWith("meanwhile");
                assertThat(again.offsets(ROOM)).containsExactly(2L);
                again.cut();
                assertThat(cluster.node(2).stats().memberships()).isZero();
            }
        }
    }

    @Test
    void aPeerThatGoesWhileItsHistoryIsReadLeavesNothingBehind() {
        try (TestCluster cluster =
                cluster(100, HOUR).bridges(HistoryTroubleTest::neverRead).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer again = comesBack(cluster, ann);
            again.cut();
            assertThat(cluster.node(2).stats().rooms()).isZero();
            ann.cut();
            assertThat(cluster.node(1).stats().rooms()).isZero();
        }
    }

    @Test
    void whatIsHeldForAPeerThatComesBackIsBounded() {
        try (TestCluster cluster =
                cluster(5000, HOUR).bridges(HistoryTroubleTest::neverRead).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer again = comesBack(cluster, ann);
            Room room = cluster.node(1).room(ROOM);
            for (int i = 0; i < 1000; i++) {
                room.broadcast("said", "x").send();
            }
            cluster.settle();
            assertThat(again.isIn(ROOM)).isFalse();
            for (int i = 0; i < 24; i++) {
                room.broadcast("said", "x").send();
            }
            cluster.settle();
            assertThat(again.isUnrecoverable(ROOM)).isTrue();
            assertThat(again.messages(ROOM)).hasSize(1024);
            assertThat(again.place(ROOM).offset()).isEqualTo(1025);
        }
    }

    @Test
    void aPeerIsAskedNothingBeforeItHasJoined() {
        try (TestCluster cluster =
                cluster(100, HOUR).bridges(HistoryTroubleTest::neverRead).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer again = comesBack(cluster, ann);
            var asked = cluster.node(2)
                    .room(ROOM)
                    .broadcast("ready", "?")
                    .withAck(Duration.ofSeconds(5))
                    .send();
            cluster.settle();
            ann.answer(ann.lastRequest().id(), "yes");
            assertThat(again.requests()).isEmpty();
            assertThat(done(asked).answers()).containsOnlyKeys(ann.id());
        }
    }

    @Test
    void whatTheLogTellsAfterTheRoomHasClosedReachesNobody() {
        List<HookedBridge> bridges = new ArrayList<>();
        Observer observer = new Observer();
        try (TestCluster cluster =
                observed(observer).nodes(1).bridges(HookedBridge.into(bridges)).start()) {
            TestPeer ann = in(cluster, 1);
            ann.say(ROOM, "said", "1");
            HistoryPosition place = ann.place(ROOM);
            byte[] envelope = bridges.get(0)
                    .readHistory(ROOM, new Retention(100, HOUR), 0, 1)
                    .toCompletableFuture()
                    .join()
                    .entries()
                    .get(0)
                    .envelope();
            ann.leave(ROOM);
            bridges.get(0).listener.onAppended(ROOM, new HistoryPosition(place.epoch(), 2), envelope);
            bridges.get(0).listener.onHistoryLost(ROOM, new HistoryPosition(place.epoch(), 5));
            cluster.settle();
            assertThat(observer.seen).isEqualTo(1);
            ann.join(ROOM);
            assertThat(ann.place(ROOM)).isEqualTo(place);
        }
    }

    @Test
    void messagesToThePeerItselfWaitUntilItHasJoined() {
        List<Runnable> reads = new ArrayList<>();
        RoomHandler greeting = new RoomHandler() {
            @Override
            public void onJoin(Room room, Peer peer) {
                room.broadcast("greeting", "welcome").toPeers(peer.id()).send();
            }
        };
        try (TestCluster cluster = TestCluster.builder()
                .room("chat/{topic}", RoomOptions.builder().history(10, HOUR).build(), node -> greeting)
                .bridges(bridge -> new HookedBridge(bridge) {
                    @Override
                    public CompletionStage<HistorySlice> readHistory(
                            String room, Retention retention, long after, int limit) {
                        CompletableFuture<HistorySlice> read = new CompletableFuture<>();
                        reads.add(() -> behind.readHistory(room, retention, after, limit)
                                .thenAccept(read::complete));
                        return read;
                    }
                })
                .start()) {
            TestPeer ann = in(cluster, 1);
            HistoryPosition begin = ann.place(ROOM);
            cluster.node(1).room(ROOM).broadcast("said", "missed").send();
            cluster.settle();
            TestPeer again = cluster.peer(2);
            again.rejoinLater(ROOM, begin, "");
            cluster.settle();
            assertThat(again.messages()).isEmpty();
            reads.forEach(Runnable::run);
            cluster.settle();
            assertThat(texts(again)).containsExactly("missed", "welcome");
        }
    }

    @Test
    void peersAreToldThatEntriesWereLostAndWhereTheyAre() {
        List<HookedBridge> bridges = new ArrayList<>();
        HistoryRooms.Recoveries told = new HistoryRooms.Recoveries();
        try (TestCluster cluster = cluster(100, HOUR)
                .listener(told)
                .bridges(HookedBridge.into(bridges))
                .start()) {
            TestPeer ann = in(cluster, 1);
            ann.say(ROOM, "said", "1");
            bridges.get(0)
                    .listener
                    .onHistoryLost(ROOM, new HistoryPosition(ann.place(ROOM).epoch(), 4));
            cluster.settle();
            assertThat(ann.place(ROOM).offset()).isEqualTo(4);
            assertThat(gaps(ann)).containsExactly(3L);
            bridges.get(0).listener.onHistoryLost(ROOM, new HistoryPosition("anew", 7));
            cluster.settle();
            assertThat(ann.place(ROOM)).isEqualTo(new HistoryPosition("anew", 7));
            assertThat(gaps(ann)).containsExactly(3L, 0L);
            assertThat(told.story).containsExactly("lost to 4", "lost to 7");
        }
    }

    @Test
    void whatTheBridgeTellsTwiceIsDeliveredOnceAndAHoleIsALoss() {
        List<HookedBridge> bridges = new ArrayList<>();
        List<byte[]> envelopes = new ArrayList<>();
        try (TestCluster cluster = cluster(100, HOUR)
                .nodes(1)
                .bridges(bridge -> {
                    HookedBridge own = new HookedBridge(bridge) {
                        @Override
                        public CompletionStage<Appended> append(
                                String room, Retention retention, @Nullable String messageId, byte[] envelope) {
                            envelopes.add(envelope);
                            return super.append(room, retention, messageId, envelope);
                        }
                    };
                    bridges.add(own);
                    return own;
                })
                .start()) {
            TestPeer ann = in(cluster, 1);
            ann.say(ROOM, "said", "1");
            String epoch = ann.place(ROOM).epoch();
            bridges.get(0).listener.onAppended(ROOM, new HistoryPosition(epoch, 1), envelopes.get(0));
            cluster.settle();
            assertThat(texts(ann)).containsExactly("1");
            bridges.get(0).listener.onAppended(ROOM, new HistoryPosition(epoch, 4), envelopes.get(0));
            cluster.settle();
            assertThat(texts(ann)).containsExactly("1", "1");
            assertThat(gaps(ann)).containsExactly(2L);
            assertThat(ann.place(ROOM).offset()).isEqualTo(4);
        }
    }

    @Test
    void aFullMailboxLosesNothingOfTheHistory() {
        Observer observer = new Observer();
        HistoryRooms.Recoveries told = new HistoryRooms.Recoveries();
        try (TestCluster cluster = observed(observer).listener(told).start()) {
            TestPeer ann = in(cluster, 1);
            Room room = cluster.node(1).room(ROOM);
            for (int i = 0; i < 500; i++) {
                room.broadcast("said", "x").send();
                // Tasks of the room that fill its mailbox of sixteen.
                cluster.node(2).room(ROOM).tellNodes(Message.of("noise"));
            }
            cluster.settle();
            assertThat(ann.offsets(ROOM)).hasSize(500);
            assertThat(told.story).isEmpty();
            assertThat(gaps(ann)).as("noise that found the mailbox full").isNotEmpty();
            assertThat(observer.seen).isEqualTo(500);
        }
    }

    @Test
    void moreThanWaitsForAMailboxIsLostAndTold() {
        HistoryRooms.Recoveries told = new HistoryRooms.Recoveries();
        Observer observer = new Observer();
        List<HookedBridge> bridges = new ArrayList<>();
        try (TestCluster cluster = observed(observer)
                .nodes(1)
                .listener(told)
                .bridges(HookedBridge.into(bridges))
                .start()) {
            TestPeer ann = in(cluster, 1);
            ann.say(ROOM, "said", "first");
            String epoch = ann.place(ROOM).epoch();
            byte[] envelope = bridges.get(0)
                    .readHistory(ROOM, new Retention(100, HOUR), 0, 1)
                    .toCompletableFuture()
                    .join()
                    .entries()
                    .get(0)
                    .envelope();
            for (int i = 2; i <= 10_000; i++) {
                bridges.get(0).listener.onAppended(ROOM, new HistoryPosition(epoch, i), envelope);
            }
            cluster.settle();
            assertThat(observer.seen).isEqualTo(8193);
            assertThat(ann.messages(ROOM)).hasSize(8193);
            assertThat(gaps(ann)).containsExactly(10_000L - 8193);
            assertThat(ann.place(ROOM).offset()).isEqualTo(10_000);
            assertThat(told.story).containsExactly("lost to 10000");
            bridges.get(0).listener.onAppended(ROOM, new HistoryPosition(epoch, 10_001), envelope);
            cluster.settle();
            assertThat(ann.offsets(ROOM)).endsWith(10_001L);
        }
    }

    private static final class Observer implements RoomHandler, BroadcastObserver {
        int seen;

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).send();
        }

        @Override
        public void onBroadcast(Room room, Message message) {
            seen++;
        }
    }

    private static TestCluster.Builder observed(Observer observer) {
        return TestCluster.builder()
                .room(
                        "chat/{topic}",
                        RoomOptions.builder()
                                .history(100, HOUR)
                                .mailboxCapacity(16)
                                .build(),
                        node -> node == 1 ? observer : new HistoryRooms.Relay());
    }

    @Test
    void whatTheNodeHasNoBytesForIsLostAndTold() {
        HistoryRooms.Recoveries told = new HistoryRooms.Recoveries();
        try (TestCluster cluster = cluster(100, HOUR)
                .nodes(1)
                .limits(limits -> limits.maxMessageBytes(1024)
                        .outboundBytesPerPeer(100_000)
                        .outboundBytesPerNode(100_000))
                .listener(told)
                .start()) {
            TestPeer ann = in(cluster, 1);
            // The entries are handed to the loop before it gets to run.
            Room room = cluster.node(1).room(ROOM);
            long seed = cluster.seed();
            for (int i = 0; i < 60; i++) {
                room.broadcast("said", new byte[30_000]).send();
            }
            cluster.settle();
            long delivered = ann.messages(ROOM).size();
            long lost = gaps(ann).stream().mapToLong(Long::longValue).sum();
            assertThat(delivered + lost).as("seed %d", seed).isEqualTo(60);
            assertThat(told.story).hasSameSizeAs(gaps(ann));
            assertThat(ann.closeCode()).isZero();
            assertThat(ann.place(ROOM).offset()).isEqualTo(60);
        }
    }

    @Test
    void anEntryThatCannotBeReadIsPassedOver() {
        List<HookedBridge> bridges = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        try (TestCluster cluster = cluster(100, HOUR)
                .nodes(1)
                .listener(new RoomcastListener() {
                    @Override
                    public void envelopeRefused(String room, String reason) {
                        refused.add(reason);
                    }
                })
                .bridges(HookedBridge.into(bridges))
                .start()) {
            TestPeer ann = in(cluster, 1);
            bridges.get(0).append(ROOM, new Retention(100, HOUR), null, new byte[] {1, 2, 3});
            bridges.get(0).append(ROOM, new Retention(100, HOUR), null, new byte[0]);
            cluster.settle();
            ann.say(ROOM, "said", "3");
            assertThat(texts(ann)).containsExactly("3");
            assertThat(ann.offsets(ROOM)).containsExactly(3L);
            assertThat(refused).hasSize(2);
        }
    }

    @Test
    void withoutTheLogPeersJoinAndLearnTheirPlaceWhenItIsBack() {
        List<HookedBridge> bridges = new ArrayList<>();
        try (TestCluster cluster = cluster(100, HOUR)
                .nodes(1)
                .bridges(bridge -> {
                    HookedBridge own = new HookedBridge(bridge) {
                        @Override
                        public CompletionStage<HistoryPosition> subscribeHistory(String room, Retention retention) {
                            return CompletableFuture.failedStage(new RoomcastException("no log"));
                        }
                    };
                    bridges.add(own);
                    return own;
                })
                .start()) {
            TestPeer ann = cluster.peer(1);
            ann.rejoinLater(ROOM, new HistoryPosition("e", 2), "");
            cluster.settle();
            assertThat(ann.isUnrecoverable(ROOM)).isTrue();
            assertThatIllegalStateException().isThrownBy(() -> ann.place(ROOM));
            bridges.get(0).listener.onHistoryLost(ROOM, new HistoryPosition("e", 9));
            cluster.settle();
            assertThat(ann.place(ROOM)).isEqualTo(new HistoryPosition("e", 9));
        }
    }

    /** A bridge that does not answer when it is asked for a history. */
    private static Bridge neverRead(Bridge bridge) {
        return new HookedBridge(bridge) {
            @Override
            public CompletionStage<HistorySlice> readHistory(String room, Retention retention, long after, int limit) {
                return new CompletableFuture<>();
            }
        };
    }

    /** Returns a peer of the second node that comes back to where another is, who has said something since. */
    private static TestPeer comesBack(TestCluster cluster, TestPeer ann) {
        HistoryPosition begin = ann.place(ROOM);
        ann.say(ROOM, "said", "missed");
        TestPeer again = cluster.peer(2);
        again.rejoinLater(ROOM, begin, "");
        cluster.settle();
        return again;
    }
}
