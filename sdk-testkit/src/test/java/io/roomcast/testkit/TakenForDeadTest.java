package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.RoomcastException;
import io.roomcast.bridge.Bridge;
import io.roomcast.testkit.junit.RoomcastTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A node that was paused, or cut off from the bridge, for so long that others took it for dead. */
@RoomcastTest
class TakenForDeadTest {

    private static final String JAZZ = "chat/jazz";

    private final List<Moody> bridges = new ArrayList<>();

    /** Takes the other node for dead, or cannot publish, as its test says. */
    private static final class Moody extends HookedBridge {
        boolean believesToBeAlone;
        boolean isCutOff;

        Moody(Bridge behind) {
            super(behind);
        }

        void takesForDead(TestNode other) {
            believesToBeAlone = true;
            listener.onNodeLost(other.roomcast().id());
        }

        void hearsAgainOf(TestNode other) {
            believesToBeAlone = false;
            listener.onNodeJoined(other.roomcast().id());
        }

        @Override
        public Set<String> nodes() {
            return believesToBeAlone ? Set.of() : super.nodes();
        }

        @Override
        public CompletionStage<Void> publish(String room, byte[] envelope) {
            return isCutOff
                    ? CompletableFuture.failedFuture(new RoomcastException("cut off"))
                    : super.publish(room, envelope);
        }
    }

    private TestCluster start(TestCluster.Builder builder) {
        return builder.room("chat/{topic}", new Relay())
                .bridges(behind -> {
                    Moody bridge = new Moody(behind);
                    bridges.add(bridge);
                    return bridge;
                })
                .start();
    }

    @Test
    void itSeesHowManyBroadcastsItMissedOfANodeThatBelievedToBeAlone(TestCluster.Builder builder) {
        TestCluster cluster = start(builder);
        TestRoom ann = cluster.node(1).peer("ann").join(JAZZ);
        TestRoom bea = cluster.node(2).peer("bea").join(JAZZ);
        ann.say("said", "1");
        bea.expect("said", "1");
        bridges.get(0).takesForDead(cluster.node(2));
        ann.say("said", "2");
        ann.say("said", "3");
        bridges.get(0).hearsAgainOf(cluster.node(2));
        assertThat(bea.expectGap()).as("before anything else is said").isEqualTo(2);
        ann.say("said", "4");
        bea.expect("said", "4");
        // What ann's node cannot know is what it missed itself.
        assertThat(ann.expectGap()).isZero();
    }

    @Test
    void theOthersAreToldThatTheyMayHaveMissedWhatItSaid(TestCluster.Builder builder) {
        TestCluster cluster = start(builder);
        TestRoom ann = cluster.node(1).peer("ann").join(JAZZ);
        TestRoom bea = cluster.node(2).peer("bea").join(JAZZ);
        bea.say("said", "1");
        ann.expect("said", "1");
        bridges.get(1).isCutOff = true;
        bea.say("said", "2");
        bridges.get(0).takesForDead(cluster.node(2));
        bea.say("said", "3");
        bridges.get(1).isCutOff = false;
        bridges.get(0).hearsAgainOf(cluster.node(2));
        assertThat(ann.expectGap()).isZero();
        bea.say("said", "4");
        ann.expect("said", "4");
    }

    @Test
    void aNodeThatIsNewIsNoNewsToPeers(TestCluster.Builder builder) {
        TestCluster cluster = start(builder);
        TestRoom ann = cluster.node(1).peer("ann").join(JAZZ);
        bridges.get(0).hearsAgainOf(cluster.node(2));
        ann.expectNothing();
    }
}
