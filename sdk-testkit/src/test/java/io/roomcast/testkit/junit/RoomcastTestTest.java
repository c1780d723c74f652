package io.roomcast.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.Relay;
import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestNode;
import io.roomcast.testkit.TestPeer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the annotation gives to tests, and what it makes of those that go wrong. */
class RoomcastTestTest {

    private static final String ROOM = "chat/jazz";

    private static TestCluster.Builder chat() {
        return TestCluster.builder().nodes(2).room("chat/{topic}", new Relay());
    }

    // ---- what it gives

    @Sample
    @RoomcastTest
    static class EveryKind {
        final TestCluster.Builder cluster = chat();
        TestPeer early;

        @BeforeEach
        void connect(TestPeer ann) {
            early = ann;
        }

        @Test
        void plain(TestCluster cluster, TestPeer ann, @OnNode(2) TestPeer bob, @OnNode(2) TestNode second) {
            assertThat(ann).isSameAs(early);
            assertThat(ann.name()).isEqualTo("ann");
            assertThat(bob.node()).isSameAs(second).isSameAs(cluster.node(2));
            ann.join(ROOM);
            bob.join(ROOM);
            ann.in(ROOM).say("said", "hello");
            bob.expect("said", "hello");
        }

        @ParameterizedTest
        @ValueSource(strings = {"one", "two"})
        void parameterized(String text, TestPeer ann, @OnNode(2) TestPeer bob) {
            ann.join(ROOM);
            bob.join(ROOM).say("said", text);
            ann.expect(
                    "said",
                    received -> received.text().equals(text) && received.from().equals(bob.id()));
        }

        @RepeatedTest(2)
        void repeated(TestPeer ann) {
            assertThat(ann.join(ROOM).expectJoined()).isEmpty();
        }

        @TestFactory
        Stream<DynamicTest> dynamic(TestPeer ann, TestPeer bob) {
            ann.join(ROOM);
            bob.join(ROOM);
            return Stream.of("three", "four")
                    .map(text -> DynamicTest.dynamicTest(text, () -> {
                        ann.in(ROOM).say("said", text);
                        bob.expect("said", text);
                    }));
        }

        @RoomcastTest(nodes = 3)
        void onMoreNodes(TestCluster cluster) {
            assertThat(cluster.size()).isEqualTo(3);
        }

        @RoomcastTest(threads = 3)
        void onThreads(TestPeer ann, @OnNode(2) TestPeer bob) {
            ann.join(ROOM);
            bob.join(ROOM).say("said", "hello");
            ann.expect("said", "hello");
        }

        @Test
        void ofItsOwnMaking(TestCluster.Builder fresh) {
            TestCluster own = fresh.nodes(1).room("solo", new Relay()).start();
            own.node(1).peer("cid").join("solo").expectJoined();
        }

        @Nested
        class Within {
            @Test
            void nested(TestPeer ann) {
                assertThat(ann).isSameAs(early);
                ann.join(ROOM).expectJoined();
            }
        }

        @Nested
        class WithItsOwn {
            final TestCluster.Builder other = TestCluster.builder().nodes(4).room("other", new Relay());

            @Test
            void nestedWithItsOwnRooms(TestCluster cluster, TestPeer ann) {
                assertThat(cluster.size()).isEqualTo(4);
                ann.join("other").expectJoined();
            }
        }
    }

    @Test
    void everyKindOfTestGetsClusterNodesAndPeers() {
        Launched launched = Launched.run(EveryKind.class);
        assertThat(launched.outcomes)
                .allSatisfy(outcome -> assertThat(outcome.result().getThrowable())
                        .as(outcome.name())
                        .isEmpty());
        assertThat(launched.passed()).hasSize(12);
    }

    @Sample
    @RoomcastTest
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class OneForTheClass {
        static final TestCluster.Builder CLUSTER = chat();
        static final Set<TestCluster> seen = new HashSet<>();

        @BeforeAll
        static void connect(TestPeer resident) {
            resident.join(ROOM);
        }

        @Test
        @Order(1)
        void first(TestCluster cluster, TestPeer ann) {
            seen.add(cluster);
            assertThat(cluster.peers()).hasSize(2);
            ann.join(ROOM).say("said", "one");
            cluster.peer("resident").orElseThrow().expect("said", "one");
        }

        @Test
        @Order(2)
        void second(TestCluster cluster, TestPeer ann) {
            seen.add(cluster);
            assertThat(cluster.peers().stream().filter(peer -> peer.closeCode() == 0))
                    .hasSize(2);
            assertThat(cluster.node(1).stats().peers()).isEqualTo(2);
            ann.join(ROOM).say("said", "two");
            cluster.peer("resident").orElseThrow().expect("said", "two");
        }

        @Nested
        class Within {
            @Test
            void third(TestCluster cluster) {
                seen.add(cluster);
            }
        }
    }

    @Test
    void aStaticBuilderMakesOneClusterForTheClassAndEachTestItsOwnPeers() {
        OneForTheClass.seen.clear();
        Launched launched = Launched.run(OneForTheClass.class);
        assertThat(launched.failed()).isEmpty();
        assertThat(launched.passed()).containsExactly("first", "second", "third");
        assertThat(OneForTheClass.seen).hasSize(1);
    }

