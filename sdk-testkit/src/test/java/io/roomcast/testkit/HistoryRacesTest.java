package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Admission;
import io.roomcast.BroadcastObserver;
import io.roomcast.HistoryPage;
import io.roomcast.HistoryPosition;
import io.roomcast.JoinRequest;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A room with history on three nodes, with peers talking, joining, vanishing and coming back at once, on other nodes mostly. What
 * each client saw over all its connections is a part of the one log: without a hole and in order, except where it was told that
 * it cannot recover.
 */
class HistoryRacesTest {

    private static final String ROOM = "chat/jazz";
    private static final int NODES = 3;
    private static final int CLIENTS = 6;
    private static final int ACTIONS = 80;
    private static final int SPARES = 30;
    private static final int KEPT = 40;

    private static class Relay implements RoomHandler {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            switch (message.event()) {
                case "but me" -> room.broadcast(message).except(peer).send();
                case "fleeting" -> room.broadcast(message).volatileDelivery().send();
                default -> room.broadcast(message).send();
            }
        }
    }

    /** Tells newcomers how much it has seen since its room opened, and where that began is what the first of them was told. */
    private static final class Journal extends Relay implements BroadcastObserver {
        /** Written in the mailbox, read when the cluster rests. */
        final List<String> delivered = new CopyOnWriteArrayList<>();

        @Override
        public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
            return Admission.accept(Integer.toString(delivered.size()).getBytes());
        }

        @Override
        public void onBroadcast(Room room, Message message) {
            delivered.add(message.text());
        }
    }

    /** One user with one connection after another. */
    private static final class Client {
        TestPeer peer;
        /** The places it has seen, of all its connections; started anew where it could not recover. */
        final List<Long> seen = new ArrayList<>();

        final Map<Long, String> texts = new HashMap<>();
        HistoryPosition begin;
        boolean gone;

        Client(TestPeer peer) {
            this.peer = peer;
        }

        /** Notes what the current connection has brought. */
        void take() {
            if (!peer.isIn(ROOM)) {
                return;
            }
            boolean recovered = begin != null && !peer.isUnrecoverable(ROOM);
            List<Long> offsets = peer.offsets(ROOM);
            List<Received> counted = peer.messages(ROOM).stream()
                    .filter(message -> !message.event().equals("fleeting"))
                    .toList();
            assertThat(offsets).hasSameSizeAs(counted);
            if (!recovered) {
                seen.clear();
                texts.clear();
                begin = joinedAt(peer);
            }
            for (int i = 0; i < offsets.size(); i++) {
                seen.add(offsets.get(i));
                texts.put(offsets.get(i), counted.get(i).text());
            }
        }
    }

    private static HistoryPosition joinedAt(TestPeer peer) {
        return peer.frames().stream()
                .filter(frame -> frame.hasJoined())
                .findFirst()
                .map(frame -> new HistoryPosition(
                        frame.getJoined().getEpoch(), frame.getJoined().getOffset()))
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "0, true, false, 120",
        "0, false, false, 120",
        "0, true, true, 120",
        "0, false, true, 120",
        "4, true, false, 40",
        "4, false, false, 40",
        "4, true, true, 40"
    })
    void whatAClientSawOverAllItsConnectionsIsThePartOfTheLogThatItWasPromised(
            int threads, boolean blocking, boolean observed, int runs) {
        long first = new Random().nextLong();
        System.out.println("seeds from " + first);
        for (int run = 0; run < runs; run++) {
            try {
                run(first + run, threads, blocking, observed);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + (first + run), failure);
            }
        }
    }

    private static void run(long seed, int threads, boolean blocking, boolean observed) {
        Random random = new Random(seed);
        RoomOptions.Builder options = RoomOptions.builder().history(KEPT, Duration.ofHours(1));
        if (!blocking) {
            options.nonBlocking();
        }
        try (TestCluster cluster = TestCluster.builder()
                .seed(seed)
                .threads(threads)
                .nodes(NODES)
                .room("chat/{topic}", options.build(), node -> observed ? new Journal() : new Relay())
                .start()) {
            // Keeps the log from being given up, and is a witness of all of it.
            TestPeer witness = cluster.peer(1);
            witness.join(ROOM);
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Client(cluster.peer(1 + i % NODES)));
                clients.get(i).peer.joinLater(ROOM, "");
            }
            // Connected beforehand: others go on talking while a client comes back on one of them.
            Queue<TestPeer> spares = new ArrayDeque<>();
            for (int i = 0; i < SPARES; i++) {
                spares.add(cluster.peer(1 + random.nextInt(NODES)));
            }
            int said = 0;
            for (int action = 0; action < ACTIONS; action++) {
                Client client = clients.get(random.nextInt(CLIENTS));
                switch (random.nextInt(10)) {
                    case 0 -> {
                        if (!client.gone) {
                            client.peer.cutLater();
                            client.gone = true;
                        }
                    }
                    case 1, 2 -> {
                        if (client.gone && !spares.isEmpty()) {
                            if (threads > 0) {
                                // What is under way to the old connection must not come after its place was read.
                                cluster.settle();
                            }
                            comeBack(client, spares.remove());
                        }
                    }
                    case 3 -> {
                        if (threads == 0) {
                            cluster.steps(random.nextInt(40));
                        } else {
                            cluster.settle();
                        }
                    }
                    default -> {
                        if (!client.gone && client.peer.isIn(ROOM)) {
                            String event = new String[] {"said", "told", "but me", "fleeting"}[random.nextInt(4)];
                            client.peer.sayLater(ROOM, event, clients.indexOf(client) + ":" + said++);
                        }
                    }
                }
            }
            cluster.settle();
            for (Client client : clients) {
                if (client.gone) {
                    comeBack(client, cluster.peer(1 + random.nextInt(NODES)));
                    cluster.settle();
                }
                client.take();
            }
            witnessIsWhole(witness, cluster);
            Map<Long, String> log = log(witness);
            for (int i = 0; i < CLIENTS; i++) {
                check(i, clients.get(i), log, witness);
            }
        }
    }

    private static void comeBack(Client client, TestPeer fresh) {
        client.take();
        TestPeer former = client.peer;
        if (former.isIn(ROOM)) {
            fresh.rejoinLater(ROOM, former.place(ROOM), former.id());
        } else {
            client.begin = null;
            fresh.joinLater(ROOM, "");
        }
        client.peer = fresh;
        client.gone = false;
    }

    private static Map<Long, String> log(TestPeer witness) {
        Map<Long, String> log = new HashMap<>();
        List<Received> counted = witness.messages(ROOM).stream()
                .filter(message -> !message.event().equals("fleeting"))
                .toList();
        for (int i = 0; i < counted.size(); i++) {
            log.put(witness.offsets(ROOM).get(i), counted.get(i).text());
        }
        return log;
    }

    private static void witnessIsWhole(TestPeer witness, TestCluster cluster) {
        HistoryPage page = cluster.node(2)
                .room(ROOM)
                .history(HistoryPage.MAX_LIMIT)
                .toCompletableFuture()
                .join();
        assertThat(witness.offsets(ROOM)).hasSize((int) page.newest());
        for (HistoryPage.Entry entry : page.entries()) {
            assertThat(log(witness))
                    .containsEntry(entry.offset(), entry.message().text());
        }
    }

    private static void check(int number, Client client, Map<Long, String> log, TestPeer witness) {
        assertThat(client.seen).isSorted().doesNotHaveDuplicates();
        client.texts.forEach((offset, text) -> assertThat(log).containsEntry(offset, text));
        Set<String> keptBack = witness.messages(ROOM).stream()
                .filter(message -> message.event().equals("but me"))
                .map(Received::text)
                .filter(text -> text.startsWith(number + ":"))
                .collect(Collectors.toSet());
        long begin = client.begin.offset();
        for (long offset = begin + 1; offset <= witness.place(ROOM).offset(); offset++) {
            assertThat(client.texts.containsKey(offset) || keptBack.contains(log.get(offset)))
                    .as(
                            "client %d has place %d, %s, among %s from %d on",
                            number, offset, log.get(offset), client.seen, begin)
                    .isTrue();
        }
    }
}
