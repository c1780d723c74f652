package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.BroadcastObserver;
import io.roomcast.ErrorCode;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
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

class ResumeBetweenNodesTest {

    private static final String ROOM = "room/1";
    private static final String OTHER = "room/2";

    private final List<String> presence = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();

    @Test
    void aSessionGoesToTheNodeWhereItsPeerComesBack() {
        try (TestCluster cluster = cluster(RoomOptions.defaults()).start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            ann.join(OTHER);
            String id = ann.id();
            broadcast(cluster, 1, 1, 3);
            broadcast(cluster, 2, 1, 3);
            ann.cut();
            broadcast(cluster, 1, 4, 6);
            broadcast(cluster, 2, 4, 6);

            ann.comeBack(2);

            assertThat(ann.isResumed()).isTrue();
            assertThat(ann.id()).isEqualTo(id);
            broadcast(cluster, 1, 7, 9);
            broadcast(cluster, 2, 7, 9);
            assertThat(from(ann, 1)).containsExactlyElementsOf(numbers(1, 9));
            assertThat(from(ann, 2)).containsExactlyElementsOf(numbers(1, 9));
            assertThat(ann.errors()).isEmpty();
            assertThat(presence).containsExactlyInAnyOrder("1 join", "1 join", "1 out", "2 in", "1 out", "2 in");
            assertThat(cluster.node(1).stats().peers()).isZero();
            assertThat(cluster.node(2).stats().peers()).isOne();
            assertThat(cluster.node(2).stats().disconnectedPeers()).isZero();
            assertThat(cluster.node(1).stats().memberships()).isZero();
        }
    }

    @Test
    void whatThePeerSaidAndWhatItWasToldDirectlyGoAlong() {
        try (TestCluster cluster = cluster(RoomOptions.defaults()).start()) {
            TestPeer ann = cluster.resumablePeer(1);
            TestPeer bob = cluster.resumablePeer(2);
            ann.join(ROOM);
            bob.join(ROOM);
            ann.cut();
            cluster.node(1).roomcast().peer(ann.id()).orElseThrow().send("hint", "one");
            bob.sayToLater(ROOM, ann.id(), "to", "two");
            cluster.settle();
            ann.comeBackLater(2, "");
            ann.sayLater(ROOM, "say", "ann 1");
            cluster.settle();
            bob.sayToLater(ROOM, ann.id(), "to", "three");
            cluster.settle();
            ann.sayLater(ROOM, "say", "ann 2");
            cluster.settle();
            cluster.node(1).room(ROOM).broadcast("to", "four").toPeers(ann.id()).send();
            cluster.settle();
            assertThat(ann.messages()).extracting(Received::text).containsExactly("one", "two", "three", "four");
            assertThat(heard).containsSubsequence("ann 1", "ann 2");
        }
    }

    @Test
    void aRequestToAPeerThatHasMovedFindsIt() {
        try (TestCluster cluster = cluster(RoomOptions.defaults()).nodes(3).start()) {
            TestPeer ann = cluster.resumablePeer(1);
            TestPeer cat = cluster.resumablePeer(3);
            ann.join(ROOM);
            cat.join(ROOM);
            ann.cut();
            ann.comeBack(2);
            CompletionStage<Message> asked =
                    cluster.node(3).room(ROOM).request(ann.id(), Message.of("ready", "?"), Duration.ofSeconds(5));
            cluster.settle();
            ann.answer(ann.lastRequest().id(), "yes");
            assertThat(asked.toCompletableFuture())
                    .isCompletedWithValueMatching(answer -> answer.text().equals("yes"));
        }
    }

