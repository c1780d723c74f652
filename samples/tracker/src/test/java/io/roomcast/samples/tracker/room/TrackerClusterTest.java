package io.roomcast.samples.tracker.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.RoomOptions;
import io.roomcast.samples.tracker.swarm.Viewer;
import io.roomcast.testkit.Received;
import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestPeer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tracker on the production runtime, two nodes in one thread: each seed is another interleaving. */
class TrackerClusterTest {

    private static final String ROOM = "tracker/demo";
    private static final String ANNOUNCE = "{\"want\":4,\"open\":6}";

    private long now = 1_000_000;
    private TestCluster cluster = started(1);

    @AfterEach
    void stop() {
        cluster.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {2, 3, 5, 8, 13, 21, 34, 55})
    void viewersOnTwoNodesMeetAndTheirSignalsArriveInOrder(long seed) {
        restart(seed);
        TestPeer ann = viewer(1);
        TestPeer ben = viewer(2);
        ann.say(ROOM, Events.ANNOUNCE, ANNOUNCE);
        ben.say(ROOM, Events.ANNOUNCE, ANNOUNCE);

        assertThat(partners(ben).partners()).extracting(Viewer::id).containsExactly(ann.id());
        assertThat(received(ann, Events.INTRODUCED))
                .singleElement()
                .satisfies(introduced -> assertThat(introduced.text()).contains(ben.id()));

        for (String signal : List.of("offer", "candidate 1", "candidate 2")) {
            ann.sayToLater(ROOM, ben.id(), Events.SIGNAL, signal);
        }
        ben.sayToLater(ROOM, ann.id(), Events.SIGNAL, "answer");
        cluster.settle();

        assertThat(received(ben, Events.SIGNAL))
                .extracting(Received::from, Received::text)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(ann.id(), "offer"),
                        org.assertj.core.groups.Tuple.tuple(ann.id(), "candidate 1"),
                        org.assertj.core.groups.Tuple.tuple(ann.id(), "candidate 2"));
        assertThat(received(ann, Events.SIGNAL)).extracting(Received::text).containsExactly("answer");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {2, 3, 5, 8, 13, 21, 34, 55})
    void anOfferSentRightAfterTheIntroductionIsAnswered(long seed) {
        restart(seed);
        TestPeer ann = viewer(1);
        TestPeer ben = viewer(2);
        ann.say(ROOM, Events.ANNOUNCE, ANNOUNCE);
        // Nothing comes to rest in between: the offer runs after the introduction on its way to the other node.
        ben.sayLater(ROOM, Events.ANNOUNCE, ANNOUNCE);
        ben.sayToLater(ROOM, ann.id(), Events.SIGNAL, "offer");
        cluster.settle();
        ann.sayToLater(ROOM, ben.id(), Events.SIGNAL, "answer");
        cluster.settle();

        assertThat(received(ann, Events.SIGNAL)).extracting(Received::text).containsExactly("offer");
        assertThat(received(ben, Events.SIGNAL)).extracting(Received::text).containsExactly("answer");
    }

    @Test
    void aNodeThatStopsTakesItsViewersOutOfTheSwarm() {
        TestPeer ann = viewer(1);
        TestPeer ben = viewer(2);
        ann.say(ROOM, Events.ANNOUNCE, ANNOUNCE);
        ben.say(ROOM, Events.ANNOUNCE, ANNOUNCE);
        assertThat(partners(ben).stats().viewers()).isEqualTo(2);

        cluster.node(1).stop(Duration.ZERO);
        pass(Duration.ofSeconds(2));
        ben.say(ROOM, Events.ANNOUNCE, ANNOUNCE);
        assertThat(partners(ben).stats().nodes()).containsOnlyKeys("B");
    }

    @Test
    void aViewerWhoseConnectionBreaksIsOutOfTheSwarmOnBothNodes() {
        TestPeer ann = viewer(1);
        TestPeer ben = viewer(2);
        ann.say(ROOM, Events.ANNOUNCE, ANNOUNCE);
        ann.cut();
        ben.say(ROOM, Events.ANNOUNCE, ANNOUNCE);
        assertThat(partners(ben).partners()).isEmpty();
        assertThat(partners(ben).stats().viewers()).isEqualTo(1);
    }

    @Test
    void aRoomThatNobodyWatchesOnANodeIsForgottenThereAndLearntAnew() {
        TestPeer ann = viewer(1);
        ann.say(ROOM, Events.ANNOUNCE, ANNOUNCE);
        TestPeer ben = viewer(2);
        ben.leave(ROOM);
        ann.say(ROOM, Events.ANNOUNCE, ANNOUNCE);
        assertThat(cluster.node(2).stats().rooms()).isZero();

        ben.join(ROOM);
        ben.say(ROOM, Events.ANNOUNCE, ANNOUNCE);
        assertThat(partners(ben).partners()).extracting(Viewer::id).containsExactly(ann.id());
    }

    private TestPeer viewer(int node) {
        TestPeer viewer = cluster.peer(node);
        viewer.join(ROOM);
        assertThat(viewer.errors()).isEmpty();
        return viewer;
    }

    private void pass(Duration time) {
        now += time.toMillis();
        cluster.advance(time);
    }

    private void restart(long seed) {
        cluster.close();
        cluster = started(seed);
    }

    private TestCluster started(long seed) {
        return TestCluster.builder()
                .seed(seed)
                .nodes(2)
                .room(TrackerRoom.PATTERN, RoomOptions.defaults(), this::tracker)
                .start();
    }

    private TrackerRoom tracker(int node) {
        return new TrackerRoom(
                node == 1 ? "A" : "B", FakeCluster.SETTINGS, new NodeDirectory(), () -> now, new Random(node));
    }

    private static List<Received> received(TestPeer peer, String event) {
        return peer.messages(ROOM).stream()
                .filter(message -> message.event().equals(event))
                .toList();
    }

    private static Events.Partners partners(TestPeer peer) {
        List<Received> answers = received(peer, Events.PARTNERS);
        return Events.ANSWERS.decode(
                ByteBuffer.wrap(answers.get(answers.size() - 1).payload()));
    }
}
