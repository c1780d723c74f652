package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Codecs;
import io.roomcast.DeliveryPolicy;
import io.roomcast.Message;
import io.roomcast.Ordering;
import io.roomcast.Peer;
import io.roomcast.PolicyFlush;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.RoomcastListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What delivery policies hold for a peer whose session goes from connection to connection, IO thread to IO thread, node to node. */
class PoliciesResumeTest {

    private static final String ROOM = "desk/1";

    private final List<PolicyFlush> flushes = new ArrayList<>();

    private static final RoomHandler RELAY = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).from(peer).send();
        }
    };

    private static final RoomOptions OPTIONS = RoomOptions.builder()
            .policy(
                    "line",
                    DeliveryPolicy.append()
                            .ordering(Ordering.ROOM)
                            .idleGap(Duration.ofMillis(100))
                            .maxDelay(Duration.ofMillis(200)))
            .policy("quote", DeliveryPolicy.latest().minInterval(Duration.ofMillis(50)))
            .policy("moved", DeliveryPolicy.dropOldest(2, Duration.ofMinutes(1)))
            .policy("sum", DeliveryPolicy.merge(Codecs.utf8(), (older, newer) -> older + "+" + newer))
            .build();

    @Test
    void whatIsHeldWhenTheConnectionBreaksComesOverTheNextOneOnceWhereverThatIs() {
        for (int backTo = 1; backTo <= 2; backTo++) {
            try (TestCluster cluster = cluster(7)) {
                TestPeer ann = cluster.resumablePeer(1);
                ann.join(ROOM);
                Room room = cluster.node(1).room(ROOM);
                room.broadcast("quote", "old").send();
                cluster.settle();
                for (String text : List.of("1", "2", "3")) {
                    room.broadcast("line", text).send();
                    room.broadcast("quote", text).send();
                    room.broadcast("sum", text).send();
                }
                cluster.settle();
                ann.cut();
                for (String text : List.of("4", "5", "6")) {
                    room.broadcast("moved", text).send();
                    room.broadcast("sum", text).send();
                }
                cluster.settle();

                ann.comeBack(backTo);
                cluster.advance(Duration.ofSeconds(1));

                assertThat(ann.isResumed()).isTrue();
                assertThat(texts(ann, "line")).containsExactly("1", "2", "3");
                assertThat(texts(ann, "quote")).containsExactly("old", "3");
                assertThat(texts(ann, "moved")).containsExactly("5", "6");
                assertThat(texts(ann, "sum")).containsExactly("1+2+3+4+5+6");
                nothingWaits(cluster);
            }
        }
    }

    @Test
    void whoIsTakenOutOfARoomWhileItIsAwayGetsWhatWasHeldAndThenIsTold() {
        try (TestCluster cluster = cluster(7)) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            Peer peer = ann.onServer();
            cluster.node(1).room(ROOM).broadcast("line", "held").send();
            cluster.settle();
            ann.cut();
            cluster.node(1).room(ROOM).broadcast("sum", "held too").send();
            peer.leave(ROOM, "enough");
            cluster.settle();

            ann.comeBack(2);

            assertThat(ann.isResumed()).isTrue();
            assertThat(ann.messages()).extracting(Received::text).containsExactlyInAnyOrder("held", "held too");
            assertThat(ann.left()).containsExactly(ROOM);
            nothingWaits(cluster);
        }
    }

    @Test
    void whatIsHeldForASessionThatIsGivenUpIsFreedAndCounted() {
        try (TestCluster cluster = cluster(7)) {
            TestPeer ann = cluster.resumablePeer(1);
            ann.join(ROOM);
            ann.cut();
            for (String event : List.of("quote", "moved", "sum")) {
                cluster.node(1).room(ROOM).broadcast(event, "1").send();
            }
            cluster.settle();
            assertThat(cluster.node(1).stats().outboundBytes()).isPositive();
            cluster.advance(Duration.ofSeconds(31));
            nothingWaits(cluster);
            assertThat(cluster.node(1).stats().rooms()).isZero();
            assertThat(flushes).hasSize(3).allSatisfy(flush -> {
                assertThat(flush.reason()).isEqualTo(PolicyFlush.Reason.GONE);
                assertThat(flush.in()).isOne();
                assertThat(flush.dropped()).isOne();
            });
        }
    }

    /** Peers stall, lose their connections and wander between IO threads and nodes, while everything is said under some policy. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whereverAPeerComesBackEachPolicyKeepsItsPromise(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (TestCluster cluster = cluster(seed)) {
            List<TestPeer> peers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                TestPeer peer = cluster.resumablePeer(1 + i % 2);
                peer.join(ROOM);
                peers.add(peer);
            }
            int[] lines = new int[2];
            int[] quotes = new int[2];
            int[] sums = new int[2];
            for (int step = 0; step < 150; step++) {
                TestPeer peer = peers.get(random.nextInt(peers.size()));
                int node = random.nextInt(2);
                Room room = cluster.node(node + 1).room(ROOM);
                switch (random.nextInt(10)) {
                    case 0, 1 ->
                        room.broadcast(random.nextBoolean() ? "line" : "plain", (node + 1) + "-" + ++lines[node])
                                .send();
                    case 2, 3 ->
                        room.broadcast("quote", (node + 1) + "-" + ++quotes[node])
                                .key("of" + node)
                                .send();
                    case 4 ->
                        room.broadcast("sum", (node + 1) + "-" + ++sums[node])
                                .key("of" + node)
                                .send();
                    case 5 -> peer.cutLater();
                    case 6 -> {
                        peer.comeBackLater(1 + random.nextInt(2), "");
                        cluster.steps(random.nextInt(60));
                    }
                    case 7 -> cluster.advance(Duration.ofMillis(random.nextInt(60)));
                    default -> cluster.steps(random.nextInt(30));
                }
            }
            cluster.settle();
            for (TestPeer peer : peers) {
                peer.comeBack(1 + random.nextInt(2));
            }
            cluster.advance(Duration.ofSeconds(2));
            for (TestPeer peer : peers) {
                assertThat(peer.isResumed()).as("seed %d, %s", seed, peer).isTrue();
                for (int node = 1; node <= 2; node++) {
                    String of = node + "-";
                    List<String> ordered = new ArrayList<>();
                    List<String> summed = new ArrayList<>();
                    List<String> quoted = new ArrayList<>();
                    for (Received message : peer.messages(ROOM)) {
                        if (message.text().startsWith(of)) {
                            switch (message.event()) {
                                case "quote" -> quoted.add(message.text());
                                case "sum" ->
                                    summed.addAll(Arrays.asList(message.text().split("\\+")));
                                default -> ordered.add(message.text());
                            }
                        }
                    }
                    assertThat(ordered).as("seed %d", seed).containsExactlyElementsOf(numbers(of, lines[node - 1]));
                    assertThat(summed).as("seed %d", seed).containsExactlyElementsOf(numbers(of, sums[node - 1]));
                    List<String> all = numbers(of, quotes[node - 1]);
                    assertThat(all).as("seed %d", seed).containsSubsequence(quoted);
                    assertThat(quoted)
                            .as("seed %d", seed)
                            .endsWith(all.subList(Math.max(0, all.size() - 1), all.size())
                                    .toArray(String[]::new));
                }
            }
            assertThat(flushes).as("seed %d", seed).allSatisfy(flush -> {
                assertThat(flush.in()).isEqualTo(flush.out() + flush.conflated() + flush.dropped());
                assertThat(flush.dropped()).isZero();
            });
            nothingWaits(cluster);
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

    private TestCluster cluster(long seed) {
        return TestCluster.builder()
                .nodes(2)
                .seed(seed)
                .listener(new RoomcastListener() {
                    @Override
                    public void policyFlushed(PolicyFlush flush) {
                        flushes.add(flush);
                    }
                })
                .room("desk/{id}", OPTIONS, node -> RELAY)
                .start();
    }

    private static void nothingWaits(TestCluster cluster) {
        assertThat(cluster.node(1).stats().outboundBytes()).isZero();
        assertThat(cluster.node(2).stats().outboundBytes()).isZero();
    }

    private static List<String> texts(TestPeer peer, String event) {
        return peer.messages(ROOM).stream()
                .filter(message -> message.event().equals(event))
                .map(Received::text)
                .toList();
    }

    private static List<String> numbers(String prefix, int last) {
        return IntStream.rangeClosed(1, last).mapToObj(i -> prefix + i).toList();
    }
}
