package io.roomcast.testkit.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Authentication;
import io.roomcast.CloseCode;
import io.roomcast.DeliveryPolicy;
import io.roomcast.Identity;
import io.roomcast.Message;
import io.roomcast.RoomOptions;
import io.roomcast.testkit.Received;
import io.roomcast.testkit.RecordedHandler;
import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestNode;
import io.roomcast.testkit.TestPeer;
import io.roomcast.testkit.TestRoom;
import io.roomcast.testkit.junit.OnNode;
import io.roomcast.testkit.junit.RoomcastTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RoomcastTest
class CookbookTest {

    final TestCluster.Builder cluster = TestCluster.builder().nodes(2).room("chat/{topic}", new ChatRoom());

    @Test
    void payloads(TestPeer ann, @OnNode(2) TestPeer bob) {
        ann.join("chat/jazz");
        bob.join("chat/jazz").say("said", "hello");

        Received said = ann.expect("said");
        assertThat(said.from()).isEqualTo(bob.id());
        assertThat(said.text()).startsWith("hel");

        bob.in("chat/jazz").say("said", "{\"likes\": 3}");
        ann.expect("said", payload -> payload.text().contains("likes"));
    }

    @Test
    void strictPeers(TestPeer ann, TestPeer bob) {
        bob.strict();
        ann.join("chat/jazz");
        bob.join("chat/jazz");
        ann.in("chat/jazz").say("said", "hello");
        bob.expect("said", "hello"); // Without this line the test fails.
    }

    @Test
    void refusals(TestPeer ann) {
        ann.join("chat/private").expectError(1001);
        assertThat(ann.isIn("chat/private")).isFalse();
    }

    @Test
    void requests(TestPeer ann, TestPeer bob) {
        TestRoom jazz = ann.join("chat/jazz");
        bob.join("chat/jazz");
        jazz.request("who", "").expectReply("2 here");

        CompletableFuture<Message> answer = bob.onServer()
                .request(Message.of("still there?"), Duration.ofSeconds(5))
                .toCompletableFuture();
        bob.expectRequest("still there?").reply("yes");
        assertThat(answer.join().text()).isEqualTo("yes");
    }

    @Test
    void timeouts(TestPeer ann) {
        TestRoom jazz = ann.join("chat/jazz");
        jazz.request("sleep", "", Duration.ofSeconds(20)).expectRefusal(io.roomcast.ErrorCode.REQUEST_TIMED_OUT);
    }

    @Test
    void throwing(TestCluster cluster, TestPeer ann) {
        ann.join("chat/jazz").say("whispered", "psst");
        cluster.expectHandlerFailure(IllegalArgumentException.class);
    }

    @Test
    void time(TestCluster.Builder builder) {
        TestCluster cluster = builder.room("chat/{topic}", new ChatRoom(builder.clock(), builder.executor()))
                .start();
        TestPeer ann = cluster.node(1).peer("ann");
        TestRoom jazz = ann.join("chat/jazz");
        TestPeer bob = cluster.node(2).peer("bob");
        bob.join("chat/jazz");

        jazz.say("sung", "la");
        jazz.say("sung", "la la");
        cluster.advance(Duration.ofSeconds(1));
        jazz.say("sung", "la la la");
        bob.expectInOrder("sung", "la", "la la la");

        jazz.request("translate", "salut").expectReply("SALUT");
    }

    @Test
    void held(TestCluster.Builder builder) {
        RoomOptions quotes = RoomOptions.builder()
                .policy("said", DeliveryPolicy.latest().minInterval(Duration.ofSeconds(10)))
                .build();
        TestCluster cluster =
                builder.room("chat/{topic}", quotes, node -> new ChatRoom()).start();
        TestPeer ann = cluster.node(1).peer("ann");
        TestPeer bob = cluster.node(1).peer("bob");
        ann.join("chat/jazz");
        bob.join("chat/jazz");
        for (String price : new String[] {"12.40", "12.41", "12.42"}) {
            ann.in("chat/jazz").say("said", price);
        }
        bob.expect("said", "12.40");
        bob.within(Duration.ofSeconds(11)).expect("said", "12.42");
        bob.expectNothing();
    }

    @Test
    void slow(TestCluster cluster, TestPeer ann, TestPeer bob) {
        ann.join("chat/jazz");
        bob.join("chat/jazz");
        bob.stall();
        for (int i = 0; i < 200; i++) {
            cluster.node(1)
                    .room("chat/jazz")
                    .broadcast("page", "x".repeat(10_000))
                    .send();
            cluster.settle();
        }
        bob.expectClosed(CloseCode.TOO_SLOW);
        assertThat(ann.messages("chat/jazz")).hasSize(200);
    }

    @Test
    void back(@OnNode(1) TestNode one, @OnNode(2) TestPeer bob) {
        TestPeer ann = one.resumablePeer("ann");
        TestRoom jazz = ann.join("chat/jazz");
        bob.join("chat/jazz");
        ann.cut();
        bob.in("chat/jazz").say("said", "while you were away");
        ann.comeBack(1);
        jazz.expect("said", "while you were away");
    }

    @Test
    void stopping(@OnNode(1) TestNode one, TestPeer ann, @OnNode(2) TestPeer bob) {
        ann.join("chat/jazz");
        bob.join("chat/jazz");
        one.stop(Duration.ofSeconds(5));
        ann.expectGoAway();
        ann.expectClosed(CloseCode.GOING_AWAY);
        bob.expectNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"good", "bad"})
    void tokens(String token, TestCluster.Builder builder) {
        TestCluster cluster = builder.authenticator(request -> CompletableFuture.completedFuture(
                        request.token().equals("good")
                                ? Authentication.accept(Identity.user("ann"))
                                : Authentication.refuse("who are you?")))
                .start();
        TestPeer ann = cluster.node(1).peer("ann", token);
        if (token.equals("good")) {
            assertThat(ann.onServer().identity().userId()).contains("ann");
        } else {
            assertThat(ann.expectClosed(CloseCode.UNAUTHENTICATED)).isNotEmpty();
        }
    }

    @Test
    void callbacks(TestCluster.Builder builder) {
        RecordedHandler chat = RecordedHandler.around(new ChatRoom());
        TestCluster cluster = builder.nodes(1).room("chat/{topic}", chat).start();
        TestRoom jazz = cluster.node(1).peer("ann").join("chat/jazz");
        jazz.say("said", "anybody?");
        jazz.leave();
        assertThat(chat.calls("chat/jazz"))
                .containsExactly("open", "admit", "join", "message said", "leave LEFT", "close");
    }

    @RoomcastTest(threads = 4)
    void races(TestPeer ann, @OnNode(2) TestPeer bob) {
        ann.join("chat/jazz");
        bob.join("chat/jazz");
        for (int i = 0; i < 100; i++) {
            ann.sayLater("chat/jazz", "said", "" + i);
        }
        for (int i = 0; i < 100; i++) {
            bob.expect("said", "" + i);
        }
    }

    @RoomcastTest(sockets = true)
    void sockets(TestPeer ann, @OnNode(2) TestPeer bob) {
        ann.join("chat/jazz");
        bob.join("chat/jazz");
        ann.in("chat/jazz").say("said", "hello");
        bob.expect("said", "hello");
    }
}
