package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

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
import io.roomcast.runtime.wire.proto.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Delivery policies in real rooms on two nodes; the mechanism itself has its tests in the runtime. */
class PoliciesTest {

    private static final String ROOM = "desk/1";

    /** More than the in-memory network takes before the client reads. */
    private static final String BULK = "x".repeat(60_000);

    private static final RoomHandler RELAY = new RoomHandler() {
        @Override
        public void onMessage(Room room, Peer peer, Message message) {
            room.broadcast(message).from(peer).send();
        }
    };

    private final List<PolicyFlush> flushes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();

    private final RoomcastListener listener = new RoomcastListener() {
        @Override
        public void policyFlushed(PolicyFlush flush) {
            flushes.add(flush);
        }

        @Override
        public void handlerFailed(String where, Throwable failure) {
            failures.add(where);
        }

        @Override
        public void messageDropped(String room) {
            dropped.add(room);
        }
    };

    private TestCluster cluster(RoomOptions.Builder options) {
        return TestCluster.builder()
                .listener(listener)
                .room("desk/{id}", options.build(), node -> RELAY)
                .start();
    }

    private static List<String> texts(TestPeer peer, String event) {
        return peer.messages(ROOM).stream()
                .filter(message -> message.event().equals(event))
                .map(Received::text)
                .toList();
    }

    private static TestPeer joined(TestCluster cluster, int node) {
        TestPeer peer = cluster.peer(node);
        peer.join(ROOM);
        return peer;
    }

    /** Makes a peer one that does not keep up. */
    private static void block(TestCluster cluster, TestPeer peer) {
        peer.stall();
        for (int i = 0; i < 6; i++) {
            cluster.node(1)
                    .room(ROOM)
                    .broadcast("bulk", BULK)
                    .toPeers(peer.id())
                    .send();
            cluster.settle();
        }
    }

    private static void nothingWaits(TestCluster cluster) {
        assertThat(cluster.node(1).stats().outboundBytes()).isZero();
        assertThat(cluster.node(2).stats().outboundBytes()).isZero();
    }

    @Test
    void appendedMessagesLeaveEachNodeInOneWebSocketMessageAndStayMessages() {
        try (TestCluster cluster = cluster(RoomOptions.builder().policy("line", DeliveryPolicy.append()))) {
            TestPeer ann = joined(cluster, 1);
            TestPeer bob = joined(cluster, 2);
            int annBefore = ann.webSocketMessages();
            int bobBefore = bob.webSocketMessages();
            for (String text : List.of("a", "b", "c")) {
                ann.say(ROOM, "line", text);
                cluster.advance(Duration.ofMillis(2));
            }
            assertThat(bob.messages(ROOM)).isEmpty();
            assertThat(cluster.node(2).stats().outboundBytes()).isPositive();
            cluster.advance(Duration.ofMillis(10));
            // The event got a route on the way, whose definition is a message of its own.
            assertThat(texts(ann, "line")).containsExactly("a", "b", "c");
            assertThat(texts(bob, "line")).containsExactly("a", "b", "c");
            assertThat(ann.webSocketMessages() - annBefore).isEqualTo(1);
            assertThat(bob.webSocketMessages() - bobBefore).isEqualTo(1);
            assertThat(bob.messages(ROOM))
                    .allSatisfy(message -> assertThat(message.from()).isEqualTo(ann.id()));
            assertThat(flushes).hasSize(2).allSatisfy(flush -> {
                assertThat(flush.pattern()).isEqualTo("desk/{id}");
                assertThat(flush.event()).isEqualTo("line");
                assertThat(flush.reason()).isEqualTo(PolicyFlush.Reason.IDLE_GAP);
                assertThat(flush.in()).isEqualTo(3);
                assertThat(flush.out()).isEqualTo(3);
            });
            nothingWaits(cluster);
        }
    }

    @Test
    void anotherMessageOfTheRoomFollowsWhatIsHeld() {
        try (TestCluster cluster = cluster(RoomOptions.builder().policy("line", DeliveryPolicy.append()))) {
            TestPeer ann = joined(cluster, 1);
            TestPeer bob = joined(cluster, 2);
            ann.say(ROOM, "line", "held");
            ann.say(ROOM, "plain", "behind it");
            for (TestPeer peer : List.of(ann, bob)) {
                assertThat(peer.messages(ROOM)).extracting(Received::text).containsExactly("held", "behind it");
            }
        }
    }

    @Test
    void aMessageOutsideTheRoomFollowsWhatIsHeld() {
        try (TestCluster cluster = cluster(RoomOptions.builder().policy("line", DeliveryPolicy.append()))) {
            TestPeer ann = joined(cluster, 1);
            ann.say(ROOM, "line", "held");
            ann.onServer().send("direct", "behind it");
            cluster.settle();
            assertThat(ann.messages()).extracting(Received::text).containsExactly("held", "behind it");
        }
    }

