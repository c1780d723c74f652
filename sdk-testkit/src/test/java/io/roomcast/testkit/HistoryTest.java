package io.roomcast.testkit;

import static io.roomcast.testkit.HistoryRooms.HOUR;
import static io.roomcast.testkit.HistoryRooms.ROOM;
import static io.roomcast.testkit.HistoryRooms.cluster;
import static io.roomcast.testkit.HistoryRooms.done;
import static io.roomcast.testkit.HistoryRooms.in;
import static io.roomcast.testkit.HistoryRooms.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.roomcast.Receipt;
import io.roomcast.Room;
import io.roomcast.bridge.Appended;
import io.roomcast.runtime.wire.proto.Frame;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Rooms with history, seen by applications and by peers: the order of messages, their places, and those that are sent again. */
class HistoryTest {

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
}
