package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Acks;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Requests in both directions, and broadcasts that are answered, while the peers lose their connections and change their loops. */
class ResumeRequestsTest {

    private static final String ROOM = "room/1";
    private static final int RUNS = Integer.getInteger("roomcast.resume.runs", 100);
    private static final int PEERS = 4;
    private static final int ACTIONS = 120;
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void eachRequestIsAnsweredOnceWhereverThePeerIsByThen() {
        long first = new Random().nextLong();
        System.out.println("seeds from " + first);
        for (int run = 0; run < RUNS; run++) {
            run(first + run, true);
        }
    }

    @Test
    void eachRequestEndsInTimeWhenNobodyAnswers() {
        long first = new Random().nextLong();
        System.out.println("seeds from " + first);
        for (int run = 0; run < RUNS; run++) {
            run(first + run, false);
        }
    }

    private static void run(long seed, boolean answered) {
        Random random = new Random(seed);
        List<CompletableFuture<Message>> held = new ArrayList<>();
        try (TestCluster cluster = TestCluster.builder()
                .nodes(1)
                .seed(seed)
                .limits(limits -> limits.resumeWindow(Duration.ofMinutes(10)))
                .room("room/{id}", new RoomHandler() {
                    @Override
                    public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
                        CompletableFuture<Message> answer = new CompletableFuture<>();
                        held.add(answer);
                        return answer;
                    }
                })
                .start()) {
            List<TestPeer> peers = new ArrayList<>();
            List<Set<Integer>> done = new ArrayList<>();
            int[] asked = new int[PEERS];
            for (int i = 0; i < PEERS; i++) {
                peers.add(cluster.resumablePeer(1));
                peers.get(i).join(ROOM);
                done.add(new HashSet<>());
            }
            List<CompletableFuture<Acks>> acks = new ArrayList<>();
            List<CompletableFuture<Message>> replies = new ArrayList<>();
            for (int action = 0; action < ACTIONS; action++) {
                int who = random.nextInt(PEERS);
                TestPeer peer = peers.get(who);
                switch (random.nextInt(8)) {
                    case 0 ->
                        acks.add(cluster.node(1)
                                .room(ROOM)
                                .broadcast("all", "?")
                                .withAck(LONG)
                                .send()
                                .toCompletableFuture());
                    case 1 ->
                        replies.add(cluster.node(1)
                                .room(ROOM)
                                .request(peer.id(), Message.of("one", "?"), LONG)
                                .toCompletableFuture());
                    case 2 -> {
                        peer.askLater(ROOM, "ask", "?", (int) LONG.toMillis());
                        asked[who]++;
                    }
                    case 3 -> {
                        if (answered) {
                            answerAll(peer, done.get(who));
                        }
                    }
                    case 4 -> {
                        if (answered && !held.isEmpty()) {
                            held.remove(random.nextInt(held.size())).complete(Message.of("answer", "!"));
                        }
                    }
                    case 5 -> peer.cutLater();
                    default -> peer.comeBackLater(1, "");
                }
                cluster.steps(random.nextInt(10));
            }
            cluster.settle();
            for (TestPeer peer : peers) {
                peer.comeBack(1);
                assertThat(peer.isResumed()).as("seed %d, %s", seed, peer).isTrue();
            }
            if (answered) {
                held.forEach(answer -> answer.complete(Message.of("answer", "!")));
                for (int i = 0; i < PEERS; i++) {
                    answerAll(peers.get(i), done.get(i));
                }
                cluster.settle();
            } else {
                cluster.advance(LONG.plusSeconds(5));
            }
            String[] ids = peers.stream().map(TestPeer::id).toArray(String[]::new);
            for (CompletableFuture<Acks> ack : acks) {
                assertThat(ack).as("seed %d", seed).isCompleted();
                Acks got = ack.join();
                assertThat(answered ? got.answers().keySet() : got.timedOut())
                        .as("%s, seed %d", got, seed)
                        .containsExactlyInAnyOrder(ids);
                assertThat(got.answers().size()
                                + got.timedOut().size()
                                + got.refusals().size()
                                + got.left().size())
                        .as("%s, seed %d", got, seed)
                        .isEqualTo(PEERS);
            }
            for (CompletableFuture<Message> reply : replies) {
                assertThat(reply).as("seed %d", seed).isDone();
                assertThat(reply.isCompletedExceptionally()).as("seed %d", seed).isEqualTo(!answered);
            }
            for (int i = 0; i < PEERS; i++) {
                assertThat(peers.get(i).replies())
                        .as("seed %d", seed)
                        .hasSize(asked[i])
                        .extracting(ReceivedReply::id)
                        .doesNotHaveDuplicates();
                assertThat(peers.get(i).errors()).as("seed %d", seed).isEmpty();
            }
            assertThat(cluster.node(1).stats().openRequests())
                    .as("seed %d", seed)
                    .isZero();
        }
    }

    private static void answerAll(TestPeer peer, Set<Integer> done) {
        for (ReceivedRequest request : peer.requests()) {
            if (done.add(request.id())) {
                peer.answerLater(request.id(), "!");
            }
        }
    }
}
