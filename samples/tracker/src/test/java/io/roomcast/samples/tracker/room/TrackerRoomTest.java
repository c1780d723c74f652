package io.roomcast.samples.tracker.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Message;
import io.roomcast.samples.tracker.swarm.Viewer;
import io.roomcast.samples.tracker.swarm.Viewers;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackerRoomTest {

    private static final String ANN = Viewers.id(1);
    private static final String BEN = Viewers.id(2);
    private static final String CAT = Viewers.id(3);

    private final FakeCluster cluster = new FakeCluster();
    private final FakeCluster.Node a = cluster.node("A");
    private final FakeCluster.Node b = cluster.node("B");

    @Test
    void viewersOnTwoNodesAreIntroducedBothWays() {
        annAndBenMeet();

        assertThat(cluster.lastPartners(BEN).partners()).extracting(Viewer::id).containsExactly(ANN);
        assertThat(cluster.received(ANN, Events.INTRODUCED))
                .singleElement()
                .satisfies(message ->
                        assertThat(message.decode(Events.VIEWERS).id()).isEqualTo(BEN));
    }

    @Test
    void aSignalReachesThePartnerUnreadAndSaysWhoSentIt() {
        annAndBenMeet();
        byte[] anything = {0, (byte) 0xFF, 7};
        a.say(ANN, Message.of(Events.SIGNAL, anything).addressedTo(BEN));
        b.say(BEN, Message.of(Events.SIGNAL, "answer").addressedTo(ANN));

        assertThat(cluster.deliveries)
                .filteredOn(delivery -> delivery.message().event().equals(Events.SIGNAL))
                .extracting(
                        FakeCluster.Delivery::to,
                        FakeCluster.Delivery::from,
                        delivery -> delivery.message().size())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(BEN, ANN, 3),
                        org.assertj.core.groups.Tuple.tuple(ANN, BEN, 6));
    }

    @Test
    void nobodySignalsToAViewerItWasNotIntroducedTo() {
        annAndBenMeet();
        b.join(CAT);
        b.say(CAT, Message.of(Events.SIGNAL, "offer").addressedTo(ANN));
        b.say(CAT, Message.of(Events.SIGNAL, "offer"));

        assertThat(cluster.received(ANN, Events.SIGNAL)).isEmpty();
        assertThat(cluster.received(CAT, Events.REFUSED)).hasSize(2);
    }

    @Test
    void anOfferIsDeadAfterFiftySeconds() {
        annAndBenMeet();
        cluster.pass(Duration.ofSeconds(50));
        a.say(ANN, Message.of(Events.SIGNAL, "late").addressedTo(BEN));

        assertThat(cluster.received(BEN, Events.SIGNAL)).isEmpty();
        assertThat(cluster.received(ANN, Events.REFUSED)).hasSize(1);
    }

    @Test
    void aDeclineIsRelayedAndEndsTheIntroduction() {
        annAndBenMeet();
        a.say(ANN, Message.of(Events.DECLINE).addressedTo(BEN));
        a.say(ANN, Message.of(Events.SIGNAL, "after all").addressedTo(BEN));

        assertThat(cluster.received(BEN, Events.DECLINE)).hasSize(1);
        assertThat(cluster.received(BEN, Events.SIGNAL)).isEmpty();
    }

    @Test
    void noAnnounceGetsMorePartnersThanTheTrackerGives() {
        for (int i = 10; i < 40; i++) {
            a.join(Viewers.id(i));
            a.announce(Viewers.id(i), 0);
        }
        b.join(ANN);
        b.announce(ANN, 500);
        assertThat(cluster.lastPartners(ANN).partners()).hasSize(FakeCluster.SETTINGS.mostWanted());
        assertThat(cluster.lastPartners(ANN).stats().viewers()).isEqualTo(31);
    }

    @Test
    void knownViewersAreNotOfferedAgain() {
        annAndBenMeet();
        b.say(BEN, Message.of(Events.ANNOUNCE, "{\"want\":4,\"open\":6,\"known\":[\"" + ANN + "\"]}"));
        assertThat(cluster.lastPartners(BEN).partners()).isEmpty();
    }

    @Test
    void aNodeThatOpensTheRoomAsksTheOthersWhoWatches() {
        IntStream.range(10, 10 + 2 * StreamRoom.VIEWERS_PER_TELL + 1)
                .mapToObj(Viewers::id)
                .forEach(id -> {
                    a.join(id);
                    a.announce(id, 0);
                });
        var snapshot = Objects.requireNonNull(b.join(BEN)).snapshot();
        Events.Joined joined = Events.JOINED.decode(java.nio.ByteBuffer.wrap(snapshot));
        assertThat(joined.node()).isEqualTo("B");
        assertThat(joined.stats().viewers()).isEqualTo(2 * StreamRoom.VIEWERS_PER_TELL + 1);
        assertThat(joined.stats().nodes()).containsOnlyKeys("A");
    }

    @Test
    void theNextAnnounceHealsALostOne() {
        a.join(ANN);
        b.join(BEN);
        cluster.loses = message -> true;
        a.announce(ANN, 0);
        cluster.loses = message -> false;
        b.announce(BEN, 4);
        assertThat(cluster.lastPartners(BEN).partners()).isEmpty();

        a.announce(ANN, 0);
        b.announce(BEN, 4);
        assertThat(cluster.lastPartners(BEN).partners()).extracting(Viewer::id).containsExactly(ANN);
    }

    @Test
    void aViewerWhoseFarewellWasLostIsForgotten() {
        annAndBenMeet();
        cluster.loses = message -> message.event().equals(Events.SWARM_GONE);
        a.leave(ANN);
        b.announce(BEN, 0);
        assertThat(cluster.lastPartners(BEN).stats().viewers()).isEqualTo(2);

        cluster.pass(Duration.ofSeconds(11));
        b.announce(BEN, 4);
        assertThat(cluster.lastPartners(BEN).stats().viewers()).isEqualTo(1);
        assertThat(cluster.lastPartners(BEN).partners()).isEmpty();
    }

    @Test
    void aFarewellIsToldToTheOtherNodes() {
        annAndBenMeet();
        a.leave(ANN);
        b.announce(BEN, 4);
        assertThat(cluster.lastPartners(BEN).stats().viewers()).isEqualTo(1);
    }

    @Test
    void theViewersOfALostNodeAreGoneAtOnce() {
        annAndBenMeet();
        a.crash();
        b.announce(BEN, 4);
        assertThat(cluster.lastPartners(BEN).stats().nodes()).containsOnlyKeys("B");
    }

    @Test
    void twoThatAskAtTheSameMomentAreBothToldOfEachOther() {
        a.join(ANN);
        b.join(BEN);
        a.announce(ANN, 0);
        b.announce(BEN, 0);
        a.announce(ANN, 4);
        b.announce(BEN, 4);

        // Each has the other's id, so both know which of the two makes the one offer.
        assertThat(cluster.lastPartners(ANN).partners()).extracting(Viewer::id).containsExactly(BEN);
        assertThat(cluster.lastPartners(BEN).partners()).extracting(Viewer::id).containsExactly(ANN);
        assertThat(cluster.received(ANN, Events.INTRODUCED)).hasSize(1);
        assertThat(cluster.received(BEN, Events.INTRODUCED)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "nonsense",
                "null",
                "{\"want\":-1}",
                "{\"want\":1001}",
                "{\"open\":17}",
                "{\"place\":{\"x\":1e9,\"y\":0}}",
                "{\"place\":{\"x\":\"NaN\",\"y\":0}}",
                "{\"links\":[\"short\"]}",
                "{\"links\":[null]}",
                "{\"known\":[\"<script>alert(1)</script>\"]}",
                "{\"choice\":\"cheapest\"}",
                "{\"fromPeers\":-5}"
            })
    void aBadAnnounceIsRefusedAndChangesNothing(String json) {
        a.join(ANN);
        a.say(ANN, Message.of(Events.ANNOUNCE, json));
        assertThat(cluster.received(ANN, Events.REFUSED)).hasSize(1);
        assertThat(cluster.received(ANN, Events.PARTNERS)).isEmpty();
    }

    @Test
    void theRefusalSaysWhatIsWrong() {
        a.join(ANN);
        a.say(ANN, Message.of(Events.ANNOUNCE, "{\"want\":1001}"));
        assertThat(cluster.received(ANN, Events.REFUSED).get(0).decode(Events.REFUSALS))
                .isEqualTo(new Events.Refused(Events.ANNOUNCE, "", "want is 1001, expected 0 to 1000"));
    }

    @Test
    void whoAnnouncesTooOftenIsRefusedAndLaterHeardAgain() {
        a.join(ANN);
        for (int i = 0; i < 10; i++) {
            a.announce(ANN, 0);
        }
        assertThat(cluster.received(ANN, Events.PARTNERS)).hasSize(6);
        assertThat(cluster.received(ANN, Events.REFUSED)).hasSize(4);
        cluster.pass(Duration.ofSeconds(2));
        a.announce(ANN, 0);
        assertThat(cluster.received(ANN, Events.PARTNERS)).hasSize(7);
    }

    @Test
    void anUnknownEventIsRefused() {
        a.join(ANN);
        a.say(ANN, Message.of("hack"));
        assertThat(cluster.received(ANN, Events.REFUSED)).hasSize(1);
    }

    @Test
    void aStreamThatDoesNotExistIsRefused() {
        TrackerRoom tracker =
                new TrackerRoom("A", FakeCluster.SETTINGS, new NodeDirectory(), () -> 0, new java.util.Random(1));
        FakeRoom room =
                new FakeRoom("tracker/other", java.util.Map.of("stream", "other"), sent -> {}, (node, message) -> {});
        tracker.onOpen(room);
        var admission = tracker.onAdmit(room, new FakePeer(ANN), new io.roomcast.JoinRequest(Message.of("join")));
        assertThat(Objects.requireNonNull(admission.refusal()).code()).isEqualTo(TrackerRoom.NO_SUCH_STREAM);
    }

    private void annAndBenMeet() {
        a.join(ANN);
        a.announce(ANN, 4);
        b.join(BEN);
        b.announce(BEN, 4);
    }
}