    @Sample
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class OneInstance {
        final TestCluster.Builder cluster = chat();
        static final Set<TestCluster> SEEN = new HashSet<>();

        @RoomcastTest
        void first(TestCluster cluster) {
            SEEN.add(cluster);
        }

        @RoomcastTest
        void second(TestCluster cluster) {
            SEEN.add(cluster);
        }
    }

    @Test
    void anInstanceBuilderMakesAClusterForEachTestWhateverTheLifeOfTheInstance() {
        assertThat(Launched.run(OneInstance.class).passed()).hasSize(2);
        assertThat(OneInstance.SEEN).hasSize(2);
    }

    @Sample
    static class OnlyMethodsAreAnnotated {
        static final TestCluster.Builder CLUSTER = chat();
        static TestCluster started;

        @RoomcastTest
        void one(TestCluster cluster) {
            started = cluster;
        }
    }

    @Test
    void aStaticClusterIsStoppedAlsoWhereTheMethodsAloneAreAnnotated() {
        assertThat(Launched.run(OnlyMethodsAreAnnotated.class).passed()).hasSize(1);
        assertThat(OnlyMethodsAreAnnotated.started
                        .node(1)
                        .stop(java.time.Duration.ZERO)
                        .toCompletableFuture())
                .isDone();
    }

    // ---- seeds

    @Sample
    static class Sweeps {
        static final List<Long> SEEDS = new ArrayList<>();
        static final Set<List<String>> ORDERS = new HashSet<>();
        final TestCluster.Builder cluster = chat();

        @RoomcastTest(seeds = 30)
        void orders(TestCluster cluster, TestPeer ann, TestPeer bob, @OnNode(2) TestPeer cid) {
            SEEDS.add(cluster.seed());
            List.of(ann, bob, cid).forEach(peer -> peer.join(ROOM));
            ann.sayLater(ROOM, "said", "of ann");
            bob.sayLater(ROOM, "said", "of bob");
            cid.expectInAnyOrder("said", "of bob", "of ann");
            ORDERS.add(cid.messages().stream().map(message -> message.text()).toList());
        }
    }

    @Test
    void seedsRepeatATestOverInterleavings() {
        Sweeps.SEEDS.clear();
        Sweeps.ORDERS.clear();
        Launched launched = Launched.run(Sweeps.class);
        assertThat(launched.passed()).hasSize(30).allMatch(name -> name.startsWith("seed "));
        assertThat(Sweeps.SEEDS).doesNotHaveDuplicates().hasSize(30);
        assertThat(Sweeps.ORDERS).hasSize(2);
    }

    @Test
    void theNumberOfSeedsCanBeRaisedFromOutside() {
        assertThat(Launched.run(Sweeps.class, Map.of("roomcast.seeds", "50")).passed())
                .hasSize(50);
    }

    /** Wrong in about every second interleaving. */
    @Sample
    static class Racy {
        final TestCluster.Builder cluster = chat();

        @RoomcastTest(seeds = 200)
        void annIsFirst(TestPeer ann, TestPeer bob, @OnNode(2) TestPeer cid) {
            List.of(ann, bob, cid).forEach(peer -> peer.join(ROOM));
            ann.sayLater(ROOM, "said", "of ann");
            bob.sayLater(ROOM, "said", "of bob");
            cid.expectInOrder("said", "of ann", "of bob");
        }
    }

    @Test
    void aSweepEndsAtTheFirstFailureAndItsSeedReplaysIt() {
        Launched launched = Launched.run(Racy.class);
        assertThat(launched.failed()).hasSize(1);
        assertThat(launched.passed()).hasSizeLessThan(100);
        String seed = launched.failed().get(0).replace("seed ", "");
        assertThat(launched.failure().getSuppressed())
                .extracting(Throwable::toString)
                .containsExactly("To run it again: @RoomcastTest(seed = " + seed
                        + "L), or -Dtest='RoomcastTestTest$Racy#annIsFirst' -Droomcast.seed=" + seed);
        assertThat(launched.reports).singleElement().asString().contains("-Droomcast.seed=" + seed);

        IntStream.range(0, 3).forEach(again -> {
            Launched replayed = Launched.run(Racy.class, Map.of("roomcast.seed", seed));
            assertThat(replayed.failed()).containsExactly("seed " + seed);
            assertThat(replayed.failure()).hasMessage(launched.failure().getMessage());
        });
    }

    // ---- what goes wrong

    @Sample
    @RoomcastTest
    static class HandlerThrows {
        final TestCluster.Builder cluster = chat();

        @Test
        void notExpected(TestPeer ann) {
            ann.join(ROOM).say("fail", "");
        }

        @Test
        void expected(TestCluster cluster, TestPeer ann) {
            ann.join(ROOM).say("fail", "");
            assertThat(cluster.expectHandlerFailure(IllegalStateException.class))
                    .hasMessage("as the test wants");
        }

