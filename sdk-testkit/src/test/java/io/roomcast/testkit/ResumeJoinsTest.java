package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Admission;
import io.roomcast.BroadcastObserver;
import io.roomcast.JoinRequest;
import io.roomcast.LeaveReason;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Leave;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The join promise while the peers that join and leave lose their connections, and come back on another loop in the middle of it:
 * a snapshot and what follows, up to the leaving, are exactly what the node delivered meanwhile.
 */
class ResumeJoinsTest {

    private static final int RUNS = Integer.getInteger("roomcast.resume.runs", 100);
    private static final int PEERS = 4;
    private static final int ACTIONS = 120;
    private static final List<String> ROOMS = List.of("chat/a", "chat/b");

    /** Remembers what was broadcast in each room and tells newcomers how much that was. */
    private static final class Journal implements RoomHandler, BroadcastObserver {
        final Map<String, List<String>> delivered = new HashMap<>();
        final Map<String, Integer> members = new HashMap<>();

        List<String> of(String room) {
            return delivered.computeIfAbsent(room, name -> new ArrayList<>());
        }

        @Override
        public Admission onAdmit(Room room, Peer peer, JoinRequest request) {
            return Admission.accept(Integer.toString(of(room.name()).size()).getBytes());
        }

        @Override
        public void onJoin(Room room, Peer peer) {
            members.merge(room.name() + " " + peer.id(), 1, Integer::sum);
        }

        @Override
        public void onLeave(Room room, Peer peer, LeaveReason reason) {
            members.merge(room.name() + " " + peer.id(), -1, Integer::sum);
        }

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            // With a sender, so that it has no route: such messages are among the frames of a test peer.
            room.broadcast(message).from(peer).send();
        }

        @Override
        public void onBroadcast(Room room, Message message) {
            of(room.name()).add(message.text());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSnapshotAndWhatFollowsUntilTheLeavingAreWhatTheNodeDelivered(boolean blocking) {
        long first = new Random().nextLong();
        System.out.println("seeds from " + first);
        for (int run = 0; run < RUNS; run++) {
            run(first + run, blocking);
        }
    }

    private static void run(long seed, boolean blocking) {
        Random random = new Random(seed);
        Journal journal = new Journal();
        RoomOptions options = blocking
                ? RoomOptions.defaults()
                : RoomOptions.builder().nonBlocking().build();
        try (TestCluster cluster = TestCluster.builder()
                .nodes(1)
                .seed(seed)
                .room("chat/{topic}", options, node -> journal)
                .start()) {
            List<TestPeer> peers = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                peers.add(cluster.resumablePeer(1));
            }
            int said = 0;
            for (int action = 0; action < ACTIONS; action++) {
                TestPeer peer = peers.get(random.nextInt(PEERS));
                String room = ROOMS.get(random.nextInt(ROOMS.size()));
                switch (random.nextInt(9)) {
                    case 0, 1 -> peer.joinLater(room, "");
                    case 2, 3 -> {
                        if (peer.isIn(room)) {
                            peer.sayLater(room, "said", String.valueOf(said++));
                        }
                    }
                    case 4 ->
                        cluster.node(1)
                                .room(room)
                                .broadcast("said", String.valueOf(said++))
                                .from(cluster.node(1).roomcast().peer(peer.id()).orElseThrow())
                                .send();
                    case 5 -> {
                        if (peer.isIn(room)) {
                            leave(peer, room);
                        }
                    }
                    case 6 -> peer.cutLater();
                    default -> peer.comeBackLater(1, "");
                }
                cluster.steps(random.nextInt(10));
            }
            cluster.settle();
            for (TestPeer peer : peers) {
                peer.comeBack(1);
                assertThat(peer.isResumed()).as("seed %d, %s", seed, peer).isTrue();
            }
            for (TestPeer peer : peers) {
                for (String room : ROOMS) {
                    assertStays(seed, peer, room, journal.of(room));
                    assertThat(journal.members.getOrDefault(room + " " + peer.id(), 0))
                            .as("%s in %s, seed %d", peer, room, seed)
                            .isEqualTo(peer.isIn(room) ? 1 : 0);
                }
            }
        }
    }

    /** Walks through what the peer got: between a joined and the left, the room's messages are those of the journal. */
    private static void assertStays(long seed, TestPeer peer, String room, List<String> delivered) {
        List<String> got = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        int next = -1;
        for (String event : history(peer, room)) {
            if (event.startsWith("joined ")) {
                next = Integer.parseInt(event.substring(7));
            } else if (event.equals("left")) {
                next = -1;
            } else {
                got.add(event);
                assertThat(next)
                        .as("%s outside room %s, seed %d", event, room, seed)
                        .isBetween(0, delivered.size() - 1);
                expected.add("message " + delivered.get(next++));
            }
        }
        assertThat(got).as("%s in %s, seed %d", peer, room, seed).isEqualTo(expected);
        if (next >= 0) {
            assertThat(next)
                    .as("%s in %s until the end, seed %d", peer, room, seed)
                    .isEqualTo(delivered.size());
        }
    }

    private static List<String> history(TestPeer peer, String room) {
        Map<Integer, String> names = new HashMap<>();
        List<String> history = new ArrayList<>();
        for (Frame frame : peer.frames()) {
            switch (frame.getBodyCase()) {
                case JOINED -> {
                    names.put(frame.getJoined().getNumber(), frame.getJoined().getRoom());
                    if (frame.getJoined().getRoom().equals(room)) {
                        history.add("joined " + frame.getJoined().getSnapshot().toStringUtf8());
                    }
                }
                case LEFT -> {
                    if (room.equals(names.get(frame.getLeft().getRoom()))) {
                        history.add("left");
                    }
                }
                case MESSAGE -> {
                    if (room.equals(names.get(frame.getMessage().getRoom()))) {
                        history.add("message " + frame.getMessage().getPayload().toStringUtf8());
                    }
                }
                default -> {
                    // Says nothing about the room.
                }
            }
        }
        return history;
    }

    private static void leave(TestPeer peer, String room) {
        int number = peer.frames().stream()
                .filter(frame -> frame.getJoined().getRoom().equals(room))
                .mapToInt(frame -> frame.getJoined().getNumber())
                .reduce((earlier, later) -> later)
                .orElseThrow();
        peer.sendLater(Frame.newBuilder().setLeave(Leave.newBuilder().setRoom(number)));
    }
}
