package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Admission;
import io.roomcast.ErrorCode;
import io.roomcast.JoinRequest;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What peers and handlers see of rooms, on one node and across two. */
class RoomsTest {

    /** Relays what it gets to the others, and writes down what it is told. */
    private static class Recorder implements RoomHandler {
        final List<String> calls = new ArrayList<>();

        @Override
        public void onOpen(Room room) {
            calls.add("open " + room.name());
        }

        @Override
        public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
            String said = request.message().text();
            return said.startsWith("no")
                    ? Admission.refuse(1234, "not today")
                    : Admission.accept(("hi " + said).getBytes());
        }

        @Override
        public void onJoin(Room room, Peer peer) {
            calls.add("join");
        }

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            calls.add("message " + message.event());
            if (message.event().equals("fail")) {
                throw new IllegalStateException("as the test wants");
            }
            if (message.to().isPresent()) {
                room.broadcast(message).toPeers(message.to().get()).from(peer).send();
            } else {
                room.broadcast(message).except(peer).send();
            }
        }

        @Override
        public void onLeave(Room room, Peer peer, LeaveReason reason) {
            calls.add("leave " + reason);
        }

        @Override
        public void onNodeMessage(Room room, String nodeId, Message message) {
            calls.add("node " + message.event() + " " + message.text());
        }

        @Override
        public void onNodeLost(Room room, String nodeId) {
            calls.add("lost");
        }

        @Override
        public void onClose(Room room) {
            calls.add("close " + room.name());
        }
    }

    private final List<Recorder> handlers = new ArrayList<>();

    private TestCluster cluster(RoomOptions options) {
        TestCluster cluster = TestCluster.builder()
                .room("chat/{topic}", options, node -> {
                    Recorder handler = new Recorder();
                    handlers.add(handler);
                    return handler;
                })
                .start();
        System.out.println("seed " + cluster.seed());
        return cluster;
    }

    private TestCluster cluster() {
        return cluster(RoomOptions.defaults());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMessageReachesTheOtherPeersOfTheRoomOnBothNodesAndNotItsSender(boolean blocking) {
        RoomOptions options = blocking
                ? RoomOptions.defaults()
                : RoomOptions.builder().nonBlocking().build();
        try (TestCluster cluster = cluster(options)) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(1);
            TestPeer cid = cluster.peer(2);
            TestPeer out = cluster.peer(2);
            for (TestPeer peer : List.of(ann, bea, cid)) {
                peer.join("chat/jazz");
            }
            out.join("chat/rock");

            for (int i = 0; i < 5; i++) {
                ann.say("chat/jazz", "said", "hello " + i);
            }

            for (TestPeer peer : List.of(bea, cid)) {
                assertThat(peer.messages("chat/jazz"))
                        .extracting(Received::text)
                        .containsExactly("hello 0", "hello 1", "hello 2", "hello 3", "hello 4");
            }
            assertThat(ann.messages()).isEmpty();
            assertThat(out.messages()).isEmpty();
        }
    }

    @Test
    void theJoinedReplyCarriesTheSnapshotOfTheHandler() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            ann.join("chat/jazz", "it is me");
            assertThat(ann.isIn("chat/jazz")).isTrue();
            assertThat(ann.snapshot("chat/jazz")).isEqualTo("hi it is me");
        }
    }

    @Test
    void aRefusedPeerIsToldWhyAndGetsNothingFromTheRoom() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(1);
            ann.join("chat/jazz", "no");
            bea.join("chat/jazz");
            cluster.node(1).room("chat/jazz").broadcast("news", "!").send();
            cluster.settle();

            assertThat(ann.errors()).hasSize(1);
            assertThat(ann.errors().get(0).code()).isEqualTo(1234);
            assertThat(ann.errors().get(0).text()).isEqualTo("not today");
            assertThat(ann.messages()).isEmpty();
            assertThat(bea.messages()).hasSize(1);
        }
    }

    @Test
    void aMessageToAPeerReachesThatPeerAloneOnWhateverNodeAndNamesItsSender() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(2);
            TestPeer cid = cluster.peer(2);
            TestPeer dan = cluster.peer(1);
            for (TestPeer peer : List.of(ann, bea, cid, dan)) {
                peer.join("chat/jazz");
            }
            ann.sayToLater("chat/jazz", bea.id(), "signal", "across");
            ann.sayToLater("chat/jazz", dan.id(), "signal", "here");
            ann.sayToLater("chat/jazz", "nobody-has-this-id", "signal", "lost");
            cluster.settle();

            assertThat(bea.messages())
                    .containsExactly(new Received(
                            "chat/jazz",
                            "signal",
                            ann.id(),
                            bea.messages().get(0).payload()));
            assertThat(bea.messages().get(0).text()).isEqualTo("across");
            assertThat(dan.messages()).extracting(Received::text).containsExactly("here");
            assertThat(cid.messages()).isEmpty();
        }
    }

    @Test
    void anEmptyRoomIsFreedAndItsHandlerHearsTheWholeStory() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(1);
            ann.join("chat/jazz");
            bea.join("chat/jazz");
            assertThat(cluster.node(1).stats().rooms()).isEqualTo(1);
            ann.leave("chat/jazz");
            bea.cut();

            assertThat(handlers.get(0).calls)
                    .containsExactly(
                            "open chat/jazz", "join", "join", "leave LEFT", "leave DISCONNECTED", "close chat/jazz");
            assertThat(ann.left()).containsExactly("chat/jazz");
            assertThat(cluster.node(1).stats().rooms()).isZero();
            assertThat(cluster.node(1).stats().memberships()).isZero();
            assertThat(cluster.node(1).stats().peers()).isEqualTo(1);

            ann.join("chat/jazz");
            assertThat(ann.isIn("chat/jazz")).isTrue();
            assertThat(handlers.get(0).calls).endsWith("open chat/jazz", "join");
        }
    }

    @Test
    void aHandlerThatThrowsHarmsNobodyAndTheSenderIsTold() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(1);
            ann.join("chat/jazz");
            bea.join("chat/jazz");
            ann.say("chat/jazz", "fail", "");
            ann.say("chat/jazz", "said", "still here");

            assertThat(ann.errors()).extracting(ReceivedError::code).containsExactly(ErrorCode.HANDLER_FAILED);
            assertThat(bea.errors()).isEmpty();
            assertThat(bea.messages()).extracting(Received::text).containsExactly("still here");
        }
    }

    @Test
    void aHandlerThatDecidesNothingRefusesAndTheRoomLivesOn() {
        RoomHandler careless = new RoomHandler() {
            @Override
            @SuppressWarnings("NullAway") // what a careless handler does
            public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
                return request.message().text().isEmpty() ? null : Admission.accept();
            }
        };
        try (TestCluster cluster =
                TestCluster.builder().room("chat/{topic}", careless).start()) {
            TestPeer ann = cluster.peer(1);
            ann.join("chat/jazz");
            assertThat(ann.errors()).extracting(ReceivedError::code).containsExactly(ErrorCode.HANDLER_FAILED);
            ann.join("chat/jazz", "please");
            assertThat(ann.isIn("chat/jazz")).isTrue();
        }
    }

    @Test
    void handlersOfOneRoomTalkAcrossNodesAndHearOfALostNode() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(2);
            ann.join("chat/jazz");
            bea.join("chat/jazz");
            cluster.node(1).room("chat/jazz").tellNodes(Message.of("swarm", "3 peers"));
            cluster.node(2).room("chat/jazz").tellNode(cluster.node(1).id(), Message.of("ask", "how many"));
            cluster.settle();
            assertThat(handlers.get(1).calls).contains("node swarm 3 peers");
            assertThat(handlers.get(0).calls).contains("node ask how many").doesNotContain("node swarm 3 peers");
            assertThat(ann.messages()).isEmpty();

            cluster.node(2).stop(java.time.Duration.ZERO);
            cluster.settle();
            assertThat(handlers.get(0).calls).contains("lost");
        }
    }

    @Test
    void theApplicationPutsPeersIntoRoomsAndTakesThemOut() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            Peer peer = ann.onServer();
            var joined = peer.join("chat/jazz").toCompletableFuture();
            var nowhere = peer.join("nothing/like/this").toCompletableFuture();
            cluster.settle();
            assertThat(joined.join()).isEqualTo(Optional.empty());
            assertThat(nowhere.join().orElseThrow().code()).isEqualTo(ErrorCode.UNKNOWN_ROOM);
            assertThat(peer.rooms()).containsExactly("chat/jazz");
            assertThat(ann.isIn("chat/jazz")).isTrue();

            var left = peer.leave("chat/jazz", "enough").toCompletableFuture();
            cluster.settle();
            assertThat(left.join()).isTrue();
            assertThat(ann.left()).containsExactly("chat/jazz");
            assertThat(ann.errors()).isEmpty();
        }
    }

    @Test
    void whatIsNotAllowedIsRefusedWithItsCodeAndChangesNothing() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            ann.join("nothing/like/this");
            ann.join("");
            ann.join("x".repeat(300));
            ann.join("chat/jazz");
            ann.join("chat/jazz");
            assertThat(ann.errors())
                    .extracting(ReceivedError::code)
                    .containsExactly(
                            ErrorCode.UNKNOWN_ROOM,
                            ErrorCode.BAD_ROOM_NAME,
                            ErrorCode.BAD_ROOM_NAME,
                            ErrorCode.ALREADY_IN_ROOM);
            assertThat(ann.closeCode()).isZero();
            assertThat(cluster.node(1).stats().memberships()).isEqualTo(1);
        }
    }
}
