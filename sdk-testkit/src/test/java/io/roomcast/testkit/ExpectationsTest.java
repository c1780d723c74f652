package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.Admission;
import io.roomcast.CloseCode;
import io.roomcast.DeliveryPolicy;
import io.roomcast.ErrorCode;
import io.roomcast.JoinRequest;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.RequestException;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.testkit.junit.OnNode;
import io.roomcast.testkit.junit.RoomcastTest;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What expectations take, how they wait, and what a person reads when one fails. */
@RoomcastTest
class ExpectationsTest {

    private static final String ROOM = "chat/jazz";

    /** Answers requests at once, later, or with a refusal, and lets its slow side run on the cluster's own executor. */
    private static final class Office implements RoomHandler {
        private final Executor slowly;
        private final Clock clock;

        Office(Executor slowly, Clock clock) {
            this.slowly = slowly;
            this.clock = clock;
        }

        @Override
        public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
            return request.message().text().equals("stranger")
                    ? Admission.refuse(1001, "members only")
                    : Admission.accept("welcome".getBytes());
        }

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return switch (request.event()) {
                case "time" ->
                    CompletableFuture.supplyAsync(
                            () -> Message.of("time", clock.instant().toString()), slowly);
                case "never" -> new CompletableFuture<>();
                default -> CompletableFuture.failedStage(RequestException.refused(1002, "closed"));
            };
        }
    }

    final TestCluster.Builder cluster = TestCluster.builder().nodes(2);

    ExpectationsTest() {
        cluster.room("chat/{topic}", new Relay())
                .room("office", new Office(cluster.executor(), cluster.clock()))
                .room(
                        "quotes",
                        RoomOptions.builder()
                                .policy(
                                        "quote",
                                        DeliveryPolicy.append()
                                                .idleGap(Duration.ofSeconds(2))
                                                .maxDelay(Duration.ofSeconds(2)))
                                .build(),
                        node -> new Relay());
    }

    // ---- what they take

    @Test
    void eachExpectationTakesTheOldestThatNoneHasTaken(TestPeer ann, @OnNode(2) TestPeer bob) {
        TestRoom jazz = bob.join(ROOM);
        TestRoom rock = bob.join("chat/rock");
        ann.join(ROOM);
        ann.join("chat/rock");
        ann.in(ROOM).say("said", "one");
        ann.in(ROOM).say("sang", "la");
        ann.in("chat/rock").say("said", "two");
        ann.in(ROOM).say("said", "three");

        rock.expect("said", "two");
        jazz.expectInOrder("said", "one", "three");
        Received sang = bob.expect("sang");
        assertThat(sang.room()).isEqualTo(ROOM);
        assertThat(sang.from()).isEqualTo(ann.id());
        assertThat(bob.messages()).hasSize(4);
        bob.expectNothing();
    }

    @Test
    void anyOrderIsEnoughWhereSeveralSpeakAtOnce(TestPeer ann, TestPeer bob, @OnNode(2) TestPeer cid) {
        for (TestPeer peer : new TestPeer[] {ann, bob, cid}) {
            peer.join(ROOM);
        }
        ann.sayLater(ROOM, "said", "of ann");
        bob.sayLater(ROOM, "said", "of bob");
        cid.expectInAnyOrder("said", "of bob", "of ann");
        cid.expectNothing("said");
    }

    @Test
    void requestsAndRepliesBothWays(TestPeer ann) {
        TestRoom office = ann.join("office");
        assertThat(office.expectJoined()).isEqualTo("welcome");
        office.request("time", "").expectReply("1970-01-01T00:00:00Z");
        assertThat(office.request("joke", "").expectRefusal(1002)).isEqualTo("closed");

        OutgoingRequest never = office.request("never", "", Duration.ofSeconds(1));
        never.expectRefusal(ErrorCode.REQUEST_TIMED_OUT);
        office.request("never", "").cancel();
        office.expectNothing();

        CompletableFuture<Message> answer = ann.onServer()
                .request(Message.of("mood"), Duration.ofSeconds(1))
                .toCompletableFuture();
        ann.expectRequest("mood").reply("fine");
        assertThat(answer.join().text()).isEqualTo("fine");

        CompletableFuture<Message> refused = ann.onServer()
                .request(Message.of("mood"), Duration.ofSeconds(1))
                .toCompletableFuture();
        ann.expectRequest("mood").refuse(1500, "busy");
        assertThat(refused).isCompletedExceptionally();

        CompletableFuture<Message> given = ann.onServer()
                .request(Message.of("mood"), Duration.ofSeconds(1))
                .toCompletableFuture();
        IncomingRequest late = ann.expectRequest("mood");
        given.cancel(true);
        late.expectCancel();
    }

    @Test
    void standingAnswersNeedNotBeExpected(TestCluster cluster, TestPeer ann, @OnNode(2) TestPeer bob) {
        ann.join(ROOM);
        bob.join(ROOM);
        ann.answerAll("ready?", request -> "yes");
        bob.answerAll("ready?", request -> "no");
        var acks = cluster.node(1)
                .room(ROOM)
                .broadcast("ready?", "")
                .withAck(Duration.ofSeconds(1))
                .send();
        cluster.settle();
        assertThat(acks.toCompletableFuture().join().answers().values())
                .extracting(Message::text)
                .containsExactlyInAnyOrder("yes", "no");
        ann.expectNothing();
    }

    @Test
    void refusalsRemovalsAndEnds(TestPeer ann, TestPeer bob) {
        ann.join("office", "stranger").expectError(1001);
        ann.join(ROOM);
        ann.onServer().leave(ROOM, "closing time");
        assertThat(ann.in(ROOM).expectLeft()).isEqualTo("closing time");
        ann.onServer().close(4500, "out");
        assertThat(ann.expectClosed(4500)).isEqualTo("out");
        bob.node().stop(Duration.ofSeconds(1));
        bob.expectGoAway();
        bob.expectClosed(CloseCode.GOING_AWAY);
    }

    // ---- how they wait

    @Test
    void waitingMovesTheClockOfTheClusterAndNotTheTests(TestCluster cluster, TestPeer ann, TestPeer bob) {
        ann.join("quotes");
        bob.join("quotes");
        ann.in("quotes").say("quote", "12.40");
        assertThat(bob.messages()).isEmpty();
        bob.expect("quote", "12.40");
        assertThat(cluster.now()).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2_200));
    }

    @Test
    void nothingIsLookedForAsLongAsItIsSaid(TestCluster cluster, TestPeer ann, TestPeer bob) {
        ann.join("quotes");
        bob.join("quotes");
        ann.in("quotes").say("quote", "12.40");
        bob.expectNothing();
        assertThat(cluster.now()).isEqualTo(Duration.ofSeconds(1));
        assertThatThrownBy(() -> bob.within(Duration.ofSeconds(3)).expectNothing("quote"))
                .hasMessageStartingWith(
                        "bob (node 1) expected no \"quote\", and there came: quote in quotes from ann:" + " \"12.40\"");
    }

    @RoomcastTest(threads = 3)
    void onRealThreadsWaitingWaits(TestPeer ann, @OnNode(2) TestPeer bob) {
        ann.join(ROOM);
        bob.join(ROOM);
        CompletableFuture<Void> later = CompletableFuture.runAsync(() -> ann.sayLater(ROOM, "said", "at last"));
        bob.expect("said", "at last");
        later.join();
    }

    @RoomcastTest(threads = 3)
    void onRealThreadsADeadlineIsOneOfTheWallClock(TestPeer ann) {
        long before = System.nanoTime();
        assertThat(failureOf(() -> ann.within(Duration.ofMillis(150)).expect("said")))
                .startsWith("ann (node 1) expected message \"said\", and it did not come within 150 ms.\n")
                .contains("This was on real threads, whose order no seed repeats");
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(150), Duration.ofSeconds(20));
    }

    // ---- what a person reads

    @Test
    void aFailureListsWhatThePeerSawInOrderWithTimes(TestCluster cluster, TestPeer ann, @OnNode(2) TestPeer bob) {
        ann.join(ROOM);
        bob.join(ROOM);
        bob.join("office");
        cluster.advance(Duration.ofMillis(1_250));
        ann.in(ROOM).say("said", "hello");
        ann.in(ROOM).say("said", "line\nbreak");
        bob.expect("said", "hello");
        assertThat(failureOf(() -> bob.in(ROOM).expect("sang", "la")))
                .isEqualTo("""
                        bob (node 2) expected message "sang" saying "la" in chat/jazz, and it did not come within 5 s.
                        bob (node 2) saw, in order:
                            0.000 s  welcome  as %s
                            0.000 s  joined   chat/jazz
                            0.000 s  joined   office, snapshot "welcome"
                            1.250 s  message  said in chat/jazz from ann: "hello"  (expected)
                            1.250 s  message  said in chat/jazz from ann: "line\\nbreak"
                            6.250 s  now
                        This was one interleaving; the same again: seed %d""".formatted(bob.id(), cluster.seed()));
    }

    @Test
    void aWrongPayloadIsNamedAtOnce(TestCluster cluster, TestPeer ann, @OnNode(2) TestPeer bob) {
        ann.join(ROOM);
        bob.join(ROOM);
        for (String text : new String[] {"hello", "hallo", "hola"}) {
            ann.in(ROOM).say("said", text);
        }
        assertThat(failureOf(() -> bob.expect("said", "HELLO")))
                .startsWith("bob (node 2) expected the next \"said\" to say \"HELLO\", and it says \"hello\".\n");
        assertThat(failureOf(
                        () -> bob.expect("said", received -> received.text().startsWith("ho"))))
                .startsWith("bob (node 2) saw \"said\", and its check returned false for \"hallo\".\n");
        assertThat(failureOf(() -> bob.expect("said", received -> {
                    assertThat(received.text()).hasSize(5);
                    return true;
                })))
                .startsWith("bob (node 2) saw \"said\", and its check failed: ")
                .contains("Expected size: 5");
        assertThat(cluster.now()).isZero();
    }

    @Test
    void bytesAreShownInHexAndLongPayloadsCutShort(TestPeer ann) {
        ann.onServer().send(Message.of("raw", new byte[] {(byte) 0xC3, 0x28, 0}));
        ann.onServer().send("long", "x".repeat(5_000));
        assertThat(failureOf(() -> ann.expectNothing("raw"))).contains("raw: 3 bytes c32800");
        assertThat(failureOf(() -> ann.expectNothing("long")))
                .contains("x…\" (5000 characters)")
                .hasSizeLessThan(2_000);
    }

    @Test
    void aLongStoryKeepsItsEnd(TestPeer ann) {
        for (int i = 0; i < 200; i++) {
            ann.onServer().send("tick", "" + i);
        }
        assertThat(failureOf(() -> ann.expect("tock")))
                .contains("… 141 more before these", "tick: \"199\"")
                .doesNotContain("tick: \"100\"");
    }

    @Test
    void aTestThatUsesARoomItsPeerIsNotInIsToldSo(TestPeer ann) {
        assertThatThrownBy(() -> ann.say(ROOM, "said", ""))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("ann (node 1) is not in room chat/jazz\nann (node 1) saw, in order:");
    }

    @Test
    void aNameIsThatOfOneOpenConnection(TestCluster cluster, TestPeer ann) {
        assertThatThrownBy(() -> cluster.node(2).peer("ann"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name is \"ann\"");
        ann.cut();
        TestPeer again = cluster.node(2).peer("ann");
        assertThat(cluster.peer("ann")).contains(again);
    }

    private static String failureOf(ThrowingCallable expectation) {
        AssertionError[] caught = new AssertionError[1];
        assertThatThrownBy(() -> {
                    try {
                        expectation.call();
                    } catch (AssertionError failure) {
                        caught[0] = failure;
                        throw failure;
                    }
                })
                .isInstanceOf(AssertionError.class);
        return caught[0].getMessage();
    }
}
