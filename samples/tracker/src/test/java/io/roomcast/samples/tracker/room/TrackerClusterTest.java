package io.roomcast.samples.tracker.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.RoomOptions;
import io.roomcast.samples.tracker.swarm.Viewer;
import io.roomcast.testkit.Received;
import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestNode;
import io.roomcast.testkit.TestPeer;
import io.roomcast.testkit.TestRoom;
import io.roomcast.testkit.junit.OnNode;
import io.roomcast.testkit.junit.RoomcastTest;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The tracker on the production runtime, two nodes in one thread. The tests with seeds run again for each interleaving. To test a handler of
 * your own, copy this class: the field says what the cluster is, the parameters are the viewers.
 */
@RoomcastTest
class TrackerClusterTest {

    private static final String ROOM = "tracker/demo";
    private static final String ANNOUNCE = "{\"want\":4,\"open\":6}";

    final TestCluster.Builder cluster = TestCluster.builder().nodes(2);

    TrackerClusterTest() {
        cluster.room(TrackerRoom.PATTERN, RoomOptions.defaults(), this::tracker);
    }

    private TrackerRoom tracker(int node) {
        return new TrackerRoom(
                node == 1 ? "A" : "B",
                FakeCluster.SETTINGS,
                new NodeDirectory(),
                cluster.clock()::millis,
                new Random(node));
    }

    @RoomcastTest(seeds = 50)
    void viewersOnTwoNodesMeetAndTheirSignalsArriveInOrder(TestPeer ann, @OnNode(2) TestPeer ben) {
        TestRoom anns = ann.join(ROOM);
        TestRoom bens = ben.join(ROOM);
        anns.say(Events.ANNOUNCE, ANNOUNCE);
        assertThat(partnersOf(anns)).isEmpty();
        bens.say(Events.ANNOUNCE, ANNOUNCE);
        assertThat(partnersOf(bens)).extracting(Viewer::id).containsExactly(ann.id());
        anns.expect(
                Events.INTRODUCED,
                introduced -> introduced.decode(Events.VIEWERS).id().equals(ben.id()));

        for (String signal : new String[] {"offer", "candidate 1", "candidate 2"}) {
            ann.sayToLater(ROOM, ben.id(), Events.SIGNAL, signal);
        }
        ben.sayToLater(ROOM, ann.id(), Events.SIGNAL, "answer");

        bens.expectInOrder(Events.SIGNAL, "offer", "candidate 1", "candidate 2");
        anns.expect(Events.SIGNAL, "answer");
        assertThat(ben.messages(ROOM))
                .filteredOn(message -> message.event().equals(Events.SIGNAL))
                .extracting(Received::from)
                .containsOnly(ann.id());
        anns.expectNothing();
        bens.expectNothing();
    }

    @RoomcastTest(seeds = 50)
    void anOfferSentRightAfterTheIntroductionIsAnswered(TestPeer ann, @OnNode(2) TestPeer ben) {
        TestRoom anns = ann.join(ROOM);
        TestRoom bens = ben.join(ROOM);
        anns.say(Events.ANNOUNCE, ANNOUNCE);
        // Nothing comes to rest in between: the offer runs after the introduction on its way to the other node.
        ben.sayLater(ROOM, Events.ANNOUNCE, ANNOUNCE);
        ben.sayToLater(ROOM, ann.id(), Events.SIGNAL, "offer");
        anns.expect(Events.SIGNAL, "offer");
        anns.sayTo(ben, Events.SIGNAL, "answer");
        bens.expect(Events.SIGNAL, "answer");
        anns.expectNothing(Events.SIGNAL);
    }

    @Test
    void aNodeThatStopsTakesItsViewersOutOfTheSwarm(
            TestCluster cluster, @OnNode(1) TestNode one, TestPeer ann, @OnNode(2) TestPeer ben) {
        ann.join(ROOM).say(Events.ANNOUNCE, ANNOUNCE);
        TestRoom bens = ben.join(ROOM);
        bens.say(Events.ANNOUNCE, ANNOUNCE);
        assertThat(answerTo(bens).stats().viewers()).isEqualTo(2);

        one.stop(Duration.ZERO);
        cluster.advance(Duration.ofSeconds(2));
        bens.say(Events.ANNOUNCE, ANNOUNCE);
        assertThat(answerTo(bens).stats().nodes()).containsOnlyKeys("B");
    }

    @Test
    void aViewerWhoseConnectionBreaksIsOutOfTheSwarmOnBothNodes(TestPeer ann, @OnNode(2) TestPeer ben) {
        ann.join(ROOM).say(Events.ANNOUNCE, ANNOUNCE);
        TestRoom bens = ben.join(ROOM);
        ann.cut();
        bens.say(Events.ANNOUNCE, ANNOUNCE);
        Events.Partners answer = answerTo(bens);
        assertThat(answer.partners()).isEmpty();
        assertThat(answer.stats().viewers()).isEqualTo(1);
    }

    @Test
    void aRoomThatNobodyWatchesOnANodeIsForgottenThereAndLearntAnew(
            @OnNode(2) TestNode two, TestPeer ann, @OnNode(2) TestPeer ben) {
        TestRoom anns = ann.join(ROOM);
        anns.say(Events.ANNOUNCE, ANNOUNCE);
        ben.join(ROOM).leave();
        anns.say(Events.ANNOUNCE, ANNOUNCE);
        assertThat(two.stats().rooms()).isZero();

        TestRoom bens = ben.join(ROOM);
        bens.say(Events.ANNOUNCE, ANNOUNCE);
        assertThat(partnersOf(bens)).extracting(Viewer::id).containsExactly(ann.id());
    }

    @Test
    void aStreamThatDoesNotExistIsRefused(TestPeer ann) {
        ann.join("tracker/other").expectError(TrackerRoom.NO_SUCH_STREAM);
    }

    private static Iterable<Viewer> partnersOf(TestRoom viewer) {
        return answerTo(viewer).partners();
    }

    private static Events.Partners answerTo(TestRoom viewer) {
        return viewer.expect(Events.PARTNERS).decode(Events.ANSWERS);
    }
}