        @Test
        void justBeforeTheEnd(TestPeer ann) {
            ann.join(ROOM);
            ann.sayLater(ROOM, "fail", "");
        }
    }

    @Test
    void aTestFailsWhenAHandlerThrewEvenAfterItsLastLine() {
        Launched launched = Launched.run(HandlerThrows.class);
        assertThat(launched.passed()).containsExactly("expected");
        assertThat(launched.failed()).containsExactlyInAnyOrder("notExpected", "justBeforeTheEnd");
        assertThat(launched.outcomes)
                .filteredOn(outcome -> outcome.name().equals("justBeforeTheEnd"))
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.failure())
                        .hasMessageStartingWith("onMessage of room chat/jazz threw"
                                + " java.lang.IllegalStateException: as the test wants")
                        .hasCauseInstanceOf(IllegalStateException.class)
                        .satisfies(
                                failure -> assertThat(failure.getSuppressed()).hasSize(1)));
    }

    @Sample
    @RoomcastTest
    static class Strict {
        final TestCluster.Builder cluster = chat().strict();

        @Test
        void nothingUnexpected(TestPeer ann, @OnNode(2) TestPeer bob) {
            bob.join(ROOM);
            ann.join(ROOM).say("said", "hello");
            bob.expect("said", "hello");
            bob.in(ROOM).leave();
        }

        @Test
        void oneThingTooMany(TestPeer ann, @OnNode(2) TestPeer bob) {
            bob.join(ROOM);
            ann.join(ROOM).say("said", "hello");
            ann.in(ROOM).say("said", "once more");
            bob.expect("said", "hello");
        }
    }

    @Test
    void aStrictPeerObjectsToWhatWasNotExpected() {
        Launched launched = Launched.run(Strict.class);
        assertThat(launched.passed()).containsExactly("nothingUnexpected");
        assertThat(launched.failure())
                .hasMessageContaining("bob (node 2) is strict, and the test did not expect 1 of the things it saw, the"
                        + " first: said in chat/jazz from ann: \"once more\"");
    }

    @Sample
    @RoomcastTest
    static class AlreadyFailed {
        final TestCluster.Builder cluster = chat();

        @Test
        void twoThings(TestPeer ann) {
            ann.join(ROOM).say("fail", "");
            throw new AssertionError("the test's own");
        }
    }

    @Test
    void whatElseIsWrongHangsOnTheTestsOwnFailure() {
        assertThat(Launched.run(AlreadyFailed.class).failure())
                .hasMessage("the test's own")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .satisfiesExactly(
                                first -> assertThat(first).contains("as the test wants"),
                                second -> assertThat(second).startsWith("To run it again: ")));
    }

    // ---- misuse

    @Sample
    @RoomcastTest
    static class NoBuilder {
        @Test
        void asks(TestCluster cluster) {}
    }

    @Sample
    @RoomcastTest
    static class TwoBuilders {
        final TestCluster.Builder one = chat();
        final TestCluster.Builder two = chat();

        @Test
        void asks(TestCluster cluster) {}
    }

    @Sample
    @RoomcastTest(seeds = 10)
    static class SeedsOnAClass {
        final TestCluster.Builder cluster = chat();

        @Test
        void asks(TestCluster cluster) {}
    }

    @Sample
    static class SeedsOfAStaticBuilder {
        static final TestCluster.Builder CLUSTER = chat();

        @RoomcastTest(seeds = 10)
        void asks(TestCluster cluster) {}
    }

    @Sample
    @RoomcastTest
    static class NoSuchNode {
        final TestCluster.Builder cluster = chat();

        @Test
        void asks(@OnNode(3) TestPeer ann) {}
    }

    @Sample
    @RoomcastTest
    static class InstanceBuilderForTheClass {
        final TestCluster.Builder cluster = chat();

        @BeforeAll
        static void asks(TestCluster cluster) {}

        @Test
        void nothing() {}
    }

    @Test
    void misuseIsSaidWithWhatToDo() {
        assertThat(Launched.run(NoBuilder.class).failure())
                .hasMessageContaining("NoBuilder has no field of type TestCluster.Builder");
        assertThat(Launched.run(TwoBuilders.class).failure()).hasMessageContaining("2 fields of type");
        assertThat(Launched.run(SeedsOnAClass.class).failure())
                .hasMessageContaining("put @RoomcastTest(seeds = 10) on a method, in the place of its @Test");
        assertThat(Launched.run(SeedsOfAStaticBuilder.class).failure())
                .hasMessageContaining("make the field an instance field");
        assertThat(Launched.run(NoSuchNode.class).failure())
                .hasMessageContaining("@OnNode is 3")
                .hasMessageContaining("nodes 1 to 2");
        assertThat(Launched.run(InstanceBuilderForTheClass.class).failure())
                .hasMessageContaining("make it static to have one cluster for the whole class");
        assertThat(Launched.run(Sweeps.class, Map.of("roomcast.seed", "soon")).failure())
                .hasMessageContaining("roomcast.seed is \"soon\", expected a whole number");
    }
}
