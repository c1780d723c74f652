package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.HistoryPosition;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import io.roomcast.testkit.bridge.ForwardingBridgeListener;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peers in rooms with history whose sessions go on over other connections and other IO threads. */
class HistoryResumeTest {

    private static final String ROOM = "chat/jazz";

    private final Queue<Runnable> reads = new ConcurrentLinkedQueue<>();
    private volatile boolean readsWait;
    /** The node that hears nothing more of histories. */
    private volatile String hearsLate = "";

    private TestCluster.Builder cluster() {
        return TestCluster.builder()
                .nodes(2)
                .room(
                        "chat/{topic}",
                        RoomOptions.builder().history(1000, Duration.ofHours(1)).build(),
                        node -> new RoomHandler() {
                            @Override
                            public void onMessage(Room room, Peer peer, Message message) {
                                room.broadcast(message).except(peer).send();
                            }
                        })
                .bridges(bridge -> new HookedBridge(bridge) {
                    @Override
                    public void start(String nodeId, BridgeListener told) {
                        super.start(nodeId, new ForwardingBridgeListener(told) {
                            @Override
                            public void onAppended(String room, HistoryPosition position, byte[] envelope) {
                                if (!nodeId.equals(hearsLate)) {
                                    super.onAppended(room, position, envelope);
                                }
                            }
                        });
                    }

                    @Override
                    public CompletionStage<HistorySlice> readHistory(
                            String room, Retention retention, long after, int limit) {
                        if (!readsWait) {
                            return super.readHistory(room, retention, after, limit);
                        }
                        CompletableFuture<HistorySlice> read = new CompletableFuture<>();
                        reads.add(() -> behind.readHistory(room, retention, after, limit)
                                .thenAccept(read::complete));
                        return read;
                    }
                });
    }

    private static void broadcast(TestCluster cluster, int count) {
        for (int i = 0; i < count; i++) {
            cluster.node(2).room(ROOM).broadcast("said", "x").send();
        }
    }

