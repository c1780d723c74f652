package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.roomcast.BroadcastObserver;
import io.roomcast.ErrorCode;
import io.roomcast.HistoryPage;
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
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Join;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rooms with history, seen by applications and by peers. */
class HistoryTest {

    private static final String ROOM = "chat/jazz";
    private static final Duration HOUR = Duration.ofHours(1);

    /** Passes on what peers say; what they say under {@code but me} not to them. */
    private static final class Relay implements RoomHandler {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            if (message.event().equals("but me")) {
                room.broadcast(message).except(peer).send();
            } else if (message.event().equals("fleeting")) {
                room.broadcast(message).volatileDelivery().send();
            } else if (message.event().equals("private")) {
                room.broadcast(message).toPeers(peer.id()).send();
            } else {
                room.broadcast(message).send();
            }
        }
    }

    private static TestCluster.Builder cluster(int size, Duration age) {
        return TestCluster.builder()
                .room("chat/{topic}", RoomOptions.builder().history(size, age).build(), node -> new Relay())
                .room("plain/{topic}", new Relay());
    }

    private static TestPeer in(TestCluster cluster, int node) {
        TestPeer peer = cluster.peer(node);
        peer.join(ROOM);
        return peer;
    }

    private static List<String> texts(TestPeer peer) {
        return peer.messages(ROOM).stream().map(Received::text).toList();
    }

    private static <T> T done(CompletionStage<T> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }

    // ---- order and places

    @Test
    void everyMessageTakesThePlaceAfterTheOneBeforeOnAllNodes() {
        try (TestCluster cluster = cluster(100, HOUR).nodes(3).start()) {
            List<TestPeer> peers = IntStream.rangeClosed(1, 3)
                    .mapToObj(node -> in(cluster, node))
                    .toList();
            for (int i = 0; i < 12; i++) {
                peers.get(i % 3).say(ROOM, "said", "m" + i);
            }
            for (TestPeer peer : peers) {
                assertThat(texts(peer))
                        .containsExactlyElementsOf(
                                IntStream.range(0, 12).mapToObj(i -> "m" + i).toList());
                assertThat(peer.offsets(ROOM))
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, 12).boxed().toList());
            }
            assertThat(peers.get(0).place(ROOM)).isEqualTo(peers.get(2).place(ROOM));
        }
    }

    @Test
    void aNewcomerIsToldItsPlace() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            ann.say(ROOM, "said", "before");
            TestPeer bob = in(cluster, 2);
            assertThat(bob.place(ROOM)).isEqualTo(ann.place(ROOM));
            assertThat(bob.place(ROOM).offset()).isEqualTo(1);
            ann.say(ROOM, "said", "after");
            assertThat(texts(bob)).containsExactly("after");
            assertThat(bob.offsets(ROOM)).containsExactly(2L);
        }
    }

    @Test
    void whatIsNotInTheHistoryDoesNotCount() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer bob = in(cluster, 2);
            for (int i = 0; i < 4; i++) {
                ann.say(ROOM, "said", "kept " + i);
                ann.say(ROOM, "fleeting", "gone");
                ann.say(ROOM, "private", "mine");
            }
            assertThat(bob.offsets(ROOM)).containsExactly(1L, 2L, 3L, 4L);
            assertThat(ann.offsets(ROOM)).containsExactly(1L, 2L, 3L, 4L);
            assertThat(ann.messages(ROOM)).hasSize(12);
            assertThat(bob.messages(ROOM)).hasSize(8);
        }
    }

    @Test
    void aMessageThatIsKeptFromAPeerDoesNotUpsetItsCount() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer bob = in(cluster, 2);
            for (int i = 0; i < 3; i++) {
                ann.say(ROOM, "but me", "from ann");
                ann.say(ROOM, "but me", "from ann");
                bob.say(ROOM, "but me", "from bob");
            }
            assertThat(bob.offsets(ROOM)).containsExactly(1L, 2L, 4L, 5L, 7L, 8L);
            assertThat(ann.offsets(ROOM)).containsExactly(3L, 6L, 9L);
        }
    }

    @Test
    void aMessageOnARouteOfTheHistoryCostsNoMoreThanOneOutsideIt() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            for (int i = 0; i < 20; i++) {
                ann.say(ROOM, "said", "x");
            }
            assertThat(ann.frames().stream().filter(Frame::hasPosition)).isEmpty();
            assertThat(ann.frames().stream().filter(Frame::hasMessage)).hasSize(1);
            assertThat(ann.place(ROOM).offset()).isEqualTo(20);
        }
    }

    @Test
    void aNodeAloneKeepsAHistoryToo() {
        try (TestCluster cluster = cluster(100, HOUR).nodes(1).start()) {
            TestPeer ann = in(cluster, 1);
            ann.say(ROOM, "said", "hello");
            assertThat(ann.offsets(ROOM)).containsExactly(1L);
        }
    }

    @Test
    void aRoomWithoutHistoryIsAsItWas() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = cluster.peer(1);
            ann.join("plain/jazz");
            ann.say("plain/jazz", "said", "hello");
            assertThat(ann.messages("plain/jazz")).hasSize(1);
            assertThat(ann.offsets("plain/jazz")).isEmpty();
            Frame joined =
                    ann.frames().stream().filter(Frame::hasJoined).findFirst().orElseThrow();
            assertThat(joined.getJoined().getEpoch()).isEmpty();
        }
    }

    // ---- coming back

    @Test
    void aPeerThatComesBackToAnotherNodeGetsWhatItHasMissedOnce() {
        Recoveries told = new Recoveries();
        try (TestCluster cluster = cluster(100, HOUR).listener(told).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer bob = in(cluster, 1);
            ann.say(ROOM, "said", "1");
            bob.cut();
            ann.say(ROOM, "said", "2");
            ann.say(ROOM, "said", "3");
            TestPeer again = cluster.peer(2);
            again.rejoin(ROOM, bob);
            ann.say(ROOM, "said", "4");
            assertThat(again.isUnrecoverable(ROOM)).isFalse();
            assertThat(texts(again)).containsExactly("2", "3", "4");
            assertThat(again.offsets(ROOM)).containsExactly(2L, 3L, 4L);
            assertThat(told.story).containsExactly("recovered 2");
        }
    }

    @Test
    void aPeerThatHasMissedNothingIsToldSo() {
        Recoveries told = new Recoveries();
        try (TestCluster cluster = cluster(100, HOUR).listener(told).start()) {
            TestPeer ann = in(cluster, 1);
            ann.say(ROOM, "said", "1");
            TestPeer again = cluster.peer(2);
            again.rejoin(ROOM, ann);
            assertThat(again.isUnrecoverable(ROOM)).isFalse();
            assertThat(again.messages()).isEmpty();
            assertThat(again.place(ROOM)).isEqualTo(ann.place(ROOM));
            assertThat(told.story).containsExactly("recovered 0");
        }
    }

    @Test
    void aPeerThatComesBackDoesNotGetWhatWasKeptFromIt() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            ann.say(ROOM, "but me", "my own");
            ann.say(ROOM, "said", "everybody's");
            ann.say(ROOM, "but me", "my own");
            HistoryPosition nothingSeen = new HistoryPosition(ann.place(ROOM).epoch(), 0);
            ann.cut();
            TestPeer again = cluster.peer(2);
            again.rejoinLater(ROOM, nothingSeen, ann.id());
            cluster.settle();
            assertThat(texts(again)).containsExactly("everybody's");
        }
    }

    @Test
    void aPeerThatMissedMoreThanIsKeptIsToldSo() {
        Recoveries told = new Recoveries();
        try (TestCluster cluster = cluster(3, HOUR).listener(told).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer bob = in(cluster, 1);
            bob.cut();
            for (int i = 1; i <= 4; i++) {
                ann.say(ROOM, "said", "m" + i);
            }
            TestPeer again = cluster.peer(2);
            again.rejoin(ROOM, bob);
            assertThat(again.isUnrecoverable(ROOM)).isTrue();
            assertThat(again.messages()).isEmpty();
            assertThat(again.place(ROOM).offset()).isEqualTo(4);
            ann.say(ROOM, "said", "m5");
            assertThat(again.offsets(ROOM)).containsExactly(5L);
            assertThat(told.story).containsExactly("unrecoverable");
        }
    }

    @Test
    void aPeerThatMissedAsMuchAsIsKeptGetsAllOfIt() {
        try (TestCluster cluster = cluster(3, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer bob = in(cluster, 1);
            bob.cut();
            for (int i = 1; i <= 3; i++) {
                ann.say(ROOM, "said", "m" + i);
            }
            TestPeer again = cluster.peer(2);
            again.rejoin(ROOM, bob);
            assertThat(texts(again)).containsExactly("m1", "m2", "m3");
        }
    }

    @Test
    void whatIsTooOldIsForgotten() {
        try (TestCluster cluster = cluster(100, Duration.ofSeconds(10)).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer bob = in(cluster, 1);
            bob.cut();
            ann.say(ROOM, "said", "old");
            cluster.advance(Duration.ofSeconds(9));
            TestPeer inTime = cluster.peer(2);
            inTime.rejoin(ROOM, bob);
            assertThat(texts(inTime)).containsExactly("old");
            cluster.advance(Duration.ofSeconds(2));
            TestPeer late = cluster.peer(2);
            late.rejoin(ROOM, bob);
            assertThat(late.isUnrecoverable(ROOM)).isTrue();
        }
    }

    @Test
    void anotherEpochAndAPlaceFromTheFutureAreUnrecoverable() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            ann.say(ROOM, "said", "1");
            for (HistoryPosition forged : List.of(
                    new HistoryPosition("another", 1),
                    new HistoryPosition(ann.place(ROOM).epoch(), 2),
                    new HistoryPosition(ann.place(ROOM).epoch(), Long.MAX_VALUE))) {
                TestPeer again = cluster.peer(2);
                again.rejoinLater(ROOM, forged, "");
                cluster.settle();
                assertThat(again.isUnrecoverable(ROOM)).as(forged.toString()).isTrue();
                assertThat(again.place(ROOM)).isEqualTo(ann.place(ROOM));
                assertThat(again.errors()).isEmpty();
            }
        }
    }

    @Test
    void anEpochOfAMegabyteIsOneThatIsNotTheRooms() {
        try (TestCluster cluster = cluster(100, HOUR)
                .limits(limits -> limits.maxMessageBytes(2 << 20).outboundBytesPerPeer(4 << 20))
                .start()) {
            TestPeer ann = cluster.peer(1);
            ann.sendLater(Frame.newBuilder()
                    .setJoin(Join.newBuilder()
                            .setRoom(ROOM)
                            .setEpoch("e".repeat(1 << 20))
                            .setOffset(-1)));
            cluster.settle();
            assertThat(ann.isUnrecoverable(ROOM)).isTrue();
        }
    }

    @Test
    void moreMissedThanTheBoundIsUnrecoverable() {
        try (TestCluster cluster = cluster(5000, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            HistoryPosition begin = ann.place(ROOM);
            Room room = cluster.node(1).room(ROOM);
            for (int i = 0; i < 1001; i++) {
                room.broadcast("said", "x").send();
            }
            cluster.settle();
            TestPeer oneTooMany = cluster.peer(2);
            oneTooMany.rejoinLater(ROOM, begin, "");
            cluster.settle();
            assertThat(oneTooMany.isUnrecoverable(ROOM)).isTrue();
            TestPeer justEnough = cluster.peer(2);
            justEnough.rejoinLater(ROOM, new HistoryPosition(begin.epoch(), 1), "");
            cluster.settle();
            assertThat(justEnough.messages(ROOM)).hasSize(1000);
        }
    }

    @Test
    void moreMissedBytesThanHalfThePeersBudgetIsUnrecoverable() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            HistoryPosition begin = ann.place(ROOM);
            Room room = cluster.node(1).room(ROOM);
            for (int i = 0; i < 9; i++) {
                room.broadcast("said", new byte[60_000]).send();
            }
            cluster.settle();
            TestPeer again = cluster.peer(2);
            again.rejoinLater(ROOM, begin, "");
            cluster.settle();
            assertThat(again.isUnrecoverable(ROOM)).isTrue();
            assertThat(again.closeCode()).isZero();
        }
    }

    @Test
    void comingBackToARoomWithoutHistoryIsUnrecoverable() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = cluster.peer(1);
            ann.rejoinLater("plain/jazz", new HistoryPosition("e", 3), "");
            cluster.settle();
            assertThat(ann.isUnrecoverable("plain/jazz")).isTrue();
        }
    }

    @Test
    void aPeerThatIsAheadOfItsNewNodeGetsNothingTwice() {
        // Node 2 hears everything late.
        List<Runnable> late = new ArrayList<>();
        boolean[] delayed = {false};
        List<ForwardingBridge> bridges = new ArrayList<>();
        try (TestCluster cluster = cluster(100, HOUR)
                .bridges(bridge -> {
                    ForwardingBridge own = new DelayedLog(bridge, bridges.size() == 1 ? late : null, delayed);
                    bridges.add(own);
                    return own;
                })
                .start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer bob = in(cluster, 2);
            delayed[0] = true;
            ann.say(ROOM, "said", "1");
            ann.say(ROOM, "said", "2");
            assertThat(texts(bob)).isEmpty();
            ann.cut();
            TestPeer again = cluster.peer(2);
            again.rejoin(ROOM, ann);
            assertThat(again.isUnrecoverable(ROOM)).isFalse();
            assertThat(again.place(ROOM).offset()).isEqualTo(2);
            late.forEach(Runnable::run);
            delayed[0] = false;
            cluster.settle();
            bob.say(ROOM, "said", "3");
            assertThat(texts(again)).containsExactly("3");
            assertThat(again.offsets(ROOM)).containsExactly(3L);
            assertThat(texts(bob)).containsExactly("1", "2", "3");
        }
    }

    /** Keeps what the log tells until the test lets it through. */
    private static final class DelayedLog extends ForwardingBridge {
        private final @Nullable List<Runnable> late;
        private final boolean[] delayed;

        DelayedLog(Bridge behind, @Nullable List<Runnable> late, boolean[] delayed) {
            super(behind);
            this.late = late;
            this.delayed = delayed;
        }

        @Override
        public void start(String nodeId, io.roomcast.bridge.BridgeListener told) {
            super.start(
                    nodeId,
                    late == null
                            ? told
                            : new ForwardingListener(told) {
                                @Override
                                public void onAppended(String room, HistoryPosition position, byte[] envelope) {
                                    Runnable tell = () -> super.onAppended(room, position, envelope);
                                    if (delayed[0]) {
                                        late.add(tell);
                                    } else {
                                        tell.run();
                                    }
                                }
                            });
        }
    }

    // ---- trouble

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
                .bridges(bridge -> new ForwardingBridge(bridge) {
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
                .bridges(bridge -> new ForwardingBridge(bridge) {
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
                    .bridges(bridge -> new ForwardingBridge(bridge) {
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
        CompletableFuture<HistorySlice> never = new CompletableFuture<>();
        try (TestCluster cluster = cluster(100, HOUR)
                .bridges(bridge -> new ForwardingBridge(bridge) {
                    @Override
                    public CompletionStage<HistorySlice> readHistory(
                            String room, Retention retention, long after, int limit) {
                        return never;
                    }
                })
                .start()) {
            TestPeer ann = in(cluster, 1);
            HistoryPosition begin = ann.place(ROOM);
            ann.say(ROOM, "said", "missed");
            TestPeer again = cluster.peer(2);
            again.rejoinLater(ROOM, begin, "");
            cluster.settle();
            again.cut();
            assertThat(cluster.node(2).stats().rooms()).isZero();
            ann.cut();
            assertThat(cluster.node(1).stats().rooms()).isZero();
        }
    }

    @Test
    void whatIsHeldForAPeerThatComesBackIsBounded() {
        CompletableFuture<HistorySlice> never = new CompletableFuture<>();
        try (TestCluster cluster = cluster(5000, HOUR)
                .bridges(bridge -> new ForwardingBridge(bridge) {
                    @Override
                    public CompletionStage<HistorySlice> readHistory(
                            String room, Retention retention, long after, int limit) {
                        return never;
                    }
                })
                .start()) {
            TestPeer ann = in(cluster, 1);
            HistoryPosition begin = ann.place(ROOM);
            ann.say(ROOM, "said", "missed");
            TestPeer again = cluster.peer(2);
            again.rejoinLater(ROOM, begin, "");
            cluster.settle();
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
        try (TestCluster cluster = cluster(100, HOUR)
                .bridges(bridge -> new ForwardingBridge(bridge) {
                    @Override
                    public CompletionStage<HistorySlice> readHistory(
                            String room, Retention retention, long after, int limit) {
                        return new CompletableFuture<>();
                    }
                })
                .start()) {
            TestPeer ann = in(cluster, 1);
            HistoryPosition begin = ann.place(ROOM);
            ann.say(ROOM, "said", "missed");
            TestPeer again = cluster.peer(2);
            again.rejoinLater(ROOM, begin, "");
            cluster.settle();
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
        List<ForwardingBridge> bridges = new ArrayList<>();
        Observer observer = new Observer();
        try (TestCluster cluster = observed(observer)
                .nodes(1)
                .bridges(bridge -> {
                    ForwardingBridge own = new ForwardingBridge(bridge);
                    bridges.add(own);
                    return own;
                })
                .start()) {
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
                .bridges(bridge -> new ForwardingBridge(bridge) {
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
        List<ForwardingBridge> bridges = new ArrayList<>();
        Recoveries told = new Recoveries();
        try (TestCluster cluster = cluster(100, HOUR)
                .listener(told)
                .bridges(bridge -> {
                    ForwardingBridge own = new ForwardingBridge(bridge);
                    bridges.add(own);
                    return own;
                })
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
        List<ForwardingBridge> bridges = new ArrayList<>();
        List<byte[]> envelopes = new ArrayList<>();
        try (TestCluster cluster = cluster(100, HOUR)
                .nodes(1)
                .bridges(bridge -> {
                    ForwardingBridge own = new ForwardingBridge(bridge) {
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
        Recoveries told = new Recoveries();
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
        Recoveries told = new Recoveries();
        Observer observer = new Observer();
        List<ForwardingBridge> bridges = new ArrayList<>();
        try (TestCluster cluster = observed(observer)
                .nodes(1)
                .listener(told)
                .bridges(bridge -> {
                    ForwardingBridge own = new ForwardingBridge(bridge);
                    bridges.add(own);
                    return own;
                })
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
                        node -> node == 1 ? observer : new Relay());
    }

    @Test
    void whatTheNodeHasNoBytesForIsLostAndTold() {
        Recoveries told = new Recoveries();
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
        List<ForwardingBridge> bridges = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        try (TestCluster cluster = cluster(100, HOUR)
                .nodes(1)
                .listener(new RoomcastListener() {
                    @Override
                    public void envelopeRefused(String room, String reason) {
                        refused.add(reason);
                    }
                })
                .bridges(bridge -> {
                    ForwardingBridge own = new ForwardingBridge(bridge);
                    bridges.add(own);
                    return own;
                })
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
        List<ForwardingBridge> bridges = new ArrayList<>();
        try (TestCluster cluster = cluster(100, HOUR)
                .nodes(1)
                .bridges(bridge -> {
                    ForwardingBridge own = new ForwardingBridge(bridge) {
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

    private static List<Long> gaps(TestPeer peer) {
        return peer.frames().stream()
                .filter(Frame::hasGap)
                .map(frame -> frame.getGap().getMissed())
                .toList();
    }

    // ---- idempotent publish

    @Test
    void aBroadcastSentAgainWithItsIdChangesNothingWhicheverNodeSendsIt() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            Receipt first = send(cluster, 1, "id-1", "hello");
            Receipt again = send(cluster, 2, "id-1", "hello");
            Receipt other = send(cluster, 2, "id-2", "hello");
            cluster.settle();
            assertThat(texts(ann)).containsExactly("hello", "hello");
            Appended original = done(first.appended()).orElseThrow();
            Appended duplicate = done(again.appended()).orElseThrow();
            assertThat(original.duplicate()).isFalse();
            assertThat(duplicate.duplicate()).isTrue();
            assertThat(duplicate.position()).isEqualTo(original.position());
            assertThat(done(other.appended()).orElseThrow().position().offset()).isEqualTo(2);
        }
    }

    @Test
    void anIdIsForgottenWithItsBroadcast() {
        try (TestCluster cluster = cluster(2, HOUR).start()) {
            for (String id : List.of("a", "b", "c")) {
                send(cluster, 1, id, "x");
            }
            assertThat(done(send(cluster, 1, "b", "x").appended()).orElseThrow().duplicate())
                    .isTrue();
            assertThat(done(send(cluster, 1, "a", "x").appended()).orElseThrow().duplicate())
                    .isFalse();
        }
    }

    private static Receipt send(TestCluster cluster, int node, String id, String text) {
        return cluster.node(node)
                .room(ROOM)
                .broadcast("said", text)
                .messageId(id)
                .send();
    }

    @Test
    void anIdIsRefusedWhereItWouldMeanNothing() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            Room room = cluster.node(1).room(ROOM);
            Room plain = cluster.node(1).room("plain/jazz");
            assertThatIllegalStateException()
                    .isThrownBy(() -> plain.broadcast("x", "y").messageId("id").send());
            assertThatIllegalStateException()
                    .isThrownBy(() -> room.broadcast("x", "y")
                            .messageId("id")
                            .volatileDelivery()
                            .send());
            assertThatIllegalStateException()
                    .isThrownBy(() -> room.broadcast("x", "y")
                            .messageId("id")
                            .toPeers("p")
                            .send());
            assertThatIllegalStateException()
                    .isThrownBy(() -> room.broadcast("x", "y").messageId("id").withAck(Duration.ofSeconds(1)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> room.broadcast("x", "y").messageId(""))
                    .withMessage("messageId has 0 UTF-8 bytes, expected 1 to 128");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> room.broadcast("x", "y").messageId("i".repeat(129)));
            assertThat(done(plain.broadcast("x", "y").send().appended())).isEmpty();
        }
    }

    // ---- pages

    @Test
    void anApplicationReadsTheNewestPageAndFromAPlaceOn() {
        try (TestCluster cluster = cluster(5, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            for (int i = 1; i <= 8; i++) {
                ann.say(ROOM, "said", "m" + i);
            }
            Room elsewhere = cluster.node(2).room(ROOM);
            HistoryPage newest = done(elsewhere.history(2));
            assertThat(newest.oldest()).isEqualTo(4);
            assertThat(newest.newest()).isEqualTo(8);
            assertThat(newest.epoch()).isEqualTo(ann.place(ROOM).epoch());
            assertThat(newest.entries())
                    .extracting(entry -> entry.message().text())
                    .containsExactly("m7", "m8");
            assertThat(newest.entries()).extracting(HistoryPage.Entry::offset).containsExactly(7L, 8L);
            assertThat(done(elsewhere.history(0, 3)).entries())
                    .extracting(HistoryPage.Entry::offset)
                    .containsExactly(4L, 5L, 6L);
            assertThat(done(elsewhere.history(8, 3)).entries()).isEmpty();
            assertThat(done(elsewhere.history(Long.MAX_VALUE, 3)).entries()).isEmpty();
            assertThat(done(cluster.node(1).room("chat/empty").history(1)).entries())
                    .isEmpty();
        }
    }

    @Test
    void aPageOutsideTheBoundsIsRefused() {
        try (TestCluster cluster = cluster(5, HOUR).start()) {
            Room room = cluster.node(1).room(ROOM);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> room.history(0))
                    .withMessage("limit is 0, expected 1 to 1000");
            assertThatIllegalArgumentException().isThrownBy(() -> room.history(1001));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> room.history(-1, 1))
                    .withMessage("after is -1, expected at least 0");
            assertThatIllegalStateException()
                    .isThrownBy(() -> cluster.node(1).room("plain/jazz").history(1))
                    .withMessageContaining("has no history");
        }
    }

    @Test
    void aPeerReadsPages() {
        Recoveries told = new Recoveries();
        try (TestCluster cluster = cluster(100, HOUR).listener(told).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer bob = in(cluster, 2);
            for (int i = 1; i <= 4; i++) {
                bob.say(ROOM, "but me", "m" + i);
            }
            int ref = ann.readHistory(ROOM, 1, 2);
            ReceivedPage page = ann.pages().get(0);
            assertThat(page.ref()).isEqualTo(ref);
            assertThat(page.room()).isEqualTo(ROOM);
            assertThat(page.epoch()).isEqualTo(ann.place(ROOM).epoch());
            assertThat(List.of(page.oldest(), page.newest(), page.through())).containsExactly(1L, 4L, 3L);
            assertThat(page.entries())
                    .extracting(entry -> entry.offset() + entry.message().text())
                    .containsExactly("2m2", "3m3");
            assertThat(ann.place(ROOM).offset()).isEqualTo(4);

            bob.readHistory(ROOM, 0, 0);
            assertThat(bob.pages().get(0).entries()).isEmpty();
            assertThat(bob.pages().get(0).through()).isEqualTo(4);
            assertThat(told.story).containsExactly("read 2", "read 0");
        }
    }

    @Test
    void withoutAPlaceAPeerReadsTheNewestPage() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            for (int i = 1; i <= 5; i++) {
                ann.say(ROOM, "said", "m" + i);
            }
            ann.sendLater(wish(ann, 2));
            cluster.settle();
            assertThat(ann.pages().get(0).entries())
                    .extracting(ReceivedPage.Entry::offset)
                    .containsExactly(4L, 5L);
        }
    }

    @Test
    void aPageEndsWhereItIsLargeEnough() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            Room room = cluster.node(1).room(ROOM);
            for (int i = 0; i < 5; i++) {
                room.broadcast("said", new byte[30_000]).send();
            }
            room.broadcast("said", new byte[100_000]).send();
            cluster.settle();
            long through = 0;
            List<Long> read = new ArrayList<>();
            for (int pages = 0; through < 6; pages++) {
                assertThat(pages).as("pages").isLessThan(10);
                ann.readHistory(ROOM, through, 50);
                ReceivedPage page = ann.pages().get(pages);
                page.entries().forEach(entry -> read.add(entry.offset()));
                through = page.through();
            }
            assertThat(read).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(ann.pages()).hasSize(4);
        }
    }

    @Test
    void wishesThatCannotBeFulfilledGetAnErrorEach() {
        CompletableFuture<HistorySlice> never = new CompletableFuture<>();
        boolean[] stuck = {false};
        try (TestCluster cluster = cluster(100, HOUR)
                .bridges(bridge -> new ForwardingBridge(bridge) {
                    @Override
                    public CompletionStage<HistorySlice> readHistory(
                            String room, Retention retention, long after, int limit) {
                        return stuck[0] ? never : super.readHistory(room, retention, after, limit);
                    }
                })
                .start()) {
            TestPeer ann = in(cluster, 1);
            ann.join("plain/jazz");
            ann.say(ROOM, "said", "1");
            ann.readHistory("plain/jazz", 0, 1);
            ann.readHistory(ROOM, 0, 101);
            ann.readHistory(ROOM, 0, -1);
            ann.readHistory(ROOM, 2, 1);
            ann.readHistory(ROOM, -1, 1);
            ann.sendLater(wish(ann, 1, "another"));
            cluster.settle();
            assertThat(ann.errors())
                    .extracting(ReceivedError::code)
                    .containsExactly(
                            ErrorCode.NO_HISTORY,
                            ErrorCode.BAD_HISTORY_REQUEST,
                            ErrorCode.BAD_HISTORY_REQUEST,
                            ErrorCode.BAD_HISTORY_REQUEST,
                            ErrorCode.BAD_HISTORY_REQUEST,
                            ErrorCode.HISTORY_EPOCH_CHANGED);
            assertThat(ann.errors()).allMatch(error -> !error.terminal());
            stuck[0] = true;
            for (int i = 0; i < 5; i++) {
                ann.readHistory(ROOM, 0, 1);
            }
            assertThat(ann.errors()).hasSize(7);
            assertThat(ann.errors().get(6).code()).isEqualTo(ErrorCode.HISTORY_UNAVAILABLE);
            never.completeExceptionally(new RoomcastException("no log"));
            cluster.settle();
            assertThat(ann.errors()).hasSize(11);
            stuck[0] = false;
            ann.readHistory(ROOM, 0, 1);
            assertThat(ann.pages()).hasSize(1);
        }
    }

    @Test
    void whoIsNotInARoomCannotReadItsHistory() {
        try (TestCluster cluster = cluster(100, HOUR).start()) {
            TestPeer ann = in(cluster, 1);
            TestPeer eve = cluster.peer(1);
            eve.sendLater(wish(ann, 1));
            cluster.settle();
            assertThat(eve.errors()).extracting(ReceivedError::code).containsExactly(ErrorCode.NOT_IN_ROOM);
            assertThat(eve.pages()).isEmpty();
        }
    }

    private static Frame.Builder wish(TestPeer inRoom, int limit) {
        return wish(inRoom, limit, "");
    }

    private static Frame.Builder wish(TestPeer inRoom, int limit, String epoch) {
        int number = inRoom.frames().stream()
                .filter(Frame::hasJoined)
                .findFirst()
                .orElseThrow()
                .getJoined()
                .getNumber();
        return Frame.newBuilder()
                .setHistory(io.roomcast.runtime.wire.proto.History.newBuilder()
                        .setRoom(number)
                        .setEpoch(epoch)
                        .setLimit(limit));
    }

    /** Writes down what is told about histories. */
    private static final class Recoveries implements RoomcastListener {
        final List<String> story = new ArrayList<>();

        @Override
        public void historyLost(String room, HistoryPosition resumesAfter) {
            story.add("lost to " + resumesAfter.offset());
        }

        @Override
        public void historyRecovered(String room, int messages) {
            story.add("recovered " + messages);
        }

        @Override
        public void historyUnrecoverable(String room) {
            story.add("unrecoverable");
        }

        @Override
        public void historyRead(String room, int messages) {
            story.add("read " + messages);
        }
    }
}
