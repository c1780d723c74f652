package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.Roomcast;
import io.roomcast.RoomcastListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions that change their loop, on threads that race: several threads broadcast, send, ask and address while peers are cut and
 * come back on either loop, and talk themselves. Whatever happens when, each message arrives once, in its sender's order; and what
 * goes to a whole room is in one order for all.
 */
class ResumeRacesTest {

    private static final List<String> ROOMS = List.of("room/1", "room/2", "room/3");
    private static final int PEERS = 5;
    private static final int SENDERS = 3;
    /** Fewer broadcasts in all than may wait for a peer that changes its loop. */
    private static final int MOST_ROUNDS = 400;

    private static final int ROUNDS = Integer.getInteger("roomcast.resume.rounds", 40);
    private static final int RUNS = Integer.getInteger("roomcast.resume.races", 3);

    /** Notes what it hears, by room and peer. */
    private static final class Ear implements RoomHandler {
        final Map<String, Queue<String>> heard = new ConcurrentHashMap<>();
        final Queue<String> presence = new ConcurrentLinkedQueue<>();

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
            heard.computeIfAbsent(room.name() + " " + peer.id(), key -> new ConcurrentLinkedQueue<>())
                    .add(message.text());
        }

        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return CompletableFuture.completedFuture(Message.of("answer", request.text()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whateverRacesEachMessageArrivesOnceAndInOrder(boolean blocking) throws Exception {
        long first = new Random().nextLong();
        System.out.println("seeds from " + first);
        for (int run = 0; run < RUNS; run++) {
            race(first + run, blocking);
        }
    }

    private static void race(long seed, boolean blocking) throws Exception {
        Ear ear = new Ear();
        RoomOptions options = blocking
                ? RoomOptions.defaults()
                : RoomOptions.builder().nonBlocking().build();
        AtomicInteger resumes = new AtomicInteger();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS + PEERS);
        try (TestCluster cluster = TestCluster.builder()
                .nodes(1)
                .seed(seed)
                .threads(4)
                .limits(limits -> limits.outboundBytesPerPeer(64 << 20)
                        .maxMessagesPerSecond(1_000_000)
                        .maxOpenRequestsPerPeer(10_000))
                .room("room/{id}", options, node -> ear)
                .listener(new RoomcastListener() {
                    @Override
                    public void peerResumed(String peerId, long framesSentAgain) {
                        resumes.incrementAndGet();
                    }
                })
                .start()) {
            List<TestPeer> peers = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                TestPeer peer = cluster.resumablePeer(1);
                ROOMS.forEach(peer::join);
                peers.add(peer);
            }
            List<String> ids = peers.stream().map(TestPeer::id).toList();

            AtomicBoolean done = new AtomicBoolean();
            List<Future<Integer>> sent = new ArrayList<>();
            for (int sender = 0; sender < SENDERS; sender++) {
                String name = "s" + sender;
                sent.add(senders.submit(() -> sendUntil(done, cluster.node(1).roomcast(), ids, name)));
            }
            List<Future<Integer>> said = new ArrayList<>();
            for (int who = 0; who < PEERS; who++) {
                TestPeer peer = peers.get(who);
                Random random = new Random(seed * 31 + who);
                said.add(senders.submit(() -> comeAndGo(peer, random)));
            }
            List<Integer> saidBy = new ArrayList<>();
            for (Future<Integer> future : said) {
                saidBy.add(future.get(60, TimeUnit.SECONDS));
            }
            done.set(true);
            List<Integer> sentBy = new ArrayList<>();
            for (Future<Integer> future : sent) {
                sentBy.add(future.get(60, TimeUnit.SECONDS));
            }
            cluster.settle();
            for (TestPeer peer : peers) {
                peer.comeBack(1);
            }

            for (int who = 0; who < PEERS; who++) {
                TestPeer peer = peers.get(who);
                String what = "peer " + who + ", seed " + seed;
                assertThat(peer.isResumed()).as(what).isTrue();
                assertThat(peer.id()).as(what).isEqualTo(ids.get(who));
                assertThat(peer.errors()).as(what).isEmpty();
                assertEverythingInOrder(peer, sentBy, what);
                List<String> expected = IntStream.range(0, saidBy.get(who))
                        .mapToObj(String::valueOf)
                        .toList();
                for (String room : ROOMS) {
                    assertThat(ear.heard.get(room + " " + peer.id())).as(what).containsExactlyElementsOf(expected);
                }
                assertThat(peer.replies()).as(what).hasSize(saidBy.get(who));
            }
            assertOneOrderForAll(peers, seed);
            assertThat(ear.presence)
                    .as("seed %d", seed)
                    .hasSize(PEERS * ROOMS.size())
                    .containsOnly("join");
            assertThat(cluster.node(1).stats().openRequests())
                    .as("seed %d", seed)
                    .isZero();
            assertThat(cluster.node(1).stats().disconnectedPeers())
                    .as("seed %d", seed)
                    .isZero();
        } finally {
            senders.shutdownNow();
        }
    }

