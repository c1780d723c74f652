package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Acks;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.RequestException;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Peers of two nodes that ask, are asked, answer, repeat themselves, cancel, leave, vanish and are too late, all at once: every
 * request ends in exactly one way, and nothing is left.
 */
class RequestRacesTest {

    private static final String ROOM = "chat/jazz";
    private static final int PEERS = 5;
    private static final int ACTIONS = 80;

    /** Answers when the test says so, or at once, or refuses. */
    private static final class Clerk implements RoomHandler {
        final List<CompletableFuture<Message>> open = Collections.synchronizedList(new ArrayList<>());

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            switch (request.event()) {
                case "echo" -> {
                    return CompletableFuture.completedFuture(request);
                }
                case "refuse" -> throw RequestException.refused(1234, "no");
                default -> {
                    CompletableFuture<Message> later = new CompletableFuture<>();
                    open.add(later);
                    return later;
                }
            }
        }
    }

    /** What a client asked, and whether it is owed a reply. */
    private static final class Asked {
        final Set<Integer> owed = new HashSet<>();
        final Set<Integer> cancelled = new HashSet<>();
        final Set<Integer> answered = new HashSet<>();
    }

    @ParameterizedTest
    @CsvSource({"0, true, 200", "0, false, 200", "4, true, 40", "4, false, 40"})
    void everyRequestEndsInExactlyOneWayAndNothingIsLeft(int threads, boolean blocking, int runs) {
        long first = new Random().nextLong();
        System.out.println("seeds from " + first);
        for (int run = 0; run < runs; run++) {
            run(first + run, threads, blocking);
        }
    }

    @Test
    void aRequestThatIsCancelledWhileItIsBeingAskedIsNotLeftOpen() {
        try (TestCluster cluster = TestCluster.builder()
                .nodes(1)
                .threads(2)
                .room("chat/{topic}", new Clerk())
                .start()) {
            TestPeer ann = cluster.peer(1);
            Peer server = ann.onServer();
            for (int i = 0; i < 20_000; i++) {
                var answer = server.request(Message.of("ready"), Duration.ofMinutes(1))
                        .toCompletableFuture();
                for (int spin = i % 50; spin > 0; spin--) {
                    Thread.onSpinWait();
                }
                answer.cancel(false);
                if (i % 100 == 0) {
                    cluster.settle();
                }
            }
            cluster.settle();
            assertThat(cluster.node(1).stats().openRequests()).isZero();
        }
    }

    private static void run(long seed, int threads, boolean blocking) {
        Random random = new Random(seed);
        Clerk clerk = new Clerk();
        RoomOptions options = blocking
                ? RoomOptions.defaults()
                : RoomOptions.builder().nonBlocking().build();
        try (TestCluster cluster = TestCluster.builder()
                .seed(seed)
                .threads(threads)
                .room("chat/{topic}", options, node -> clerk)
                .limits(limits -> limits.maxOpenRequestsPerPeer(6).maxErrorsPerMinute(100_000))
                .start()) {
            List<TestPeer> peers = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                peers.add(cluster.peer(i % 2 + 1));
                peers.get(i).join(ROOM);
            }
            Map<TestPeer, Asked> asked = new HashMap<>();
            Set<TestPeer> gone = new HashSet<>();
            List<CompletionStage<Message>> ofPeers = new ArrayList<>();
            List<CompletionStage<Acks>> ofRooms = new ArrayList<>();
            for (int action = 0; action < ACTIONS; action++) {
                TestPeer peer = peers.get(random.nextInt(PEERS));
                int node = random.nextInt(2) + 1;
                Duration timeout = Duration.ofMillis(100 + random.nextInt(2000));
                switch (random.nextInt(13)) {
                    case 0, 1, 2 -> {
                        if (peer.isIn(ROOM) && !gone.contains(peer)) {
                            String event =
                                    List.of("echo", "refuse", "later", "later").get(random.nextInt(4));
                            asked.computeIfAbsent(peer, key -> new Asked())
                                    .owed
                                    .add(peer.askLater(ROOM, event, "", (int) timeout.toMillis()));
                        }
                    }
                    case 3 -> {
                        Asked own = asked.get(peer);
                        if (own != null) {
                            int request = own.owed.iterator().next();
                            own.cancelled.add(request);
                            peer.cancelLater(request);
                        }
                    }
                    case 4 -> {
                        if (!clerk.open.isEmpty()) {
                            clerk.open.get(random.nextInt(clerk.open.size())).complete(Message.of("any"));
                        }
                    }
                    case 5, 6 ->
                        cluster.node(1)
                                .roomcast()
                                .peer(peer.id())
                                .ifPresent(server -> ofPeers.add(server.request(Message.of("ready"), timeout)));
                    case 7 ->
                        ofPeers.add(cluster.node(node).room(ROOM).request(peer.id(), Message.of("ready"), timeout));
                    case 8 ->
                        ofRooms.add(cluster.node(node)
                                .room(ROOM)
                                .broadcast("ready", "?")
                                .withAck(timeout)
                                .send());
                    case 9, 10 ->
                        // Now and then twice, or a second time: then it is nobody's answer.
                        peer.requests().forEach(request -> {
                            if (random.nextInt(3) > 0) {
                                peer.answerLater(request.id(), "yes");
                            }
                        });
                    case 11 -> {
                        if (!ofPeers.isEmpty() && random.nextBoolean()) {
                            ofPeers.get(random.nextInt(ofPeers.size()))
                                    .toCompletableFuture()
                                    .cancel(false);
                        } else {
                            cluster.advance(Duration.ofMillis(random.nextInt(700)));
                        }
                    }
                    default -> {
                        if (random.nextInt(3) == 0) {
                            peer.cutLater();
                            gone.add(peer);
                            int place = peers.indexOf(peer);
                            peers.set(place, cluster.peer(place % 2 + 1));
                            peers.get(place).join(ROOM);
                        } else if (peer.isIn(ROOM)) {
                            peer.leave(ROOM);
                            peer.joinLater(ROOM, "");
                        }
                    }
                }
                if (threads == 0) {
                    cluster.steps(random.nextInt(10));
                }
            }
            // Longer than any timeout and what is waited for nodes on top.
            cluster.advance(Duration.ofSeconds(5));
            asked.forEach((peer, own) -> assertOneEach(seed, peer, own, gone.contains(peer)));
            assertThat(ofPeers)
                    .as("requests to peers, seed %d", seed)
                    .allSatisfy(
                            answer -> assertThat(answer.toCompletableFuture()).isDone());
            for (CompletionStage<Acks> acks : ofRooms) {
                assertThat(acks.toCompletableFuture())
                        .as("acknowledged broadcast, seed %d", seed)
                        .isCompleted();
                assertDisjoint(seed, acks.toCompletableFuture().join());
            }
            for (int node = 1; node <= 2; node++) {
                assertThat(cluster.node(node).stats().openRequests())
                        .as("node %d, seed %d", node, seed)
                        .isZero();
            }
            assertThat(clerk.open)
                    .as("handlers' futures, seed %d", seed)
                    .allSatisfy(future -> assertThat(future).isDone());
        }
    }

    private static void assertOneEach(long seed, TestPeer peer, Asked own, boolean gone) {
        for (ReceivedReply reply : peer.replies()) {
            assertThat(own.owed).as("%s, seed %d", reply, seed).contains(reply.id());
            assertThat(own.answered.add(reply.id()))
                    .as("the only reply to %d, seed %d", reply.id(), seed)
                    .isTrue();
        }
        if (!gone) {
            Set<Integer> silent = new HashSet<>(own.owed);
            silent.removeAll(own.answered);
            assertThat(own.cancelled)
                    .as("what got no reply was cancelled, seed %d", seed)
                    .containsAll(silent);
        }
    }

    private static void assertDisjoint(long seed, Acks acks) {
        Set<String> seen = new HashSet<>();
        for (Collection<String> part : List.of(
                acks.answers().keySet(), acks.refusals().keySet(), acks.timedOut(), acks.left(), acks.lostNodes())) {
            for (String name : part) {
                assertThat(seen.add(name))
                        .as("%s is in %s once, seed %d", name, acks, seed)
                        .isTrue();
            }
        }
    }
}