    @Test
    void aRequestThatIsOpenWhenItsPeerMovesIsAnsweredWithSo() {
        try (TestCluster cluster = cluster(RoomOptions.defaults()).start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            int question = ann.ask(ROOM, "later", "?");
            Peer peer = cluster.node(1).roomcast().peer(ann.id()).orElseThrow();
            CompletionStage<Message> asked = peer.request(Message.of("ready", "?"), Duration.ofSeconds(5));
            cluster.settle();
            ann.cut();
            ann.comeBack(2);
            assertThat(ann.replies())
                    .extracting(ReceivedReply::id, ReceivedReply::code)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(question, ErrorCode.PEER_MOVED));
            assertThat(ann.cancelled()).containsExactly(ann.lastRequest().id());
            assertThat(asked.toCompletableFuture()).isCompletedExceptionally();
            assertThat(cluster.node(1).stats().openRequests()).isZero();
            assertThat(peer.isOpen()).isFalse();
        }
    }

    @Test
    void aSessionWhoseNodeIsNotThereGivesANewOne() {
        try (TestCluster cluster = cluster(RoomOptions.defaults()).start()) {
            TestPeer ann = cluster.connect(2);
            ann.forgeToken("AAAAAAAAAAAA.BBBBBBBBBBBBBBBB.CCCCCCCCCCCCCCCCCCCCCC");
            ann.helloResumable("");
            assertThat(ann.isResumed()).isFalse();
            assertThat(ann.errors()).extracting(ReceivedError::code).containsExactly(ErrorCode.RESUME_REFUSED);
        }
    }

    @Test
    void aWrongSecretDoesNotMoveASession() {
        try (TestCluster cluster = cluster(RoomOptions.defaults()).start()) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            TestPeer eve = cluster.connect(2);
            String token = ann.resumeToken();
            eve.forgeToken(token.substring(0, token.length() - 1) + (token.endsWith("A") ? "B" : "A"));
            eve.helloResumable("");
            assertThat(eve.isResumed()).isFalse();
            broadcast(cluster, 1, 1, 2);
            assertThat(from(ann, 1)).containsExactly("1", "2");
        }
    }

    /** Peers wander between the nodes, under traffic from both, in plain and in observed rooms. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whereverPeersComeBackEachMessageArrivesOnceAndInOrderOfItsOrigin(long seed) {
        Random random = new Random(seed);
        int nodes = 2 + random.nextInt(2);
        try (TestCluster cluster = cluster(RoomOptions.defaults(), random.nextBoolean())
                .nodes(nodes)
                .seed(seed)
                .start()) {
            List<TestPeer> peers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                TestPeer peer = cluster.resumablePeer(1 + i % nodes);
                peer.join(ROOM);
                peers.add(peer);
            }
            int[] sent = new int[nodes];
            int said = 0;
            for (int step = 0; step < 120; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> {
                        int node = random.nextInt(nodes);
                        sent[node]++;
                        cluster.node(node + 1)
                                .room(ROOM)
                                .broadcast("from" + (node + 1), String.valueOf(sent[node]))
                                .send();
                    }
                    case 3 -> {
                        said++;
                        peers.get(0).sayLater(ROOM, "say", String.valueOf(said));
                    }
                    case 4 -> peers.get(random.nextInt(3)).cutLater();
                    case 5 -> {
                        // One way at a time: a client waits for its welcome, or gives the connection up.
                        peers.get(random.nextInt(3)).comeBackLater(1 + random.nextInt(nodes), "");
                        cluster.steps(random.nextInt(60));
                    }
                    case 6 -> cluster.steps(random.nextInt(30));
                    default -> cluster.advance(Duration.ofMillis(random.nextInt(40)));
                }
            }
            cluster.settle();
            for (TestPeer peer : peers) {
                peer.comeBack(1 + random.nextInt(nodes));
                // A session that is just on its way elsewhere is followed.
                cluster.advance(Duration.ofSeconds(1));
                assertThat(peer.isResumed()).as("seed %d, %s", seed, peer).isTrue();
                for (int node = 1; node <= nodes; node++) {
                    assertThat(from(peer, node))
                            .as("seed %d from %d", seed, node)
                            .containsExactlyElementsOf(numbers(1, sent[node - 1]));
                }
                assertThat(peer.errors()).as("seed %d", seed).isEmpty();
            }
            assertThat(heard).as("seed %d", seed).containsExactlyElementsOf(numbers(1, said));
            assertThat(presence)
                    .as("seed %d", seed)
                    .filteredOn(entry -> entry.contains("leave"))
                    .isEmpty();
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

    private TestCluster.Builder cluster(RoomOptions options) {
        return cluster(options, false);
    }

    private TestCluster.Builder cluster(RoomOptions options, boolean observed) {
        return TestCluster.builder()
                .nodes(2)
                .room("room/{id}", options, node -> observed ? new Watching(node) : new Handler(node));
    }

    private class Handler implements RoomHandler {

        private final int node;

        Handler(int node) {
            this.node = node;
        }

        @Override
        public void onJoin(Room room, Peer peer) {
            presence.add(node + " join");
        }

        @Override
        public void onLeave(Room room, Peer peer, LeaveReason reason) {
            presence.add(node + " leave " + reason);
        }

        @Override
        public void onMovedIn(Room room, Peer peer) {
            presence.add(node + " in");
        }

        @Override
        public void onMovedOut(Room room, Peer peer) {
            presence.add(node + " out");
        }

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            if (message.event().equals("to")) {
                room.broadcast(message).toPeers(message.to().orElseThrow()).send();
            } else {
                heard.add(message.text());
            }
        }

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return new CompletableFuture<>();
        }
    }

    private final class Watching extends Handler implements BroadcastObserver {

        Watching(int node) {
            super(node);
        }

        @Override
        public void onBroadcast(Room room, Message message) {
            // That it watches is what matters.
        }
    }

    private static void broadcast(TestCluster cluster, int node, int first, int last) {
        for (int i = first; i <= last; i++) {
            cluster.node(node)
                    .room(ROOM)
                    .broadcast("from" + node, String.valueOf(i))
                    .send();
        }
        cluster.settle();
    }

    private static List<String> from(TestPeer peer, int node) {
        return peer.messages().stream()
                .filter(message -> message.event().equals("from" + node))
                .map(Received::text)
                .toList();
    }

    private static List<String> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList();
    }
}