    @Test
    void aRequestToAPeerFollowsWhatIsHeld() {
        try (TestCluster cluster = cluster(RoomOptions.builder().policy("line", DeliveryPolicy.append()))) {
            TestPeer ann = joined(cluster, 1);
            ann.say(ROOM, "line", "held");
            Peer peer = ann.onServer();
            peer.request(Message.of("behind it"), Duration.ofSeconds(1));
            cluster.settle();
            assertThat(ann.frames().stream().map(Frame::getBodyCase))
                    .endsWith(Frame.BodyCase.MESSAGE, Frame.BodyCase.REQUEST);
        }
    }

    @Test
    void whatIsHeldDoesNotMakeAPeerSlow() {
        try (TestCluster cluster = cluster(RoomOptions.builder().policy("line", DeliveryPolicy.append()))) {
            TestPeer ann = joined(cluster, 1);
            ann.say(ROOM, "line", "held");
            var writable = ann.onServer().whenWritable();
            cluster.settle();
            assertThat(writable.toCompletableFuture()).isCompletedWithValue(true);
            assertThat(ann.messages(ROOM)).isEmpty();
        }
    }

    @Test
    void aSlowPeerSeesTheNewestValueOfEachKeyOnEveryNode() {
        try (TestCluster cluster = cluster(RoomOptions.builder())) {
            TestPeer near = joined(cluster, 1);
            TestPeer far = joined(cluster, 2);
            TestPeer quick = joined(cluster, 2);
            block(cluster, near);
            block(cluster, far);
            for (int i = 0; i < 100; i++) {
                cluster.node(1)
                        .room(ROOM)
                        .broadcast("quote", "x" + i)
                        .latest("x")
                        .send();
                cluster.node(1)
                        .room(ROOM)
                        .broadcast("quote", "y" + i)
                        .latest("y")
                        .send();
                cluster.settle();
            }
            assertThat(texts(quick, "quote")).hasSize(200).endsWith("x99", "y99");
            assertThat(cluster.node(1).stats().messagesConflated()).isEqualTo(198);
            near.resume();
            far.resume();
            assertThat(texts(near, "quote")).containsExactly("x99", "y99");
            assertThat(texts(far, "quote")).containsExactly("x99", "y99");
            nothingWaits(cluster);
        }
    }

    @Test
    void theKeyComesFromTheBroadcastOrFromThePolicy() {
        RoomOptions.Builder options = RoomOptions.builder()
                .policy(
                        "quote",
                        DeliveryPolicy.latest()
                                .minInterval(Duration.ofMillis(100))
                                .keyedBy(message -> message.text().substring(0, 1)));
        try (TestCluster cluster = cluster(options)) {
            TestPeer bob = joined(cluster, 2);
            for (String text : List.of("a1", "b1", "a2", "a3", "b2")) {
                cluster.node(1).room(ROOM).broadcast("quote", text).send();
                cluster.settle();
            }
            assertThat(texts(bob, "quote")).containsExactly("a1", "b1");
            cluster.node(1).room(ROOM).broadcast("quote", "c1").key("a").send();
            cluster.settle();
            cluster.advance(Duration.ofMillis(105));
            assertThat(texts(bob, "quote")).containsExactly("a1", "b1", "c1", "b2");
        }
    }

    @Test
    void aKeyThatCannotBeHadCostsThePolicyAndNothingElse() {
        RoomOptions.Builder options = RoomOptions.builder()
                .policy(
                        "quote",
                        DeliveryPolicy.latest()
                                .minInterval(Duration.ofMillis(100))
                                .keyedBy(message -> {
                                    if (message.text().equals("long")) {
                                        return "k".repeat(300);
                                    }
                                    throw new IllegalStateException("no key");
                                }))
                .policy("line", DeliveryPolicy.append().flushWhen(message -> {
                    throw new IllegalStateException("no test");
                }));
        try (TestCluster cluster = cluster(options)) {
            TestPeer ann = joined(cluster, 1);
            ann.say(ROOM, "quote", "1");
            ann.say(ROOM, "quote", "2");
            ann.say(ROOM, "quote", "long");
            ann.say(ROOM, "line", "3");
            assertThat(ann.messages(ROOM)).extracting(Received::text).containsExactly("1", "2", "long", "3");
            assertThat(failures)
                    .containsExactly(
                            "keyedBy of event quote of room desk/1",
                            "keyedBy of event quote of room desk/1",
                            "keyedBy of event quote of room desk/1",
                            "flushWhen of event line of room desk/1");
        }
    }

