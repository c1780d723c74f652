package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.ErrorCode;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Refusal;
import io.roomcast.RequestException;
import io.roomcast.RequestException.Reason;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.RoomcastListener;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One peer asks a room, or is asked. */
class RequestsTest {

    private static final String ROOM = "chat/jazz";
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Answers at once, later, wrongly or never, as the event says. */
    private static final class Clerk implements RoomHandler {
        final List<CompletableFuture<Message>> open = new ArrayList<>();

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            switch (request.event()) {
                case "echo" -> {
                    return CompletableFuture.completedFuture(request);
                }
                case "minimal" -> {
                    return CompletableFuture.completedStage(request);
                }
                case "announce" -> {
                    room.broadcast("told", request.text()).send();
                    peer.send(Message.of("whispered", request.text()));
                    return CompletableFuture.completedFuture(request);
                }
                case "throw" -> throw new IllegalStateException("as the test wants");
                case "fail" -> {
                    return CompletableFuture.failedFuture(new IllegalStateException("as the test wants"));
                }
                case "refuse" -> throw RequestException.refused(1234, "not today");
                case "null" -> {
                    return CompletableFuture.completedFuture(null);
                }
                case "huge" -> {
                    return CompletableFuture.completedFuture(Message.of("huge", new byte[2 << 20]));
                }
                default -> {
                    CompletableFuture<Message> later = new CompletableFuture<>();
                    open.add(later);
                    return later;
                }
            }
        }
    }

    /** Counts what a node reports. */
    private static final class Counts implements RoomcastListener {
        final List<Integer> refused = new ArrayList<>();
        final List<Reason> failed = new ArrayList<>();
        final List<String> handlers = new ArrayList<>();
        int late;

        @Override
        public void requestRefused(int code) {
            refused.add(code);
        }

        @Override
        public void requestFailed(Reason reason) {
            failed.add(reason);
        }

        @Override
        public void lateReply() {
            late++;
        }

        @Override
        public void handlerFailed(String where, Throwable failure) {
            handlers.add(where);
        }
    }

    private final Clerk clerk = new Clerk();
    private final Counts counts = new Counts();

    private TestCluster cluster() {
        TestCluster cluster = TestCluster.builder()
                .room("chat/{topic}", clerk)
                .room("deaf/{topic}", new RoomHandler() {})
                .room("brisk/{topic}", RoomOptions.builder().nonBlocking().build(), node -> clerk)
                .limits(limits -> limits.maxOpenRequestsPerPeer(4).maxErrorsPerMinute(1000))
                .listener(counts)
                .start();
        System.out.println("seed " + cluster.seed());
        return cluster;
    }

    private static TestPeer member(TestCluster cluster, int node) {
        TestPeer peer = cluster.peer(node);
        peer.join(ROOM);
        return peer;
    }

    private static Peer serverSide(TestCluster cluster, TestPeer peer) {
        return peer.onServer();
    }

    private static void assertFailed(CompletionStage<Message> answer, Reason reason) {
        assertThat(answer.toCompletableFuture()).isCompletedExceptionally();
        assertThatThrownBy(() -> answer.toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        RequestException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    // ---- a client asks

    @Test
    void theHandlersAnswerReachesThePeerThatAsked() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            TestPeer bea = member(cluster, 1);
            int request = ann.ask(ROOM, "echo", "hello");
            assertThat(ann.replies()).singleElement().satisfies(reply -> {
                assertThat(reply.id()).isEqualTo(request);
                assertThat(reply.code()).isZero();
                assertThat(reply.text()).isEqualTo("hello");
            });
            assertThat(bea.replies()).isEmpty();
            assertThat(cluster.node(1).stats().openRequests()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat/jazz", "brisk/jazz"})
    void anAnswerComesBehindWhatItsHandlerSaidBefore(String room) {
        for (int run = 0; run < 50; run++) {
            try (TestCluster cluster = cluster()) {
                List<TestPeer> peers = List.of(cluster.peer(1), cluster.peer(1), cluster.peer(1));
                peers.forEach(peer -> peer.join(room));
                for (int i = 0; i < 3; i++) {
                    String text = String.valueOf(i);
                    peers.forEach(peer -> peer.askLater(room, "announce", peer.name() + text, 0));
                }
                cluster.settle();
                for (TestPeer peer : peers) {
                    for (int i = 0; i < 3; i++) {
                        String text = peer.name() + i;
                        assertThat(kindsAbout(peer, text)).containsExactly("told", "whispered", "reply");
                    }
                }
            }
        }
    }

    /** What a peer had with this text, in order: the event of a message, or that it was a reply. */
    private static List<String> kindsAbout(TestPeer peer, String text) {
        return peer.seen().stream()
                .filter(seen -> seen.text().contains('"' + text + '"'))
                .map(seen ->
                        seen.kind() == Seen.Kind.REPLY ? "reply" : seen.text().split("\\W")[0])
                .toList();
    }

    @Test
    void aMinimalStageIsAnAnswerLikeAnyOther() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            ann.ask(ROOM, "minimal", "hello");
            assertThat(ann.replies()).extracting(ReceivedReply::text).containsExactly("hello");
            assertThat(counts.handlers).isEmpty();
        }
    }

    @Test
    void anAnswerMayComeLaterAndInAnotherOrder() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            int first = ann.ask(ROOM, "later", "");
            int second = ann.ask(ROOM, "later", "");
            assertThat(ann.replies()).isEmpty();
            assertThat(cluster.node(1).stats().openRequests()).isEqualTo(2);
            clerk.open.get(1).complete(Message.of("any", "two"));
            clerk.open.get(0).complete(Message.of("any", "one"));
            cluster.settle();
            assertThat(ann.replies()).extracting(ReceivedReply::id).containsExactlyInAnyOrder(first, second);
            assertThat(ann.replies())
                    .allSatisfy(reply -> assertThat(reply.text()).isEqualTo(reply.id() == first ? "one" : "two"));
        }
    }

    @Test
    void aHandlerThatFailsIsReportedAndItsPeerIsToldWithoutDetails() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            for (String how : List.of("throw", "fail", "null", "huge")) {
                ann.ask(ROOM, how, "");
            }
            assertThat(ann.replies()).hasSize(4).allSatisfy(reply -> {
                assertThat(reply.code()).isEqualTo(ErrorCode.HANDLER_FAILED);
                assertThat(reply.reason()).doesNotContain("test");
            });
            assertThat(counts.handlers).hasSize(4).containsOnly("onRequest of room " + ROOM);
            assertThat(ann.closeCode()).isZero();
        }
    }

    @Test
    void aHandlerRefusesWithACodeOfItsOwnAndOneThatAnswersNothingSaysSo() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            ann.join("deaf/jazz");
            ann.ask(ROOM, "refuse", "");
            ann.ask("deaf/jazz", "echo", "");
            assertThat(ann.replies())
                    .extracting(ReceivedReply::code)
                    .containsExactly(1234, ErrorCode.REQUEST_NOT_HANDLED);
            assertThat(ann.replies().get(0).reason()).isEqualTo("not today");
            assertThat(counts.handlers).isEmpty();
            assertThat(ann.errors()).isEmpty();
        }
    }

    @Test
    void aRequestThatIsNotAnsweredInTimeIsRefusedOnceAndTheHandlersFutureIsCancelled() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            ann.askLater(ROOM, "later", "", 1000);
            cluster.advance(Duration.ofMillis(900));
            assertThat(ann.replies()).isEmpty();
            cluster.advance(Duration.ofMillis(300));
            assertThat(ann.replies()).extracting(ReceivedReply::code).containsExactly(ErrorCode.REQUEST_TIMED_OUT);
            assertThat(clerk.open.get(0)).isCancelled();
            clerk.open.get(0).complete(Message.of("late"));
            cluster.settle();
            assertThat(ann.replies()).hasSize(1);
            assertThat(counts.handlers).isEmpty();
            assertThat(cluster.node(1).stats().openRequests()).isZero();
        }
    }

    @Test
    void withoutATimeoutOfItsOwnARequestHasHalfAMinute() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            ann.ask(ROOM, "later", "");
            for (int second = 0; second < 29; second++) {
                cluster.advance(SECOND);
                ann.sendLater(Frame.newBuilder().setPing(io.roomcast.runtime.wire.proto.Ping.newBuilder()));
            }
            assertThat(ann.replies()).isEmpty();
            cluster.advance(Duration.ofSeconds(2));
            assertThat(ann.replies()).extracting(ReceivedReply::code).containsExactly(ErrorCode.REQUEST_TIMED_OUT);
        }
    }

    @Test
    void aCancelledRequestIsNotAnsweredAndTheHandlersFutureIsCancelled() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            int request = ann.ask(ROOM, "later", "");
            ann.cancelLater(request);
            ann.cancelLater(request);
            ann.cancelLater(999);
            cluster.settle();
            assertThat(clerk.open.get(0)).isCancelled();
            cluster.advance(Duration.ofSeconds(31));
            assertThat(ann.replies()).isEmpty();
            assertThat(ann.errors()).isEmpty();
            assertThat(cluster.node(1).stats().openRequests()).isZero();
        }
    }

    @Test
    void aRequestThatIsCancelledBeforeItsTurnDoesNotReachTheHandler() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            int reached = 0;
            for (int i = 0; i < 50; i++) {
                int before = clerk.open.size();
                ann.cancelLater(ann.askLater(ROOM, "later", "", 0));
                cluster.settle();
                if (clerk.open.size() > before) {
                    reached++;
                    assertThat(clerk.open.get(before)).isCancelled();
                }
            }
            assertThat(reached).isLessThan(50);
            assertThat(cluster.node(1).stats().openRequests()).isZero();
        }
    }

    @Test
    void aPeerThatGoesLeavesNoRequestBehindAndTheHandlerHearsOfIt() {
        try (TestCluster cluster = cluster()) {
            for (int round = 0; round < 300; round++) {
                TestPeer ann = member(cluster, 1);
                ann.ask(ROOM, "later", "");
                ann.ask(ROOM, "later", "");
                if (round % 2 == 0) {
                    ann.cut();
                } else {
                    ann.close();
                }
            }
            assertThat(clerk.open)
                    .hasSize(600)
                    .allSatisfy(answer -> assertThat(answer).isCancelled());
            assertThat(cluster.node(1).stats().openRequests()).isZero();
            assertThat(counts.refused).hasSize(600).containsOnly(ErrorCode.PEER_GONE);
        }
    }

    @Test
    void moreOpenRequestsThanAllowedAreRefusedAndTheOthersGoOn() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            for (int i = 0; i < 50; i++) {
                ann.askLater(ROOM, "later", "", 0);
            }
            cluster.settle();
            assertThat(ann.replies())
                    .hasSize(46)
                    .allSatisfy(reply -> assertThat(reply.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
            assertThat(clerk.open).hasSize(4);
            assertThat(cluster.node(1).stats().openRequests()).isEqualTo(4);
            clerk.open.forEach(answer -> answer.complete(Message.of("any")));
            cluster.settle();
            assertThat(ann.replies()).hasSize(50);
            ann.ask(ROOM, "echo", "again");
            assertThat(ann.replies().get(50).text()).isEqualTo("again");
        }
    }

    @Test
    void badRequestsAreRefusedOneByOneAndReachNoHandler() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            ask(ann, Request.newBuilder().setRoom(1).setEvent("later").setId(0));
            ask(ann, Request.newBuilder().setRoom(99).setEvent("later").setId(1));
            ask(ann, Request.newBuilder().setRoom(0).setEvent("later").setId(2));
            ask(ann, Request.newBuilder().setRoom(1).setEvent("").setId(3));
            ask(ann, Request.newBuilder().setRoom(1).setEvent("later").setId(4).setTimeoutMs(-1));
            cluster.settle();
            assertThat(ann.replies())
                    .extracting(ReceivedReply::id, ReceivedReply::code)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple(0, ErrorCode.BAD_REQUEST),
                            org.assertj.core.groups.Tuple.tuple(1, ErrorCode.NOT_IN_ROOM),
                            org.assertj.core.groups.Tuple.tuple(2, ErrorCode.NOT_IN_ROOM),
                            org.assertj.core.groups.Tuple.tuple(3, ErrorCode.BAD_EVENT_NAME),
                            org.assertj.core.groups.Tuple.tuple(4, ErrorCode.BAD_REQUEST));
            assertThat(clerk.open).isEmpty();
            ask(ann, Request.newBuilder().setRoom(1).setEvent("later").setId(5));
            ask(ann, Request.newBuilder().setRoom(1).setEvent("later").setId(5));
            cluster.settle();
            assertThat(ann.errors()).extracting(ReceivedError::code).containsExactly(ErrorCode.BAD_REQUEST);
            assertThat(clerk.open).hasSize(1);
            assertThat(cluster.node(1).stats().openRequests()).isEqualTo(1);
        }
    }

    private static void ask(TestPeer peer, Request.Builder request) {
        peer.sendLater(Frame.newBuilder().setRequest(request));
    }

    // ---- the application asks

    @Test
    void aPeerIsAskedOutsideRoomsAndItsAnswerHasTheEventOfTheRequest() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            CompletionStage<Message> answer = serverSide(cluster, ann).request(Message.of("ready", "?"), SECOND);
            cluster.settle();
            assertThat(ann.lastRequest().room()).isEmpty();
            assertThat(ann.lastRequest().event()).isEqualTo("ready");
            assertThat(ann.lastRequest().text()).isEqualTo("?");
            ann.answer(ann.lastRequest().id(), "yes");
            assertThat(answer.toCompletableFuture()).isCompletedWithValue(Message.of("ready", "yes"));
            cluster.advance(Duration.ofSeconds(2));
            assertThat(ann.cancelled()).isEmpty();
            assertThat(cluster.node(1).stats().openRequests()).isZero();
        }
    }

    @Test
    void aPeerOfARoomIsAskedOnWhateverNodeItIs() {
        try (TestCluster cluster = cluster()) {
            for (int node = 1; node <= 2; node++) {
                TestPeer ann = member(cluster, node);
                CompletionStage<Message> answer =
                        cluster.node(1).room(ROOM).request(ann.id(), Message.of("ready"), SECOND);
                cluster.settle();
                assertThat(ann.lastRequest().room()).isEqualTo(ROOM);
                ann.answer(ann.lastRequest().id(), "yes");
                assertThat(answer.toCompletableFuture()).isCompletedWithValue(Message.of("ready", "yes"));

                answer = cluster.node(1).room(ROOM).request(ann.id(), Message.of("ready"), SECOND);
                cluster.settle();
                ann.refuse(ann.lastRequest().id(), 1001, "no");
                assertFailed(answer, Reason.REFUSED);

                answer = cluster.node(1).room(ROOM).request(ann.id(), Message.of("ready"), SECOND);
                cluster.advance(Duration.ofMillis(1500));
                assertFailed(answer, Reason.TIMED_OUT);

                answer = cluster.node(1).room("chat/rock").request(ann.id(), Message.of("ready"), SECOND);
                cluster.settle();
                assertFailed(answer, Reason.PEER_GONE);
            }
            CompletionStage<Message> nobody =
                    cluster.node(1).room(ROOM).request("nobody-was-there-1", Message.of("ready"), SECOND);
            cluster.settle();
            assertFailed(nobody, Reason.PEER_GONE);
            assertThat(cluster.node(1).stats().openRequests()).isZero();
            assertThat(cluster.node(2).stats().openRequests()).isZero();
        }
    }

    @Test
    void aRefusalSaysWhatThePeerSaid() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            CompletionStage<Message> answer = serverSide(cluster, ann).request(Message.of("ready"), SECOND);
            cluster.settle();
            ann.refuse(ann.lastRequest().id(), 1001, "busy");
            assertThatThrownBy(() -> answer.toCompletableFuture().join())
                    .cause()
                    .isInstanceOfSatisfying(
                            RequestException.class,
                            failure -> assertThat(failure.refusal()).contains(new Refusal(1001, "busy")));
        }
    }

    @Test
    void aLateReplyIsCountedASecondOneAndOneToNothingAreErrors() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            CompletionStage<Message> answer = serverSide(cluster, ann).request(Message.of("ready"), SECOND);
            cluster.advance(Duration.ofMillis(1200));
            assertFailed(answer, Reason.TIMED_OUT);
            int request = ann.lastRequest().id();
            assertThat(ann.cancelled()).containsExactly(request);
            ann.answer(request, "late");
            assertThat(counts.late).isEqualTo(1);
            assertThat(ann.errors()).isEmpty();
            ann.answer(request, "and again");
            ann.answer(0, "zero");
            ann.answer(12345, "nobody asked");
            assertThat(ann.errors())
                    .hasSize(3)
                    .allSatisfy(error -> assertThat(error.code()).isEqualTo(ErrorCode.UNKNOWN_REQUEST));
            assertThat(counts.late).isEqualTo(1);

            CompletionStage<Message> second = serverSide(cluster, ann).request(Message.of("ready"), SECOND);
            cluster.settle();
            ann.answerLater(ann.lastRequest().id(), "first");
            ann.answerLater(ann.lastRequest().id(), "second");
            cluster.settle();
            assertThat(second.toCompletableFuture().join().text()).isEqualTo("first");
            assertThat(ann.errors()).hasSize(4);
            assertThat(ann.closeCode()).isZero();
        }
    }

    @Test
    void anotherPeerCannotAnswerForTheOneThatWasAsked() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            TestPeer eve = cluster.peer(1);
            CompletionStage<Message> answer = serverSide(cluster, ann).request(Message.of("ready"), SECOND);
            cluster.settle();
            eve.answer(ann.lastRequest().id(), "forged");
            assertThat(eve.errors()).extracting(ReceivedError::code).containsExactly(ErrorCode.UNKNOWN_REQUEST);
            assertThat(answer.toCompletableFuture()).isNotDone();
            ann.answer(ann.lastRequest().id(), "true");
            assertThat(answer.toCompletableFuture().join().text()).isEqualTo("true");
        }
    }

    @Test
    void aCancelledRequestIsWithdrawnFromThePeer() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            CompletionStage<Message> answer = serverSide(cluster, ann).request(Message.of("ready"), SECOND);
            cluster.settle();
            answer.toCompletableFuture().cancel(false);
            cluster.settle();
            assertThat(ann.cancelled()).containsExactly(ann.lastRequest().id());
            assertThat(cluster.node(1).stats().openRequests()).isZero();
        }
    }

    @Test
    void whoeverGoesOrLeavesTheRoomAnswersNoMore() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            TestPeer bea = member(cluster, 1);
            CompletionStage<Message> ofAnn = serverSide(cluster, ann).request(Message.of("ready"), SECOND);
            CompletionStage<Message> ofBea = cluster.node(1).room(ROOM).request(bea.id(), Message.of("ready"), SECOND);
            cluster.settle();
            ann.cut();
            bea.leave(ROOM);
            assertFailed(ofAnn, Reason.PEER_GONE);
            assertFailed(ofBea, Reason.PEER_GONE);
            assertThat(bea.cancelled()).hasSize(1);
            assertThat(cluster.node(1).stats().openRequests()).isZero();
        }
    }

    @Test
    void moreRequestsToAPeerThanAllowedFailAndThePeerDoesNotHearOfThem() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            Peer peer = serverSide(cluster, ann);
            List<CompletionStage<Message>> answers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                answers.add(peer.request(Message.of("ready"), SECOND));
            }
            cluster.settle();
            assertThat(ann.requests()).hasSize(4);
            answers.subList(4, 10).forEach(answer -> assertFailed(answer, Reason.TOO_MANY));
            ann.requests().forEach(request -> ann.answer(request.id(), "yes"));
            answers.subList(0, 4)
                    .forEach(answer ->
                            assertThat(answer.toCompletableFuture()).isCompletedWithValue(Message.of("ready", "yes")));
            assertThat(counts.failed).hasSize(6).containsOnly(Reason.TOO_MANY);
        }
    }

    @Test
    void thousandsOfAbandonedRequestsLeaveNothing() {
        Random random = new Random(7);
        try (TestCluster cluster = cluster()) {
            TestPeer ann = member(cluster, 1);
            Peer peer = serverSide(cluster, ann);
            List<CompletionStage<Message>> answers = new ArrayList<>();
            for (int round = 0; round < 1000; round++) {
                for (int i = 0; i < 4; i++) {
                    CompletionStage<Message> answer = peer.request(Message.of("ready"), Duration.ofMillis(200));
                    answers.add(answer);
                    if (random.nextBoolean()) {
                        answer.toCompletableFuture().cancel(false);
                    }
                }
                cluster.advance(Duration.ofMillis(400));
            }
            assertThat(answers)
                    .hasSize(4000)
                    .allSatisfy(
                            answer -> assertThat(answer.toCompletableFuture()).isCompletedExceptionally());
            assertThat(cluster.node(1).stats().openRequests()).isZero();
            assertThat(cluster.node(1).stats().outboundBytes()).isZero();
            assertThat(ann.cancelled().size()).isEqualTo(ann.requests().size());
            CompletionStage<Message> answer = peer.request(Message.of("ready"), SECOND);
            cluster.settle();
            ann.answer(ann.lastRequest().id(), "still here");
            assertThat(answer.toCompletableFuture().join().text()).isEqualTo("still here");
        }
    }

    @Test
    void aTimeoutOutOfRangeIsRefusedByItsName() {
        try (TestCluster cluster = cluster()) {
            TestPeer ann = cluster.peer(1);
            Peer peer = serverSide(cluster, ann);
            for (Duration wrong : List.of(Duration.ZERO, Duration.ofMinutes(11), Duration.ofSeconds(-1))) {
                assertThatThrownBy(() -> peer.request(Message.of("ready"), wrong))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("timeout is " + wrong);
            }
        }
    }
}