    private static List<Long> places(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void aResumedSessionGoesOnCountingItsPlace() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            broadcast(cluster, 3);
            cluster.settle();
            for (int i = 0; i < 3; i++) {
                ann.cut();
                broadcast(cluster, 2);
                cluster.settle();
                ann.comeBack(1);
                assertThat(ann.isResumed()).isTrue();
            }
            broadcast(cluster, 1);
            cluster.settle();
            assertThat(ann.offsets(ROOM)).containsExactlyElementsOf(places(1, 10));
        }
    }

    @Test
    void aSessionThatMovesWhileItsHistoryIsReadGetsEverythingOnce() {
        for (int cuts = 1; cuts <= 2; cuts++) {
            reads.clear();
            readsWait = false;
            try (TestCluster cluster = cluster().start()) {
                TestPeer witness = cluster.peer(2);
                witness.join(ROOM);
                HistoryPosition begin = witness.place(ROOM);
                broadcast(cluster, 3);
                cluster.settle();
                readsWait = true;
                TestPeer ann = cluster.resumablePeer(1);
                ann.rejoinLater(ROOM, begin, "");
                cluster.settle();
                broadcast(cluster, 2);
                cluster.settle();
                for (int i = 0; i < cuts; i++) {
                    ann.cutLater();
                    ann.comeBackLater(1, "");
                    broadcast(cluster, 2);
                    cluster.settle();
                }
                assertThat(ann.isIn(ROOM)).isFalse();
                reads.forEach(Runnable::run);
                cluster.settle();
                broadcast(cluster, 1);
                cluster.settle();
                assertThat(ann.isResumed()).isTrue();
                assertThat(ann.isUnrecoverable(ROOM)).isFalse();
                assertThat(ann.offsets(ROOM)).containsExactlyElementsOf(places(1, 6 + 2 * cuts));
                ann.close();
                assertThat(cluster.node(1).stats().memberships()).isZero();
            }
        }
    }

    @Test
    void aSessionThatHasMovedStillGivesUpWaitingForTheLog() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer witness = cluster.peer(2);
            witness.join(ROOM);
            HistoryPosition begin = witness.place(ROOM);
            broadcast(cluster, 1);
            cluster.settle();
            readsWait = true;
            TestPeer ann = cluster.resumablePeer(1);
            ann.rejoinLater(ROOM, begin, "");
            cluster.settle();
            ann.comeBack(1);
            broadcast(cluster, 1);
            cluster.advance(Duration.ofSeconds(11));
            assertThat(ann.isUnrecoverable(ROOM)).isTrue();
            assertThat(ann.offsets(ROOM)).containsExactly(2L);
        }
    }

    /** A page that comes back to its room, with its history read late, over a connection that breaks again and again. */
    @ParameterizedTest
    @CsvSource({"0, 100", "4, 20"})
    void whateverBreaksWhenEveryPlaceComesOnceAndInOrder(int threads, int runs) {
        long first = new Random().nextLong();
        System.out.println("seeds from " + first);
        for (int run = 0; run < runs; run++) {
            breakAgainAndAgain(first + run, threads);
        }
    }

    private void breakAgainAndAgain(long seed, int threads) {
        Random random = new Random(seed);
        reads.clear();
        readsWait = true;
        try (TestCluster cluster = cluster().seed(seed).threads(threads).start()) {
            TestPeer witness = cluster.peer(2);
            witness.join(ROOM);
            HistoryPosition begin = witness.place(ROOM);
            broadcast(cluster, 5);
            cluster.settle();
            TestPeer ann = cluster.resumablePeer(1);
            ann.rejoinLater(ROOM, begin, "");
            for (int step = 0; step < 100; step++) {
                switch (random.nextInt(7)) {
                    case 0, 1, 2 -> broadcast(cluster, 1);
                    case 3 -> ann.cutLater();
                    case 4 -> ann.comeBackLater(1, "");
                    case 5 -> {
                        if (random.nextInt(4) == 0) {
                            read();
                        }
                    }
                    default -> {
                        if (threads == 0) {
                            cluster.steps(random.nextInt(20));
                        } else {
                            cluster.settle();
                        }
                    }
                }
            }
            cluster.settle();
            readsWait = false;
            read();
            ann.comeBack(1);
            long last = witness.place(ROOM).offset();
            assertThat(ann.isResumed()).as("seed %d, %s", seed, ann).isTrue();
            assertThat(ann.offsets(ROOM)).as("seed %d", seed).containsExactlyElementsOf(places(1, last));
        }
    }

    @Test
    void aSessionThatGoesOnWhileItsHistoryIsReadTakesAlongWhatIsKeptForIt() {
        goOnWhileHistoryIsRead(Duration.ofSeconds(1), 0);
    }

    @Test
    void aLogThatIsNotReadInTimeHoldsNoSessionUp() {
        goOnWhileHistoryIsRead(Duration.ofSeconds(5), 2);
    }

    /** @param lost how many messages of the history the peer is told that it has missed */
    private void goOnWhileHistoryIsRead(Duration readAfter, long lost) {
        try (TestCluster cluster = cluster().nodes(3).start()) {
            TestPeer witness = cluster.peer(2);
            witness.join(ROOM);
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            broadcast(cluster, 3);
            cluster.settle();
            hearsLate = cluster.node(1).id();
            broadcast(cluster, 2);
            cluster.settle();
            readsWait = true;
            ann.comeBack(3);
            assertThat(reads)
                    .as("what was not heard on node 1 is read on node 3")
                    .hasSize(1);
            hint(cluster, ann, 1);
            cluster.settle();
            assertThat(hints(ann)).isEmpty();
            ann.cut();
            ann.comeBackLater(2, "");
            hint(cluster, ann, 2);
            cluster.advance(readAfter);
            read();
            cluster.advance(Duration.ofSeconds(1));
            hint(cluster, ann, 3);
            broadcast(cluster, 1);
            cluster.settle();
            assertThat(ann.isResumed()).as("%s", ann).isTrue();
            assertThat(hints(ann)).containsExactlyInAnyOrder("1", "2", "3");
            if (lost > 0) {
                ann.in(ROOM).expectGap(lost);
            }
            assertThat(ann.offsets(ROOM))
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, 6)
                            .filter(place -> lost == 0 || place < 4 || place > 5)
                            .boxed()
                            .toList());
        }
    }

    /** A page wanders between three nodes, and what it missed of the history is read late: often it goes on before that is done. */
    @Test
    void wherePeersGoWhatIsForThemAloneFollowsThem() {
        long first = new Random().nextLong();
        System.out.println("seeds from " + first);
        for (int run = 0; run < 200; run++) {
            wander(first + run);
        }
    }

    private void wander(long seed) {
        Random random = new Random(seed);
        reads.clear();
        readsWait = true;
        try (TestCluster cluster = cluster().nodes(3).seed(seed).start()) {
            TestPeer witness = cluster.peer(2);
            witness.join(ROOM);
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            int hints = 0;
            for (int step = 0; step < 120; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1 -> broadcast(cluster, 1);
                    case 2, 3 -> hint(cluster, ann, ++hints);
                    case 4 -> {
                        ann.comeBackLater(1 + random.nextInt(3), "");
                        cluster.steps(random.nextInt(60));
                    }
                    case 5 -> {
                        if (random.nextInt(3) == 0) {
                            read();
                        }
                    }
                    case 6 -> cluster.steps(random.nextInt(30));
                    default -> cluster.advance(Duration.ofMillis(random.nextInt(40)));
                }
            }
            readsWait = false;
            read();
            cluster.settle();
            ann.comeBack(1 + random.nextInt(3));
            cluster.advance(Duration.ofSeconds(1));
            assertThat(ann.isResumed()).as("seed %d, %s", seed, ann).isTrue();
            // On the way one may be overtaken by another.
            assertThat(hints(ann))
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, hints)
                            .mapToObj(String::valueOf)
                            .toList());
            assertThat(ann.offsets(ROOM))
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(places(1, witness.place(ROOM).offset()));
        }
    }

    private static void hint(TestCluster cluster, TestPeer to, int number) {
        cluster.node(2)
                .room(ROOM)
                .broadcast("hint", String.valueOf(number))
                .toPeers(to.id())
                .send();
    }

    private static List<String> hints(TestPeer peer) {
        return peer.messages().stream()
                .filter(message -> message.event().equals("hint"))
                .map(Received::text)
                .toList();
    }

    private void read() {
        for (Runnable next = reads.poll(); next != null; next = reads.poll()) {
            next.run();
        }
    }
}