    @Test
    void aSlowPeerGetsTheNewestFewAndTheRestIsCounted() {
        RoomOptions.Builder options =
                RoomOptions.builder().policy("moved", DeliveryPolicy.dropOldest(2, Duration.ofSeconds(1)));
        try (TestCluster cluster = cluster(options)) {
            TestPeer slow = joined(cluster, 2);
            TestPeer quick = joined(cluster, 2);
            block(cluster, slow);
            for (int i = 0; i < 5; i++) {
                quick.say(ROOM, "moved", "p" + i);
            }
            slow.resume();
            assertThat(texts(slow, "moved")).containsExactly("p3", "p4");
            assertThat(texts(quick, "moved")).hasSize(5);
            assertThat(dropped).containsExactly(ROOM, ROOM, ROOM);
            assertThat(cluster.node(2).stats().messagesDropped()).isEqualTo(3);
            nothingWaits(cluster);
        }
    }

    @Test
    void payloadsAreMergedAndAFailureLeavesTheNewest() {
        RoomOptions.Builder options = RoomOptions.builder()
                .policy("sum", DeliveryPolicy.merge(Codecs.utf8(), (older, newer) -> {
                    if (newer.equals("bad")) {
                        throw new IllegalStateException("cannot add");
                    }
                    return older + "+" + newer;
                }));
        try (TestCluster cluster = cluster(options)) {
            TestPeer ann = joined(cluster, 1);
            TestPeer bob = joined(cluster, 2);
            for (String text : List.of("1", "2", "3")) {
                ann.say(ROOM, "sum", text);
            }
            cluster.advance(Duration.ofMillis(105));
            assertThat(texts(ann, "sum")).containsExactly("1+2+3");
            assertThat(texts(bob, "sum")).containsExactly("1+2+3");
            assertThat(failures).isEmpty();
            for (String text : List.of("4", "bad", "5")) {
                ann.say(ROOM, "sum", text);
            }
            cluster.advance(Duration.ofMillis(105));
            assertThat(texts(bob, "sum")).containsExactly("1+2+3", "bad+5");
            // Once on each node.
            assertThat(failures)
                    .containsExactly("merge of event sum of room desk/1", "merge of event sum of room desk/1");
            nothingWaits(cluster);
        }
    }

    @Test
    void volatileMessagesAreNotSubjectToPolicies() {
        try (TestCluster cluster = cluster(RoomOptions.builder().policy("line", DeliveryPolicy.append()))) {
            TestPeer ann = joined(cluster, 1);
            cluster.node(1)
                    .room(ROOM)
                    .broadcast("line", "now")
                    .volatileDelivery()
                    .send();
            cluster.settle();
            assertThat(texts(ann, "line")).containsExactly("now");
            assertThat(flushes).isEmpty();
        }
    }

    @Test
    void whoLeavesGetsWhatIsHeldBeforeItIsToldThatItHasLeft() {
        try (TestCluster cluster = cluster(RoomOptions.builder().policy("line", DeliveryPolicy.append()))) {
            TestPeer ann = joined(cluster, 1);
            ann.say(ROOM, "line", "held");
            ann.leave(ROOM);
            assertThat(ann.frames().stream().map(Frame::getBodyCase))
                    .endsWith(Frame.BodyCase.MESSAGE, Frame.BodyCase.LEFT);
            nothingWaits(cluster);
        }
    }

    @Test
    void whatIsHeldForALostConnectionIsFreed() {
        RoomOptions.Builder options = RoomOptions.builder()
                .policy("line", DeliveryPolicy.append())
                .policy("sum", DeliveryPolicy.merge((older, newer) -> newer))
                .policy("quote", DeliveryPolicy.latest().minInterval(Duration.ofMinutes(10)));
        try (TestCluster cluster = cluster(options)) {
            TestPeer ann = joined(cluster, 1);
            TestPeer bob = joined(cluster, 2);
            for (String event : List.of("quote", "quote", "sum", "line")) {
                ann.say(ROOM, event, event);
            }
            assertThat(cluster.node(2).stats().outboundBytes()).isPositive();
            ann.cut();
            bob.cut();
            nothingWaits(cluster);
            assertThat(cluster.node(2).stats().rooms()).isZero();
        }
    }

    @Test
    void aNodeThatStopsSendsWhatIsHeldBeforeItSaysGoodbye() {
        RoomOptions.Builder options = RoomOptions.builder()
                .policy("line", DeliveryPolicy.append())
                .policy("quote", DeliveryPolicy.latest().minInterval(Duration.ofMinutes(10)));
        try (TestCluster cluster = cluster(options)) {
            TestPeer bob = joined(cluster, 2);
            bob.say(ROOM, "quote", "1");
            bob.say(ROOM, "quote", "2");
            bob.say(ROOM, "line", "held");
            assertThat(bob.messages(ROOM)).extracting(Received::text).containsExactly("1");
            cluster.node(2).stop(Duration.ofSeconds(5));
            cluster.settle();
            assertThat(bob.messages(ROOM)).extracting(Received::text).containsExactly("1", "2", "held");
            assertThat(bob.frames().get(bob.frames().size() - 1).getBodyCase()).isEqualTo(Frame.BodyCase.GO_AWAY);
        }
    }

