package io.roomcast.testkit;

import static io.roomcast.testkit.HistoryRooms.HOUR;
import static io.roomcast.testkit.HistoryRooms.ROOM;
import static io.roomcast.testkit.HistoryRooms.cluster;
import static io.roomcast.testkit.HistoryRooms.in;
import static io.roomcast.testkit.HistoryRooms.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.HistoryPosition;
import io.roomcast.Room;
import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Join;
import io.roomcast.testkit.bridge.ForwardingBridgeListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Peers that come back to a room with history, with the place up to which they have got everything. */
class HistoryReturnTest {

    @Test
    void aPeerThatComesBackToAnotherNodeGetsWhatItHasMissedOnce() {
        HistoryRooms.Recoveries told = new HistoryRooms.Recoveries();
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
        HistoryRooms.Recoveries told = new HistoryRooms.Recoveries();
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
        HistoryRooms.Recoveries told = new HistoryRooms.Recoveries();
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
        List<HookedBridge> bridges = new ArrayList<>();
        try (TestCluster cluster = cluster(100, HOUR)
                .bridges(bridge -> {
                    HookedBridge own = new DelayedLog(bridge, bridges.size() == 1 ? late : null, delayed);
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
    private static final class DelayedLog extends HookedBridge {
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
                            : new ForwardingBridgeListener(told) {
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
}
