package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.testkit.junit.RoomcastTest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Broadcasts that a handler makes one right after the other travel together, and nobody can tell. */
@RoomcastTest
class BurstTest {

    private static final String ROOM = "burst/1";
    private static final int LENGTH = 20;

    /** Does to the room what the message's event says, a burst of it. */
    private static final class Bursts implements RoomHandler {

        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            int bytes = message.size() == 0 ? 3 : Integer.parseInt(message.text());
            for (int i = 0; i < LENGTH; i++) {
                Message number = Message.of(message.event(), numbered(i, bytes));
                switch (message.event()) {
                    case "all" -> room.broadcast(number).send();
                    case "others" -> room.broadcast(number).except(peer).send();
                    case "mixed" -> mixed(room, peer, number, i);
                    default -> throw new IllegalArgumentException(message.event());
                }
            }
        }

        /** Every third goes to the others only, every fifth may be dropped, and every seventh is said to the peer alone. */
        private static void mixed(Room room, Peer peer, Message number, int i) {
            if (i % 7 == 0) {
                peer.send(number);
            }
            if (i % 3 == 0) {
                room.broadcast(number).except(peer).send();
            } else if (i % 5 == 0) {
                room.broadcast(number).volatileDelivery().send();
            } else {
                room.broadcast(number).send();
            }
        }
    }

    final TestCluster.Builder cluster = withBursts(TestCluster.builder());

    private static TestCluster.Builder withBursts(TestCluster.Builder builder) {
        return builder.room("burst/{n}", RoomOptions.builder().nonBlocking().build(), node -> new Bursts());
    }

    @Test
    void eachPeerGetsAllInTheirOrder(TestCluster cluster) {
        List<TestPeer> peers = peers(cluster);
        peers.get(0).say(ROOM, "all", "");
        for (TestPeer peer : peers) {
            assertThat(texts(peer)).as(peer.name()).isEqualTo(numbers(3));
            assertThat(peer.webSocketMessages()).as("they leave together").isLessThan(LENGTH);
        }
    }

    @Test
    void whoIsExceptedGetsNone(TestCluster cluster) {
        List<TestPeer> peers = peers(cluster);
        peers.get(1).say(ROOM, "others", "");
        assertThat(texts(peers.get(1))).isEmpty();
        for (int i : new int[] {0, 2, 3}) {
            assertThat(texts(peers.get(i))).isEqualTo(numbers(3));
        }
    }

    @Test
    void thoseOfDifferentKindsKeepTheirOrderWithWhatIsSaidToOnePeerInBetween(TestCluster cluster) {
        List<TestPeer> peers = peers(cluster);
        peers.get(0).say(ROOM, "mixed", "");
        List<String> ofSpeaker = new ArrayList<>();
        for (int i = 0; i < LENGTH; i++) {
            if (i % 7 == 0) {
                ofSpeaker.add(numbered(i, 3));
            }
            if (i % 3 != 0) {
                ofSpeaker.add(numbered(i, 3));
            }
        }
        assertThat(peers.get(0).messages()).extracting(Received::text).isEqualTo(ofSpeaker);
        assertThat(texts(peers.get(1))).isEqualTo(numbers(3));
        assertThat(texts(peers.get(3))).isEqualTo(numbers(3));
    }

    @Test
    void aBurstThatIsLargerThanThePeersBudgetHarmsNobodyWhoKeepsUp(TestCluster.Builder builder) {
        List<TestPeer> peers = peers(withBursts(builder)
                .limits(limits -> limits.outboundBytesPerPeer(4096).maxMessageBytes(2048))
                .start());
        peers.get(0).say(ROOM, "all", "1000");
        for (TestPeer peer : peers) {
            assertThat(texts(peer)).as(peer.name()).isEqualTo(numbers(1000));
            assertThat(peer.closeCode()).as(peer.name() + "'s close code").isZero();
        }
    }

    @Test
    void whoComesBackGetsWhatItMissedOfABurstOnce(TestCluster cluster) {
        TestPeer speaker = cluster.node(1).peer("speaker");
        TestPeer ann = cluster.node(1).resumablePeer("ann");
        List.of(speaker, ann).forEach(peer -> peer.join(ROOM));
        speaker.say(ROOM, "all", "");
        ann.cut();
        speaker.say(ROOM, "all", "");
        ann.comeBack(1);
        List<String> twice = new ArrayList<>(numbers(3));
        twice.addAll(numbers(3));
        assertThat(ann.isResumed()).isTrue();
        assertThat(texts(ann)).isEqualTo(twice);
    }

    private static List<TestPeer> peers(TestCluster cluster) {
        List<TestPeer> peers = List.of(
                cluster.node(1).peer("ann"),
                cluster.node(1).peer("bea"),
                cluster.node(1).peer("cid"),
                cluster.node(2).peer("dan"));
        peers.forEach(peer -> peer.join(ROOM));
        return peers;
    }

    private static List<String> texts(TestPeer peer) {
        return peer.messages(ROOM).stream().map(Received::text).toList();
    }

    private static List<String> numbers(int bytes) {
        return IntStream.range(0, LENGTH).mapToObj(i -> numbered(i, bytes)).toList();
    }

    private static String numbered(int i, int bytes) {
        return ("" + i + ".".repeat(bytes)).substring(0, bytes);
    }
}