    @Test
    void aPolicyThatHoldsMoreThanAPeerMayHaveIsRefusedAtTheStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestCluster.builder()
                        .limits(limits -> limits.outboundBytesPerPeer(128 * 1024))
                        .room(
                                "desk/{id}",
                                RoomOptions.builder()
                                        .policy("quote", DeliveryPolicy.latest().maxBytes(256 * 1024))
                                        .build(),
                                node -> RELAY)
                        .start())
                .withMessage("policy of event \"quote\" of room pattern \"desk/{id}\": maxBytes is 262144, "
                        + "expected at most outboundBytesPerPeer, 131072");
    }

    @Test
    void aBroadcastThatContradictsItselfIsRefused() {
        try (TestCluster cluster = cluster(RoomOptions.builder())) {
            Room room = cluster.node(1).room(ROOM);
            assertThatIllegalStateException()
                    .isThrownBy(() -> room.broadcast("quote", "1")
                            .latest("k")
                            .volatileDelivery()
                            .send())
                    .withMessageStartingWith("this broadcast is both latest and volatileDelivery");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> room.broadcast("quote", "1").key("k".repeat(256)))
                    .withMessage("key has 256 UTF-8 bytes, expected at most 255");
        }
    }

    /**
     * Peers of two nodes talk at random while some are slow, some leave and come back, and time passes; the seed chooses the
     * interleaving of the nodes too.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void inEveryInterleavingNothingIsLostAndTheNewestArrives(int part) {
        long first = new Random().nextLong();
        for (long seed = first; seed < first + 40; seed++) {
            try {
                talk(seed, part == 1 ? Ordering.ROOM : Ordering.PAIR);
            } catch (Throwable failed) {
                throw new AssertionError("seed " + seed, failed);
            }
        }
    }

    private void talk(long seed, Ordering ordering) {
        SplittableRandom random = new SplittableRandom(seed);
        RoomOptions options = RoomOptions.builder()
                .policy("line", DeliveryPolicy.append().ordering(ordering).maxItems(5))
                .policy(
                        "quote",
                        DeliveryPolicy.latest()
                                .minInterval(Duration.ofMillis(20))
                                .keyedBy(message -> message.text().split("-")[0]))
                .build();
        try (TestCluster cluster = TestCluster.builder()
                .seed(seed)
                .room("desk/{id}", options, node -> RELAY)
                .start()) {
            List<TestPeer> peers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                peers.add(joined(cluster, 1 + i % 2));
            }
            Map<TestPeer, List<String>> ordered = new HashMap<>();
            Map<TestPeer, List<String>> values = new HashMap<>();
            for (int i = 0; i < 150; i++) {
                TestPeer peer = peers.get(random.nextInt(peers.size()));
                switch (random.nextInt(12)) {
                    case 0 -> peer.stall();
                    case 1 -> peer.resume();
                    case 2 -> cluster.advance(Duration.ofMillis(random.nextInt(30)));
                    case 3, 4 -> cluster.settle();
                    case 5, 6, 7 -> cluster.steps(random.nextInt(20));
                    case 8 -> {
                        String text = "own-" + i;
                        peer.sayLater(ROOM, "quote", peers.indexOf(peer) + text);
                        values.computeIfAbsent(peer, key -> new ArrayList<>()).add(peers.indexOf(peer) + text);
                    }
                    case 9 -> {
                        peer.sayLater(ROOM, "plain", "plain" + i);
                        ordered.computeIfAbsent(peer, key -> new ArrayList<>()).add("plain" + i);
                    }
                    default -> {
                        peer.sayLater(ROOM, "line", "line" + i);
                        ordered.computeIfAbsent(peer, key -> new ArrayList<>()).add("line" + i);
                    }
                }
            }
            cluster.settle();
            peers.forEach(TestPeer::resume);
            cluster.advance(Duration.ofMillis(200));
            for (TestPeer receiver : peers) {
                ordered.forEach((sender, said) -> assertThat(receiver.messages(ROOM).stream()
                                .filter(message -> message.from().equals(sender.id())
                                        && !message.event().equals("quote"))
                                .map(Received::text)
                                .toList())
                        .containsExactlyElementsOf(said));
                values.forEach((sender, said) -> {
                    List<String> got = receiver.messages(ROOM).stream()
                            .filter(message -> message.from().equals(sender.id())
                                    && message.event().equals("quote"))
                            .map(Received::text)
                            .toList();
                    assertThat(said).containsSubsequence(got);
                    assertThat(got).endsWith(said.get(said.size() - 1));
                });
            }
            nothingWaits(cluster);
        }
    }
}
