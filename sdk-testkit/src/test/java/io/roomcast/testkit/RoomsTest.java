package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Admission;
import io.roomcast.ErrorCode;
import io.roomcast.JoinRequest;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.testkit.junit.OnNode;
import io.roomcast.testkit.junit.RoomcastTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What peers and handlers see of rooms, on one node and across two. */
@RoomcastTest
class RoomsTest {

    private static final String JAZZ = "chat/jazz";

    /** Relays what it gets to the others. */
    private static final class Chat implements RoomHandler {
        final RoomHandler relay = new Relay();
        final List<String> heard = new ArrayList<>();

        @Override
        public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
            String said = request.message().text();
            return said.startsWith("no")
                    ? Admission.refuse(1234, "not today")
                    : Admission.accept(("hi " + said).getBytes());
        }

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            relay.onMessage(room, peer, message);
        }

        @Override
        public void onNodeMessage(Room room, String nodeId, Message message) {
            heard.add(message.event() + " " + message.text());
        }
    }

    private final List<Chat> chats = List.of(new Chat(), new Chat());
    private final List<RecordedHandler> handlers =
            chats.stream().map(RecordedHandler::around).toList();

    final TestCluster.Builder cluster =
            TestCluster.builder().room("chat/{topic}", RoomOptions.defaults(), node -> handlers.get(node - 1));

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMessageReachesTheOtherPeersOfTheRoomOnBothNodesAndNotItsSender(
            boolean blocking, TestCluster.Builder builder) {
        RoomOptions options = blocking
                ? RoomOptions.defaults()
                : RoomOptions.builder().nonBlocking().build();
        TestCluster cluster =
                builder.room("chat/{topic}", options, node -> new Relay()).start();
        TestPeer ann = cluster.node(1).peer("ann");
        TestPeer bea = cluster.node(1).peer("bea");
        TestPeer cid = cluster.node(2).peer("cid");
        TestPeer out = cluster.node(2).peer("out");
        List.of(ann, bea, cid).forEach(peer -> peer.join(JAZZ));
        out.join("chat/rock");

        for (int i = 0; i < 5; i++) {
            ann.say(JAZZ, "said", "hello " + i);
        }

        for (TestPeer peer : List.of(bea, cid)) {
            peer.in(JAZZ).expectInOrder("said", "hello 0", "hello 1", "hello 2", "hello 3", "hello 4");
            peer.expectNothing();
        }
        ann.expectNothing();
        out.expectNothing();
    }

    @Test
    void theJoinedReplyCarriesTheSnapshotOfTheHandler(TestPeer ann) {
        assertThat(ann.join(JAZZ, "it is me").expectJoined()).isEqualTo("hi it is me");
        assertThat(ann.isIn(JAZZ)).isTrue();
    }

    @Test
    void aRefusedPeerIsToldWhyAndGetsNothingFromTheRoom(TestCluster cluster, TestPeer ann, TestPeer bea) {
        assertThat(ann.join(JAZZ, "no").expectError(1234).text()).isEqualTo("not today");
        bea.join(JAZZ);
        cluster.node(1).room(JAZZ).broadcast("news", "!").send();
        bea.expect("news", "!");
        ann.expectNothing();
    }

    @Test
    void aMessageToAPeerReachesThatPeerAloneOnWhateverNodeAndNamesItsSender(
            TestPeer ann, @OnNode(2) TestPeer bea, @OnNode(2) TestPeer cid, TestPeer dan) {
        List.of(ann, bea, cid, dan).forEach(peer -> peer.join(JAZZ));
        ann.sayToLater(JAZZ, bea.id(), "signal", "across");
        ann.sayToLater(JAZZ, dan.id(), "signal", "here");
        ann.sayToLater(JAZZ, "nobody-has-this-id", "signal", "lost");

        assertThat(bea.in(JAZZ).expect("signal", "across").from()).isEqualTo(ann.id());
        dan.expect("signal", "here");
        List.of(ann, bea, cid, dan).forEach(TestPeer::expectNothing);
    }

    @Test
    void anEmptyRoomIsFreedAndItsHandlerHearsTheWholeStory(@OnNode(1) TestNode one, TestPeer ann, TestPeer bea) {
        TestRoom jazz = ann.join(JAZZ);
        bea.join(JAZZ);
        assertThat(one.stats().rooms()).isEqualTo(1);
        jazz.leave();
        bea.cut();

        assertThat(handlers.get(0).calls(JAZZ))
                .containsExactly("open", "admit", "join", "admit", "join", "leave LEFT", "leave DISCONNECTED", "close");
        assertThat(ann.left()).containsExactly(JAZZ);
        assertThat(one.stats().rooms()).isZero();
        assertThat(one.stats().memberships()).isZero();
        assertThat(one.stats().peers()).isEqualTo(1);

        ann.join(JAZZ);
        assertThat(ann.isIn(JAZZ)).isTrue();
        assertThat(handlers.get(0).calls(JAZZ)).endsWith("open", "admit", "join");
    }

    @Test
    void aHandlerThatThrowsHarmsNobodyAndTheSenderIsTold(TestCluster cluster, TestPeer ann, TestPeer bea) {
        TestRoom jazz = ann.join(JAZZ);
        bea.join(JAZZ);
        jazz.say("fail", "");
        jazz.say("said", "still here");

        ann.expectError(ErrorCode.HANDLER_FAILED);
        cluster.expectHandlerFailure(IllegalStateException.class);
        bea.expect("said", "still here");
        ann.expectNothing();
        bea.expectNothing();
    }

    @Test
    void aHandlerThatDecidesNothingRefusesAndTheRoomLivesOn(TestCluster.Builder builder) {
        RoomHandler careless = new RoomHandler() {
            @Override
            @SuppressWarnings("NullAway") // what a careless handler does
            public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
                return request.message().text().isEmpty() ? null : Admission.accept();
            }
        };
        TestCluster cluster = builder.room("chat/{topic}", careless).start();
        TestPeer ann = cluster.node(1).peer("ann");
        ann.join(JAZZ).expectError(ErrorCode.HANDLER_FAILED);
        cluster.expectHandlerFailure(NullPointerException.class);
        ann.join(JAZZ, "please").expectJoined();
    }

    @Test
    void handlersOfOneRoomTalkAcrossNodesAndHearOfALostNode(
            TestCluster cluster,
            @OnNode(1) TestNode one,
            @OnNode(2) TestNode two,
            TestPeer ann,
            @OnNode(2) TestPeer bea) {
        ann.join(JAZZ);
        bea.join(JAZZ);
        one.room(JAZZ).tellNodes(Message.of("swarm", "3 peers"));
        two.room(JAZZ).tellNode(one.id(), Message.of("ask", "how many"));
        ann.expectNothing();
        assertThat(chats.get(1).heard).containsExactly("swarm 3 peers");
        assertThat(chats.get(0).heard).containsExactly("ask how many");

        two.stop(Duration.ZERO);
        cluster.settle();
        assertThat(handlers.get(0).calls(JAZZ)).endsWith("node lost");
    }

    @Test
    void theApplicationPutsPeersIntoRoomsAndTakesThemOut(TestCluster cluster, TestPeer ann) {
        Peer peer = ann.onServer();
        var joined = peer.join(JAZZ).toCompletableFuture();
        var nowhere = peer.join("nothing/like/this").toCompletableFuture();
        ann.in(JAZZ).expectJoined();
        assertThat(joined.join()).isEqualTo(Optional.empty());
        assertThat(nowhere.join().orElseThrow().code()).isEqualTo(ErrorCode.UNKNOWN_ROOM);
        assertThat(peer.rooms()).containsExactly(JAZZ);
        assertThat(ann.isIn(JAZZ)).isTrue();

        var left = peer.leave(JAZZ, "enough").toCompletableFuture();
        assertThat(ann.in(JAZZ).expectLeft()).isEqualTo("enough");
        assertThat(left.join()).isTrue();
        ann.expectNothing();
    }

    @Test
    void whatIsNotAllowedIsRefusedWithItsCodeAndChangesNothing(@OnNode(1) TestNode one, TestPeer ann) {
        ann.join("nothing/like/this").expectError(ErrorCode.UNKNOWN_ROOM);
        ann.join("");
        ann.expectError(ErrorCode.BAD_ROOM_NAME);
        ann.join("x".repeat(300));
        ann.expectError(ErrorCode.BAD_ROOM_NAME);
        ann.join(JAZZ);
        ann.join(JAZZ).expectError(ErrorCode.ALREADY_IN_ROOM);
        ann.expectNothing();
        assertThat(one.stats().memberships()).isEqualTo(1);
    }
}
