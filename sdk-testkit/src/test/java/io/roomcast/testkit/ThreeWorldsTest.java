package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.testkit.junit.OnNode;
import io.roomcast.testkit.junit.RoomcastTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same test in one thread, on threads that race, and on sockets. */
@RoomcastTest
class ThreeWorldsTest {

    private static final String ROOM = "chat/jazz";

    enum World {
        ONE_THREAD,
        THREADS,
        SOCKETS;

        TestCluster start(TestCluster.Builder builder) {
            builder.nodes(2).room("chat/{topic}", new Relay()).room("office", new Clerk());
            return switch (this) {
                case ONE_THREAD -> builder.start();
                case THREADS -> builder.threads(3).start();
                case SOCKETS -> builder.sockets().start();
            };
        }
    }

    /** Answers on a thread of its own where it has one. */
    private static final class Clerk implements RoomHandler {
        @Override
        public CompletionStage<Message> onRequest(Room room, Peer peer, Message request) {
            return CompletableFuture.completedFuture(Message.of("answer", request.text() + "!"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneScriptRunsInAllOfThem(World world, TestCluster.Builder builder) {
        TestCluster cluster = world.start(builder);
        TestPeer ann = cluster.node(1).peer("ann").strict();
        TestPeer bob = cluster.node(2).peer("bob").strict();
        TestRoom annsJazz = ann.join(ROOM);
        TestRoom bobsJazz = bob.join(ROOM);
        annsJazz.expectJoined();
        bobsJazz.expectJoined();

        for (int i = 0; i < 20; i++) {
            annsJazz.say("said", "" + i);
        }
        for (int i = 0; i < 20; i++) {
            bobsJazz.expect("said", "" + i);
        }
        bobsJazz.sayTo(ann, "signal", "offer");
        assertThat(annsJazz.expect("signal", "offer").from()).isEqualTo(bob.id());
        annsJazz.expectNothing();

        ann.join("office").request("ask", "now").expectReply("now!");
        CompletableFuture<Message> mood = ann.onServer()
                .request(Message.of("mood"), Duration.ofSeconds(10))
                .toCompletableFuture();
        ann.expectRequest("mood").reply("fine");
        assertThat(mood.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
                        .join()
                        .text())
                .isEqualTo("fine");

        bobsJazz.leave();
        assertThat(bob.isIn(ROOM)).isFalse();
        bob.cut();
        ann.onServer().close(4500, "that is all");
        assertThat(ann.expectClosed(4500)).isEqualTo("that is all");
    }

    @ParameterizedTest
    @EnumSource
    void whoDoesNotReadGetsItLater(World world, TestCluster.Builder builder) {
        TestCluster cluster = world.start(builder);
        TestPeer ann = cluster.node(1).peer("ann");
        TestPeer slow = cluster.node(1).peer("slow");
        ann.join(ROOM);
        slow.join(ROOM);
        slow.stall();
        ann.in(ROOM).say("said", "hello");
        slow.expectNothing("said");
        slow.resume();
        slow.expect("said", "hello");
    }

    @ParameterizedTest
    @EnumSource
    void whoComesBackGetsWhatItMissed(World world, TestCluster.Builder builder) {
        TestCluster cluster = world.start(builder);
        TestPeer ann = cluster.node(1).resumablePeer("ann");
        TestPeer bob = cluster.node(2).peer("bob");
        TestRoom annsJazz = ann.join(ROOM);
        TestRoom bobsJazz = bob.join(ROOM);
        bobsJazz.say("said", "one");
        annsJazz.expect("said", "one");
        ann.cut();
        bobsJazz.say("said", "two");
        ann.comeBack(1);
        assertThat(ann.isResumed()).isTrue();
        bobsJazz.say("said", "three");
        annsJazz.expectInOrder("said", "two", "three");
        annsJazz.expectNothing("said");
        assertThat(ann.seen()).extracting(Seen::kind).containsSubsequence(Seen.Kind.CLOSED, Seen.Kind.WELCOME);
    }

    final TestCluster.Builder cluster =
            TestCluster.builder().nodes(2).room("chat/{topic}", new Relay()).patience(Duration.ofMillis(100));

    @RoomcastTest(sockets = true)
    void aFailureOnSocketsSaysSo(TestPeer ann, @OnNode(2) TestPeer bob) {
        ann.join(ROOM);
        bob.join(ROOM);
        assertThatThrownBy(() -> bob.expect("said"))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("bob (node 2) expected message \"said\", and it did not come within 100 ms.\n")
                .hasMessageContaining("joined   chat/jazz")
                .hasMessageContaining("This was on sockets");
        assertThat(bob.node().addresses()).hasSize(1);
    }
}
