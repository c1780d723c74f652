package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.roomcast.Authentication;
import io.roomcast.CloseCode;
import io.roomcast.ErrorCode;
import io.roomcast.Identity;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.RoomcastListener;
import io.roomcast.SendOutcome;
import io.roomcast.runtime.wire.proto.Batch;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import io.roomcast.runtime.wire.proto.Leave;
import io.roomcast.runtime.wire.proto.Ping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the hello to the end of a connection, and what clients do wrong on the way. */
class SessionsTest {

    private static final RoomHandler RELAY = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).except(peer).send();
        }
    };

    private static TestCluster.Builder single() {
        return TestCluster.builder().nodes(1).room("chat/{topic}", RELAY);
    }

    @Test
    void aPeerIdBeginsWithTheTagOfItsNode() {
        try (TestCluster cluster = single().start()) {
            TestPeer ann = cluster.peer(1);
            assertThat(ann.id()).hasSize(16).startsWith(cluster.node(1).id().substring(0, 4));
        }
    }

    @Test
    void whateverComesBeforeHelloEndsTheConnection() {
        try (TestCluster cluster = single().start()) {
            TestPeer ann = cluster.connect(1);
            ann.join("chat/jazz");
            assertThat(ann.errors())
                    .extracting(ReceivedError::code, ReceivedError::terminal)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(ErrorCode.HELLO_EXPECTED, true));
            assertThat(ann.closeCode()).isEqualTo(CloseCode.HELLO_EXPECTED);
        }
    }

    @Test
    void aSecondHelloEndsTheConnection() {
        try (TestCluster cluster = single().start()) {
            TestPeer ann = cluster.peer(1);
            ann.hello("");
            assertThat(ann.closeCode()).isEqualTo(CloseCode.HELLO_EXPECTED);
        }
    }

    @Test
    void aClientThatNeverSaysHelloIsClosedAfterTheTimeout() {
        try (TestCluster cluster = single().start()) {
            TestPeer ann = cluster.connect(1);
            cluster.advance(Duration.ofSeconds(9));
            assertThat(ann.closeCode()).isZero();
            cluster.advance(Duration.ofSeconds(2));
            assertThat(ann.closeCode()).isEqualTo(CloseCode.HELLO_EXPECTED);
            assertThat(cluster.node(1).stats().connections()).isZero();
        }
    }

    @Test
    void framesBehindTheHelloWaitForTheAuthenticator() {
        CompletableFuture<Authentication> decision = new CompletableFuture<>();
        try (TestCluster cluster = single().authenticator(request -> decision).start()) {
            TestPeer ann = cluster.connect(1);
            ann.hello("secret");
            ann.joinLater("chat/jazz", "");
            cluster.settle();
            assertThat(ann.frames()).isEmpty();

            decision.complete(Authentication.accept(Identity.user("ann", Map.of("role", "singer"))));
            cluster.settle();
            assertThat(ann.isIn("chat/jazz")).isTrue();
            Identity identity = ann.onServer().identity();
            assertThat(identity.userId()).contains("ann");
            assertThat(identity.claims()).containsEntry("role", "singer");
        }
    }

    @Test
    void whatComesBehindTheHelloIsHandledInItsOrder() {
        CompletableFuture<Authentication> decision = new CompletableFuture<>();
        try (TestCluster cluster = single().authenticator(request -> decision).start()) {
            TestPeer ann = cluster.connect(1);
            ann.hello("secret");
            for (int ref = 1; ref <= 64; ref++) {
                ann.sendLater(Frame.newBuilder().setPing(Ping.newBuilder().setRef(ref)));
            }
            decision.complete(Authentication.accept(Identity.user("ann")));
            cluster.settle();
            assertThat(ann.frames().get(0).hasWelcome()).isTrue();
            assertThat(ann.frames().stream()
                            .skip(1)
                            .map(frame -> frame.getPong().getRef()))
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 64).boxed().toList());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65})
    void moreThanSixtyFourFramesBehindTheHelloEndTheConnection(int frames) {
        try (TestCluster cluster =
                single().authenticator(request -> new CompletableFuture<>()).start()) {
            TestPeer ann = cluster.connect(1);
            Batch.Builder batch =
                    Batch.newBuilder().addFrames(element(Frame.newBuilder().setHello(Hello.newBuilder())));
            for (int i = 0; i < frames; i++) {
                batch.addFrames(element(Frame.newBuilder().setPing(Ping.newBuilder())));
            }
            ann.sendBytesLater(batch.build().toByteArray());
            cluster.settle();
            assertThat(ann.closeCode()).isEqualTo(frames > 64 ? CloseCode.HELLO_EXPECTED : 0);
        }
    }

    private static ByteString element(Frame.Builder frame) {
        return ByteString.copyFrom(new byte[] {0}).concat(frame.build().toByteString());
    }

    @Test
    void aJoinBehindAHelloThatIsRefusedReachesNobody() {
        List<String> asked = new ArrayList<>();
        RoomHandler handler = new RoomHandler() {
            @Override
            public void onJoin(Room room, Peer peer) {
                asked.add(peer.id());
            }
        };
        CompletableFuture<Authentication> decision = new CompletableFuture<>();
        try (TestCluster cluster = TestCluster.builder()
                .nodes(1)
                .room("chat/{topic}", handler)
                .authenticator(request -> decision)
                .start()) {
            TestPeer ann = cluster.connect(1);
            ann.hello("secret");
            ann.joinLater("chat/jazz", "");
            cluster.settle();
            decision.complete(Authentication.refuse("not you"));
            cluster.settle();
            assertThat(ann.closeCode()).isEqualTo(CloseCode.UNAUTHENTICATED);
            assertThat(asked).isEmpty();
        }
    }

    @Test
    void aMinimalStageIsADecisionLikeAnyOther() {
        try (TestCluster cluster = single().authenticator(request ->
                        CompletableFuture.completedStage(Authentication.accept(Identity.user(request.token()))))
                .start()) {
            TestPeer ann = cluster.node(1).peer("ann", "ann");
            assertThat(ann.onServer().identity().userId()).contains("ann");
        }
    }

    @Test
    void aRefusedClientIsToldWhyAndClosed() {
        try (TestCluster cluster = single().authenticator(request -> CompletableFuture.completedFuture(
                        request.token().equals("good")
                                ? Authentication.accept(Identity.user("ann"))
                                : Authentication.refuse("this token has expired")))
                .start()) {
            TestPeer good = cluster.connect(1);
            good.hello("good");
            TestPeer bad = cluster.connect(1);
            bad.hello("bad");
            assertThat(good.closeCode()).isZero();
            assertThat(bad.errors()).extracting(ReceivedError::text).containsExactly("this token has expired");
            assertThat(bad.closeCode()).isEqualTo(CloseCode.UNAUTHENTICATED);
            assertThat(cluster.node(1).stats().peers()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "fails", "failed stage", "null", "null stage"})
    void anAuthenticatorThatFailsRefusesTheClientAndIsReported(String how) {
        List<String> failures = new ArrayList<>();
        try (TestCluster cluster = single().authenticator(request -> switch (how) {
                    case "throws" -> throw new IllegalStateException("database gone");
                    case "fails" -> CompletableFuture.failedFuture(new IllegalStateException("database gone"));
                    case "failed stage" -> CompletableFuture.failedStage(new IllegalStateException("database gone"));
                    case "null stage" -> null;
                    default -> CompletableFuture.completedFuture(null);
                })
                .listener(new RoomcastListener() {
                    @Override
                    public void handlerFailed(String where, Throwable failure) {
                        failures.add(where);
                    }
                })
                .start()) {
            TestPeer ann = cluster.connect(1);
            ann.hello("");
            assertThat(ann.closeCode()).isEqualTo(CloseCode.UNAUTHENTICATED);
            assertThat(ann.errors()).extracting(ReceivedError::text).containsExactly("the authenticator failed");
            assertThat(failures).containsExactly("authenticator");
        }
    }

    @Test
    void aSilentClientIsPingedAndAStalledOneClosed() {
        try (TestCluster cluster = single().start()) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(1);
            bea.stall();
            cluster.advance(Duration.ofSeconds(34));
            assertThat(cluster.node(1).stats().peers()).isEqualTo(2);
            cluster.advance(Duration.ofSeconds(2));
            assertThat(cluster.node(1).stats().peers()).isEqualTo(1);
            cluster.advance(Duration.ofSeconds(60));
            assertThat(ann.closeCode()).isZero();
            assertThat(bea.closeCode()).isEqualTo(CloseCode.TIMED_OUT);
        }
    }

    @Test
    void anApplicationPingIsAnswered() {
        try (TestCluster cluster = single().start()) {
            TestPeer ann = cluster.peer(1);
            ann.sendLater(Frame.newBuilder().setPing(Ping.newBuilder().setRef(7)));
            cluster.settle();
            assertThat(ann.frames().get(ann.frames().size() - 1).getPong().getRef())
                    .isEqualTo(7);
        }
    }

    @Test
    void aFloodIsCutOffAndTheOthersNoticeNothing() {
        try (TestCluster cluster =
                single().limits(limits -> limits.maxMessagesPerSecond(50)).start()) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(1);
            ann.join("chat/jazz");
            bea.join("chat/jazz");
            for (int i = 0; i < 200; i++) {
                ann.sayLater("chat/jazz", "said", "" + i);
            }
            cluster.settle();
            assertThat(ann.closeCode()).isEqualTo(CloseCode.RATE_EXCEEDED);
            assertThat(ann.errors()).extracting(ReceivedError::code).containsExactly(ErrorCode.RATE_EXCEEDED);
            // Hello and join took two of the hundred.
            assertThat(bea.messages()).hasSize(98);
            assertThat(bea.closeCode()).isZero();
        }
    }

    @Test
    void aPeerThatDoesNotReadIsClosedWhenItsBudgetIsUsedUpAndTheOthersNoticeNothing() {
        try (TestCluster cluster = single().limits(
                        limits -> limits.maxMessagesPerSecond(100_000).outboundBytesPerPeer(512 * 1024))
                .start()) {
            TestPeer ann = cluster.peer(1);
            TestPeer slow = cluster.peer(1);
            TestPeer bea = cluster.peer(1);
            for (TestPeer peer : List.of(ann, slow, bea)) {
                peer.join("chat/jazz");
            }
            slow.stall();
            String text = "x".repeat(10_000);
            for (int i = 0; i < 100; i++) {
                ann.say("chat/jazz", "said", text);
            }
            cluster.advance(Duration.ofSeconds(6));
            assertThat(cluster.node(1).stats().outboundBytes()).isZero();
            assertThat(slow.closeCode()).isEqualTo(CloseCode.TOO_SLOW);
            assertThat(bea.messages()).hasSize(100);
            assertThat(cluster.node(1).stats().peers()).isEqualTo(2);
        }
    }

    @Test
    void volatileMessagesAreDroppedForAPeerThatDoesNotKeepUpAndCounted() {
        try (TestCluster cluster = single().start()) {
            TestPeer slow = cluster.peer(1);
            TestPeer bea = cluster.peer(1);
            slow.join("chat/jazz");
            bea.join("chat/jazz");
            slow.stall();
            Room room = cluster.node(1).room("chat/jazz");
            for (int i = 0; i < 100; i++) {
                room.broadcast("position", "x".repeat(10_000))
                        .volatileDelivery()
                        .send();
                cluster.settle();
            }
            assertThat(bea.messages()).hasSize(100);
            slow.resume();
            room.broadcast("position", "last").volatileDelivery().send();
            cluster.settle();
            assertThat(slow.closeCode()).isZero();
            assertThat(slow.messages()).hasSizeLessThan(60);
            assertThat(slow.messages().get(slow.messages().size() - 1).text()).isEqualTo("last");
            assertThat(cluster.node(1).stats().messagesDropped()
                            + slow.messages().size())
                    .isEqualTo(101);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 64})
    void aPeerIsNotReadFromWhileItsHandlerIsBehind(int inbox) {
        int mailbox = 16;
        List<Integer> handled = new ArrayList<>();
        int[] received = new int[1];
        int[] mostWaiting = new int[1];
        List<String> paused = new ArrayList<>();
        RoomHandler handler = new RoomHandler() {
            @Override
            public void onMessage(Room room, Peer peer, Message message) {
                handled.add(Integer.parseInt(message.text()));
            }
        };
        RoomcastListener counter = new RoomcastListener() {
            @Override
            public void received(int bytes) {
                received[0]++;
                mostWaiting[0] = Math.max(mostWaiting[0], received[0] - 2 - handled.size());
            }

            @Override
            public void readsPaused(String peerId) {
                paused.add(peerId);
            }
        };
        try (TestCluster cluster = TestCluster.builder()
                .nodes(1)
                .limits(limits -> limits.inboxMessagesPerPeer(inbox).maxMessagesPerSecond(10_000))
                .room(
                        "chat/{topic}",
                        RoomOptions.builder().mailboxCapacity(mailbox).build(),
                        node -> handler)
                .listener(counter)
                .start()) {
            TestPeer ann = cluster.peer(1);
            ann.join("chat/jazz");
            assertThat(paused).isEmpty();
            for (int i = 0; i < 1000; i++) {
                ann.sayLater("chat/jazz", "said", "" + i);
            }
            cluster.settle();
            assertThat(handled).hasSize(1000).isSorted();
            assertThat(paused).hasSizeBetween(2, 1000).containsOnly(ann.id());
            assertThat(mostWaiting[0]).isPositive().isLessThanOrEqualTo(Math.min(inbox, mailbox) + 1);
        }
    }

    @Test
    void tooManyErrorsEndTheConnection() {
        try (TestCluster cluster =
                single().limits(limits -> limits.maxErrorsPerMinute(5)).start()) {
            TestPeer ann = cluster.peer(1);
            for (int i = 0; i < 20; i++) {
                ann.sendLater(Frame.newBuilder().setLeave(Leave.newBuilder().setRoom(99)));
            }
            cluster.settle();
            assertThat(ann.closeCode()).isEqualTo(CloseCode.TOO_MANY_ERRORS);
            assertThat(ann.errors()).hasSize(11);
        }
    }

    @Test
    void aMessageThatNoBudgetCouldHoldIsRefusedWhereItIsSent() {
        try (TestCluster cluster = single().start()) {
            TestPeer ann = cluster.peer(1);
            Peer peer = ann.onServer();
            Message huge = Message.of("huge", new byte[2 * 1024 * 1024]);
            org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                    .isThrownBy(() -> peer.send(huge))
                    .withMessageContaining("expected at most");
            org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            cluster.node(1).room("chat/jazz").broadcast(huge).send());
            assertThat(peer.send("fine", "x")).isEqualTo(SendOutcome.QUEUED);
            ann.close();
            assertThat(peer.send("late", "x")).isEqualTo(SendOutcome.CLOSED);
            assertThat(peer.isOpen()).isFalse();
        }
    }

    @Test
    void anApplicationClosesAPeerWithACodeOfItsOwn() {
        try (TestCluster cluster = single().start()) {
            TestPeer ann = cluster.peer(1);
            Peer peer = ann.onServer();
            org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                    .isThrownBy(() -> peer.close(4004, "ours"))
                    .withMessageContaining("code is 4004");
            peer.send("bye", "1");
            peer.close(4500, "kicked");
            cluster.settle();
            assertThat(ann.messages()).hasSize(1);
            assertThat(ann.closeCode()).isEqualTo(4500);
            assertThat(ann.closeReason()).isEqualTo("kicked");
        }
    }

    @Test
    void whatWaitsForAPeerReachesItBeforeItIsClosed() {
        try (TestCluster cluster = single().start()) {
            TestPeer ann = cluster.peer(1);
            Peer peer = ann.onServer();
            ann.stall();
            for (int i = 0; i < 60; i++) {
                peer.send("page", "x".repeat(10_000));
            }
            peer.close(4500, "that was all");
            cluster.settle();
            assertThat(peer.send("late", "")).isEqualTo(SendOutcome.CLOSED);
            ann.resume();
            assertThat(ann.messages()).hasSize(60).extracting(Received::event).containsOnly("page");
            assertThat(ann.closeCode()).isEqualTo(4500);
        }
    }

    @Test
    void aPeerThatDoesNotReadDoesNotKeepItsConnectionByNotReading() {
        try (TestCluster cluster = single().start()) {
            TestPeer ann = cluster.peer(1);
            Peer peer = ann.onServer();
            ann.stall();
            for (int i = 0; i < 60; i++) {
                peer.send("page", "x".repeat(10_000));
            }
            peer.close(4500, "that was all");
            cluster.advance(Duration.ofSeconds(11));
            assertThat(cluster.node(1).stats().connections()).isZero();
            assertThat(cluster.node(1).stats().outboundBytes()).isZero();
        }
    }

    /** Thousands of each kind of bad client: nothing is left of them, and a good one beside them gets everything. */
    @Test
    void thousandsOfBadClientsLeaveNothingBehind() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Consumer<TestPeer>> faults = List.of(
                peer -> peer.sendBytesLater(bytes(random, 1 + random.nextInt(200))),
                peer -> peer.sendLater(Frame.newBuilder()
                        .setMessage(io.roomcast.runtime.wire.proto.Message.newBuilder()
                                .setRoom(random.nextInt())
                                .setEvent("x"))),
                peer -> peer.sendBytesLater(new byte[] {10, 3, (byte) 0x85, 1, 2}),
                peer -> peer.sendLater(
                        Frame.newBuilder().setHello(Hello.newBuilder().setToken("again"))),
                peer -> peer.joinLater("no/such/room", ""),
                peer -> peer.joinLater("x".repeat(5000), ""),
                peer -> peer.sendBytesLater(new byte[70_000]),
                peer -> peer.joinLater("chat/bad", ""),
                peer -> peer.sendLater(Frame.newBuilder()
                        .setMessage(io.roomcast.runtime.wire.proto.Message.newBuilder()
                                .setRoom(1)
                                .setEvent("e".repeat(400))
                                .setPayload(ByteString.copyFromUtf8("x")))));
        try (TestCluster cluster = single().seed(seed)
                .limits(limits -> limits.maxMessagesPerSecond(1_000_000))
                .start()) {
            TestPeer ann = cluster.peer(1);
            TestPeer bea = cluster.peer(1);
            ann.join("chat/good");
            bea.join("chat/good");
            for (int i = 0; i < 9000; i++) {
                TestPeer bad = random.nextBoolean() ? cluster.peer(1) : cluster.connect(1);
                faults.get(i % faults.size()).accept(bad);
                bad.cutLater();
                if (i % 100 == 0) {
                    ann.sayLater("chat/good", "said", "" + i);
                }
                cluster.settle();
            }
            assertThat(bea.messages()).hasSize(90);
            assertThat(cluster.node(1).stats().connections()).isEqualTo(2);
            assertThat(cluster.node(1).stats().peers()).isEqualTo(2);
            assertThat(cluster.node(1).stats().rooms()).isEqualTo(1);
            assertThat(cluster.node(1).stats().memberships()).isEqualTo(2);
            assertThat(cluster.node(1).stats().outboundBytes()).isZero();
        }
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
