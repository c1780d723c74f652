package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Authentication;
import io.roomcast.CloseCode;
import io.roomcast.ErrorCode;
import io.roomcast.Identity;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.RequestException;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomcastListener;
import io.roomcast.runtime.wire.proto.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResumeTest {

    private static final String ROOM = "room/1";

    private final List<String> presence = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    @Test
    void aPeerThatComesBackGetsWhatItMissedOnceAndInOrder() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            broadcast(cluster, 1, 3);
            String id = ann.id();
            ann.cut();
            broadcast(cluster, 4, 9);

            ann.comeBack(1);

            assertThat(ann.isResumed()).isTrue();
            assertThat(ann.id()).isEqualTo(id);
            broadcast(cluster, 10, 12);
            assertThat(texts(ann)).containsExactlyElementsOf(numbers(1, 12));
            assertThat(told).containsExactly("disconnected", "resumed");
        }
    }

    @Test
    void presenceDoesNotFlap() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            ann.cut();
            assertThat(cluster.node(1).room(ROOM).localPeers())
                    .extracting(Peer::isOpen, Peer::isConnected)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(true, false));
            ann.comeBack(1);
            assertThat(presence).containsExactly("join");
            assertThat(cluster.node(1).stats().disconnectedPeers()).isZero();
        }
    }

    @Test
    void whatAPeerSaidIsHandledOnce() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            for (int i = 1; i <= 40; i++) {
                ann.sayLater(ROOM, "say", String.valueOf(i));
                if (i % 8 == 0) {
                    cluster.steps(3);
                    ann.cutLater();
                    ann.comeBackLater(1, "");
                }
            }
            cluster.settle();
            assertThat(heard).containsExactlyElementsOf(numbers(1, 40));
        }
    }

    @Test
    void whatIsSaidWhileASilentConnectionIsBeingClosedIsKept() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            broadcast(cluster, 1, 3);
            ann.stall();
            // 25 s until the ping, 10 s until it is overdue, then 5 s for a closing handshake that nobody answers.
            cluster.advance(Duration.ofSeconds(37));
            broadcast(cluster, 4, 6);
            cluster.advance(Duration.ofSeconds(5));
            assertThat(told).containsExactly("disconnected");

            ann.comeBack(1);

            assertThat(ann.isResumed()).isTrue();
            assertThat(texts(ann)).containsExactlyElementsOf(numbers(1, 6));
        }
    }

    @Test
    void aPeerThatDoesNotComeBackHasLeftWhenItsTimeIsOver() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            ann.cut();
            cluster.advance(Duration.ofSeconds(29));
            assertThat(presence).containsExactly("join");
            cluster.advance(Duration.ofSeconds(2));
            assertThat(presence).containsExactly("join", "leave DISCONNECTED");
            assertThat(told).containsExactly("disconnected", "given up");

            ann.comeBack(1);

            assertThat(ann.isResumed()).isFalse();
            assertThat(ann.errors()).extracting(ReceivedError::code).containsExactly(ErrorCode.RESUME_REFUSED);
            assertThat(told).last().asString().startsWith("refused");
        }
    }

    @Test
    void aClientThatDoesNotSayThatItCanResumeIsGoneWithItsConnection() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.peer(1);
            ann.join(ROOM);
            ann.cut();
            assertThat(presence).containsExactly("join", "leave DISCONNECTED");
        }
    }

    @Test
    void aPageThatClosesItsConnectionHasLeft() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            ann.close();
            assertThat(presence).containsExactly("join", "leave DISCONNECTED");
        }
    }

    @Test
    void aPeerWhoseOldConnectionSeemsAliveTakesItsSessionAlong() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            broadcast(cluster, 1, 3);

            ann.comeBack(1);

            broadcast(cluster, 4, 6);
            assertThat(ann.isResumed()).isTrue();
            assertThat(texts(ann)).containsExactlyElementsOf(numbers(1, 6));
            assertThat(cluster.node(1).stats().connections()).isOne();
        }
    }

    @Test
    void aTokenThatWasUsedIsRefusedOnceTheClientWasHeard() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            String first = ann.resumeToken();
            ann.cut();
            ann.comeBack(1);
            ann.acknowledgeLater(1);
            cluster.settle();

            TestPeer thief = cluster.connect(1);
            thief.forgeToken(first);
            thief.helloResumable("");

            assertThat(thief.isResumed()).isFalse();
            assertThat(thief.errors()).extracting(ReceivedError::code).containsExactly(ErrorCode.RESUME_REFUSED);
            assertThat(thief.id()).isNotEqualTo(ann.id());
            broadcast(cluster, 1, 2);
            assertThat(texts(ann)).containsExactly("1", "2");
        }
    }

    @Test
    void aTokenStaysGoodUntilTheClientWasHeardSinceTheWelcomeMayHaveBeenLost() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            String token = ann.resumeToken();
            for (int i = 0; i < 4; i++) {
                ann.cut();
                ann.forgeToken(token);
                ann.comeBack(1);
                assertThat(ann.isResumed()).isTrue();
            }
            broadcast(cluster, 1, 2);
            assertThat(texts(ann)).containsExactly("1", "2");
        }
    }

    @Test
    void theTokenOfAnotherUserGivesANewSession() {
        TestCluster.Builder users = cluster()
                .authenticator(request -> CompletableFuture.completedFuture(
                        Authentication.accept(Identity.user(request.token().isEmpty() ? "ann" : request.token()))));
        try (TestCluster cluster = users.start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            TestPeer bob = cluster.connect(1);
            bob.forgeToken(ann.resumeToken());
            bob.helloResumable("bob");
            assertThat(bob.isResumed()).isFalse();
            broadcast(cluster, 1, 2);
            assertThat(texts(ann)).containsExactly("1", "2");
        }
    }

    @ParameterizedTest
    @MethodSource("badTokens")
    void aTokenThatIsNoneGivesANewSession(String token) {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.connect(1);
            ann.forgeToken(token);
            ann.helloResumable("");
            assertThat(ann.isResumed()).isFalse();
            assertThat(ann.id()).isNotEmpty();
            assertThat(ann.errors()).extracting(ReceivedError::code).containsExactly(ErrorCode.RESUME_REFUSED);
        }
    }

    static List<String> badTokens() {
        return List.of("x", "..", "a.b.c", ".a.b", "a..b", "a.b.", "\u0000", "a.b.c.d");
    }

    @Test
    void howMuchOfAPeerWasHeardIsToldWithWhatItIsSentNext() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            for (int i = 1; i <= 12; i++) {
                ann.say(ROOM, "say", String.valueOf(i));
            }
            assertThat(ann.frames()).noneMatch(Frame::hasAck);
            int before = ann.webSocketMessages();
            broadcast(cluster, 1, 1);
            assertThat(ann.webSocketMessages()).isEqualTo(before + 1);
            assertThat(ann.frames())
                    .filteredOn(Frame::hasAck)
                    .extracting(frame -> frame.getAck().getReceived())
                    .as("the join and twelve messages")
                    .containsExactly(13L);
            cluster.advance(Duration.ofSeconds(2));
            assertThat(ann.frames()).filteredOn(Frame::hasAck).hasSize(1);
        }
    }

    @Test
    void anAcknowledgementOfWhatWasNeverSentIsAnErrorAndChangesNothing() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            broadcast(cluster, 1, 3);
            ann.acknowledgeLater(5000);
            ann.acknowledgeLater(-1);
            cluster.settle();
            assertThat(ann.errors())
                    .extracting(ReceivedError::code)
                    .containsExactly(ErrorCode.BAD_ACK, ErrorCode.BAD_ACK);
            ann.cut();
            broadcast(cluster, 4, 6);
            ann.comeBack(1);
            assertThat(texts(ann)).containsExactlyElementsOf(numbers(1, 6));
        }
    }

    @Test
    void aPeerThatIsAwayForMoreThanItsBudgetIsGivenUpAndToldSo() {
        try (TestCluster cluster = cluster()
                .limits(limits -> limits.maxMessageBytes(1024).outboundBytesPerPeer(4096))
                .start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            ann.cut();
            for (int i = 0; i < 10; i++) {
                cluster.node(1).room(ROOM).broadcast("say", "x".repeat(1000)).send();
            }
            cluster.settle();
            assertThat(presence).containsExactly("join", "leave DISCONNECTED");
            assertThat(told).containsExactly("disconnected", "given up");
            ann.comeBack(1);
            assertThat(ann.isResumed()).isFalse();
        }
    }

    @Test
    void aPeerThatIsAwayForJustItsBudgetGetsAllOfItAndItsWelcome() {
        try (TestCluster cluster = cluster()
                .limits(limits -> limits.maxMessageBytes(1024).outboundBytesPerPeer(4096))
                .start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            ann.cut();
            for (int i = 0; i < 4; i++) {
                cluster.node(1).room(ROOM).broadcast("say", "x".repeat(1004)).send();
            }
            cluster.settle();
            assertThat(cluster.node(1).stats().outboundBytes()).isBetween(4030L, 4096L);
            ann.comeBack(1);
            assertThat(ann.closeCode()).isZero();
            assertThat(ann.isResumed()).isTrue();
            assertThat(ann.messages()).hasSize(4);
        }
    }

    @Test
    void whatIsKeptUnacknowledgedGivesWayToWhatIsNew() {
        try (TestCluster cluster = cluster()
                .limits(limits -> limits.maxMessageBytes(1024).outboundBytesPerPeer(4096))
                .start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            for (int i = 0; i < 10; i++) {
                cluster.node(1).room(ROOM).broadcast("say", "x".repeat(1000)).send();
                cluster.settle();
            }
            assertThat(ann.messages()).hasSize(10);
            assertThat(cluster.node(1).stats().unacknowledgedBytes()).isBetween(1L, 4096L);
            ann.cut();
            ann.comeBack(1);
            assertThat(ann.isResumed()).isTrue();
            assertThat(ann.messages()).hasSize(10);
        }
    }

    @Test
    void moreSessionsWithoutAConnectionThanMayBeAreNotKept() {
        try (TestCluster cluster =
                cluster().limits(limits -> limits.maxDisconnectedPeers(3)).start()) {
            for (int i = 0; i < 8; i++) {
                cluster.resumablePeer(1).cut();
            }
            assertThat(cluster.node(1).stats().disconnectedPeers()).isEqualTo(3);
            assertThat(cluster.node(1).stats().peers()).isEqualTo(3);
        }
    }

    @Test
    void requestsInBothDirectionsSurviveALossOfTheConnection() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            Peer peer = cluster.node(1).room(ROOM).localPeers().iterator().next();
            CompletionStage<Message> asked = peer.request(Message.of("ready", "?"), Duration.ofSeconds(20));
            cluster.settle();
            int question = ann.askLater(ROOM, "later", "42", 20_000);
            cluster.settle();
            ann.cut();
            answerLater.complete(Message.of("x", "answer"));
            cluster.settle();
            ann.comeBack(1);
            assertThat(ann.replies()).extracting(ReceivedReply::id).containsExactly(question);
            ann.answer(ann.lastRequest().id(), "yes");
            assertThat(asked.toCompletableFuture())
                    .isCompletedWithValueMatching(answer -> answer.text().equals("yes"));
        }
    }

    @Test
    void aRequestToAPeerThatDoesNotComeBackTimesOutOnWhateverLoopItIs() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            Peer peer = cluster.node(1).room(ROOM).localPeers().iterator().next();
            CompletionStage<Message> asked = peer.request(Message.of("ready", "?"), Duration.ofSeconds(5));
            cluster.settle();
            for (int i = 0; i < 3; i++) {
                ann.cut();
                ann.comeBack(1);
            }
            cluster.advance(Duration.ofSeconds(6));
            assertThat(asked.toCompletableFuture())
                    .isCompletedExceptionally()
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            RequestException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(RequestException.Reason.TIMED_OUT));
            assertThat(cluster.node(1).stats().openRequests()).isZero();
        }
    }

    /** Both sides cut at random, under traffic, while other peers come and go; everything once and in order. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whateverIsCutWhenEachMessageArrivesOnceAndInOrder(long seed) {
        Random random = new Random(seed);
        try (TestCluster cluster = cluster().nodes(1).seed(seed).start()) {
            List<TestPeer> peers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                TestPeer peer = cluster.resumablePeer(1);
                peer.join(ROOM);
                peers.add(peer);
            }
            int sent = 0;
            int said = 0;
            for (int step = 0; step < 150; step++) {
                switch (random.nextInt(6)) {
                    case 0, 1 -> {
                        sent++;
                        cluster.node(1)
                                .room(ROOM)
                                .broadcast("say", String.valueOf(sent))
                                .send();
                    }
                    case 2 -> {
                        said++;
                        peers.get(0).sayLater(ROOM, "say", String.valueOf(said));
                    }
                    case 3 -> peers.get(random.nextInt(4)).cutLater();
                    case 4 -> peers.get(random.nextInt(4)).comeBackLater(1, "");
                    default -> cluster.steps(random.nextInt(20));
                }
            }
            cluster.settle();
            for (TestPeer peer : peers) {
                peer.comeBack(1);
                assertThat(peer.isResumed()).as("seed %d, %s", seed, peer).isTrue();
                assertThat(texts(peer)).as("seed %d", seed).containsExactlyElementsOf(numbers(1, sent));
            }
            assertThat(heard).as("seed %d", seed).containsExactlyElementsOf(numbers(1, said));
            assertThat(presence).as("seed %d", seed).containsExactly("join", "join", "join", "join");
        }
    }

    static List<Long> seeds() {
        Random random = new Random();
        List<Long> seeds = random.longs(Integer.getInteger("roomcast.resume.runs", 100))
                .boxed()
                .toList();
        System.out.println("seeds from " + seeds.get(0));
        return seeds;
    }

    private final CompletableFuture<Message> answerLater = new CompletableFuture<>();

    private TestCluster.Builder cluster() {
        return TestCluster.builder()
                .nodes(1)
                .room("room/{id}", new RoomHandler() {
                    @Override
                    public void onJoin(Room room, Peer peer) {
                        presence.add("join");
                    }

                    @Override
                    public void onLeave(Room room, Peer peer, LeaveReason reason) {
                        presence.add("leave " + reason);
                    }

                    @Override
                    public void onMessage(Room room, Peer peer, Message message) {
                        heard.add(message.text());
                    }

                    @Override
                    public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
                        return answerLater;
                    }
                })
                .listener(new RoomcastListener() {
                    @Override
                    public void peerDisconnected(String peerId) {
                        told.add("disconnected");
                    }

                    @Override
                    public void peerResumed(String peerId, long framesSentAgain) {
                        told.add("resumed");
                    }

                    @Override
                    public void peerGivenUp(String peerId, String reason) {
                        told.add("given up");
                    }

                    @Override
                    public void resumeRefused(String reason) {
                        told.add("refused: " + reason);
                    }
                });
    }

    private static void broadcast(TestCluster cluster, int first, int last) {
        for (int i = first; i <= last; i++) {
            cluster.node(1).room(ROOM).broadcast("say", String.valueOf(i)).send();
        }
        cluster.settle();
    }

    private static List<String> texts(TestPeer peer) {
        return peer.messages().stream().map(Received::text).toList();
    }

    private static List<String> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList();
    }

    @Test
    void theClientThatIsReplacedIsToldThatItsSessionGoesOnElsewhere() {
        try (TestCluster cluster = cluster().start()) {
            TestPeer ann = cluster.resumablePeer(1);
            TestPeer twin = cluster.connect(1);
            twin.forgeToken(ann.resumeToken());
            twin.helloResumable("");
            assertThat(twin.isResumed()).isTrue();
            assertThat(ann.closeCode()).isEqualTo(CloseCode.RESUMED_ELSEWHERE);
        }
    }
}
