package io.roomcast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roomcast.LeaveReason;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.RoomHandler;
import io.roomcast.runtime.wire.proto.Frame;
import io.roomcast.runtime.wire.proto.Hello;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the end of a test finds. */
class ConclusionTest {

    private final TestCluster.Builder builder = TestCluster.builder().seed(42).room("chat/{topic}", new Relay());

    @Test
    void aConnectionThatNobodyClosedIsLeftBehind() {
        TestCluster cluster = builder.start();
        ClientWire ghost = cluster.node(2).open("ghost", new ClientWire.Listener() {
            @Override
            public void onMessage(byte[] payload) {}

            @Override
            public void onClosed(int code, String reason) {}
        });
        ghost.send(new FrameReader()
                .batchOf(Frame.newBuilder().setHello(Hello.newBuilder()).build()));
        assertThatThrownBy(cluster::conclude)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(
                        "the peers have gone, and this is left behind: node 2: NodeStats[connections=1," + " peers=1,")
                .hasMessageContaining("; 1 connections, expected 0.\n")
                .hasMessageEndingWith("seed 42");
        assertThat(cluster.node(1).stop(Duration.ZERO).toCompletableFuture())
                .as("it is stopped all the same")
                .isDone();
    }

    @Test
    void aCallbackThatThrowsAfterTheLastLineOfTheTestIsFound() {
        TestCluster cluster = builder.room("sulky", new RoomHandler() {
                    @Override
                    public void onLeave(Room room, Peer peer, LeaveReason reason) {
                        throw new IllegalStateException("do not go");
                    }
                })
                .start();
        cluster.node(1).peer("ann").join("sulky").expectJoined();
        assertThatThrownBy(cluster::conclude)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("onLeave of room sulky threw java.lang.IllegalStateException: do not go\n")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void peersThatStalledOrComeBackNoMoreLeaveNothing() {
        TestCluster cluster = builder.start();
        TestPeer stalled = cluster.node(1).peer("stalled");
        stalled.join("chat/jazz");
        stalled.stall();
        TestPeer lost = cluster.node(2).resumablePeer("lost");
        lost.join("chat/jazz");
        lost.cut();
        cluster.conclude();
        assertThat(cluster.now()).isGreaterThan(Duration.ofSeconds(20));
    }

    @Test
    void whatWasExpectedToBeThrownAndWasNotIsSaid() {
        try (TestCluster cluster = builder.start()) {
            assertThatThrownBy(() -> cluster.expectHandlerFailure(IllegalStateException.class))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith(
                            "expected a handler to throw java.lang.IllegalStateException, and none did within 5 s.");
        }
    }

    @Test
    void contradictionsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestCluster.builder().threads(2).sockets().start())
                .withMessageContaining("threads is 2, expected 0 on sockets");
        assertThatIllegalStateException()
                .isThrownBy(() -> TestCluster.builder().clock().instant())
                .withMessageContaining("is not started");
        try (TestCluster cluster = builder.start()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> cluster.node(3))
                    .withMessage("number is 3, expected 1 to 2");
        }
    }
}
