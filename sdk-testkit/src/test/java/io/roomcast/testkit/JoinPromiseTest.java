package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Admission;
import io.roomcast.BroadcastObserver;
import io.roomcast.JoinRequest;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The join promise and the order of messages, with peers of two nodes talking, joining, leaving and vanishing at once: what a
 * peer's snapshot holds and what it gets afterwards are together exactly what its node delivered, and every sender's messages
 * are in order everywhere.
 */
class JoinPromiseTest {

    private static final String ROOM = "chat/jazz";
    private static final int PEERS = 6;
    private static final int ACTIONS = 60;

    /** Remembers what was broadcast and tells it to newcomers. */
    private static final class Journal implements RoomHandler, BroadcastObserver {
        /** Everything this node delivered, over all lives of the room. Written in the mailbox, read when the cluster rests. */
        final List<String> delivered = new ArrayList<>();

        @Override
        public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
            return Admission.accept(Integer.toString(delivered.size()).getBytes());
        }

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).send();
        }

        @Override
        public void onBroadcast(Room room, Message message) {
            delivered.add(message.text());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, true, false, 150",
        "0, false, false, 150",
        "4, true, false, 40",
        "4, false, false, 40",
        "0, true, true, 150",
        "0, false, true, 150",
        "4, true, true, 40",
        "4, false, true, 40"
    })
    void aSnapshotAndWhatFollowsAreExactlyWhatTheNodeDelivered(
            int threads, boolean blocking, boolean history, int runs) {
        long first = new Random().nextLong();
        System.out.println("seeds from " + first);
        for (int run = 0; run < runs; run++) {
            run(first + run, threads, blocking, history);
        }
    }

    private static void run(long seed, int threads, boolean blocking, boolean history) {
        Random random = new Random(seed);
        Journal[] journals = {new Journal(), new Journal()};
        RoomOptions.Builder options = RoomOptions.builder();
        if (!blocking) {
            options.nonBlocking();
        }
        if (history) {
            options.history(1000, Duration.ofHours(1));
        }
        try (TestCluster cluster = TestCluster.builder()
                .seed(seed)
                .threads(threads)
                .room("chat/{topic}", options.build(), node -> journals[node - 1])
                .start()) {
            List<TestPeer> peers = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                peers.add(cluster.peer(i % 2 + 1));
            }
            List<List<TestPeer>> gone = List.of(new ArrayList<>(), new ArrayList<>());
            int said = 0;
            for (int action = 0; action < ACTIONS; action++) {
                int who = random.nextInt(PEERS);
                TestPeer peer = peers.get(who);
                switch (random.nextInt(6)) {
                    case 0, 1 -> peer.joinLater(ROOM, "");
                    case 2, 3, 4 -> {
                        if (peer.isIn(ROOM)) {
                            peer.sayLater(ROOM, "said", who + ":" + said++);
                        }
                    }
                    default -> {
                        if (random.nextInt(3) == 0) {
                            peer.cutLater();
                            gone.get(who % 2).add(peer);
                            peers.set(who, cluster.peer(who % 2 + 1));
                        }
                    }
                }
                if (threads == 0) {
                    cluster.steps(random.nextInt(8));
                }
            }
            cluster.settle();
            for (int node = 0; node < 2; node++) {
                for (TestPeer peer : gone.get(node)) {
                    assertContiguous(seed, peer, journals[node].delivered);
                }
            }
            for (int who = 0; who < PEERS; who++) {
                TestPeer peer = peers.get(who);
                if (peer.isIn(ROOM)) {
                    int from = Integer.parseInt(peer.snapshot(ROOM));
                    List<String> all = journals[who % 2].delivered;
                    assertThat(texts(peer))
                            .as("peer %d, seed %d", who, seed)
                            .containsExactlyElementsOf(all.subList(from, all.size()));
                }
            }
            for (Journal journal : journals) {
                assertEachSenderInOrder(seed, journal.delivered);
            }
        }
    }

    /** A peer that was cut has an unbroken part of what its node delivered, beginning where its snapshot ended. */
    private static void assertContiguous(long seed, TestPeer peer, List<String> delivered) {
        if (peer.isIn(ROOM)) {
            int from = Integer.parseInt(peer.snapshot(ROOM));
            List<String> got = texts(peer);
            assertThat(got).as("seed %d", seed).containsExactlyElementsOf(delivered.subList(from, from + got.size()));
        }
    }

    private static List<String> texts(TestPeer peer) {
        return peer.messages(ROOM).stream().map(Received::text).toList();
    }

    private static void assertEachSenderInOrder(long seed, List<String> delivered) {
        Map<String, Integer> last = new HashMap<>();
        for (String text : delivered) {
            String[] parts = text.split(":");
            int number = Integer.parseInt(parts[1]);
            Integer before = last.put(parts[0], number);
            assertThat(before == null || before < number)
                    .as("sender %s in %s, seed %d", parts[0], Arrays.toString(delivered.toArray()), seed)
                    .isTrue();
        }
    }
}