    /** Sends number after number on every way there is: into each room, to chosen peers of a room, and to each peer itself. */
    private static int sendUntil(AtomicBoolean done, Roomcast node, List<String> ids, String name) {
        int number = 0;
        while (!done.get() && number < MOST_ROUNDS) {
            String text = name + ":" + number;
            for (String room : ROOMS) {
                node.room(room).broadcast("all", text).send();
            }
            node.room(ROOMS.get(0)).broadcast("some", text).toPeers(ids).send();
            for (String id : ids) {
                node.peer(id).orElseThrow().send("one", text);
            }
            number++;
        }
        return number;
    }

    /** Says number after number into each room, and asks, losing its connection again and again. */
    private static int comeAndGo(TestPeer peer, Random random) {
        int number = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int burst = random.nextInt(5); burst > 0; burst--) {
                for (String room : ROOMS) {
                    peer.sayLater(room, "say", Integer.toString(number));
                }
                peer.askLater(ROOMS.get(0), "ask", Integer.toString(number), 0);
                number++;
            }
            for (int pause = random.nextInt(3); pause > 0; pause--) {
                Thread.yield();
            }
            if (random.nextBoolean()) {
                peer.cutLater();
            }
            // Without a cut the old connection seems alive. The transport gives connections to its loops in turn.
            for (int attempts = random.nextInt(3); attempts >= 0; attempts--) {
                peer.comeBackLater(1, "");
            }
        }
        return number;
    }

    private static void assertEverythingInOrder(TestPeer peer, List<Integer> sentBy, String what) {
        Map<String, List<String>> bySenderAndWay = new HashMap<>();
        for (Received message : peer.messages()) {
            String sender = message.text().substring(0, message.text().indexOf(':'));
            bySenderAndWay
                    .computeIfAbsent(sender + " " + message.event() + " " + message.room(), key -> new ArrayList<>())
                    .add(message.text());
        }
        for (int sender = 0; sender < sentBy.size(); sender++) {
            String name = "s" + sender;
            List<String> expected = IntStream.range(0, sentBy.get(sender))
                    .mapToObj(number -> name + ":" + number)
                    .toList();
            for (String way : List.of("all room/1", "all room/2", "all room/3", "some room/1", "one ")) {
                assertThat(bySenderAndWay.getOrDefault(name + " " + way, List.of()))
                        .as("%s from %s, %s", way, name, what)
                        .containsExactlyElementsOf(expected);
            }
        }
    }

    private static void assertOneOrderForAll(List<TestPeer> peers, long seed) {
        for (String room : ROOMS) {
            List<List<String>> orders = peers.stream()
                    .map(peer -> peer.messages(room).stream()
                            .map(message -> message.event() + " " + message.text())
                            .toList())
                    .toList();
            for (List<String> order : orders) {
                assertThat(order).as("%s, seed %d", room, seed).isEqualTo(orders.get(0));
            }
        }
    }
}
