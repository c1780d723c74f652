package io.roomcast.runtime.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.SendOutcome;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.ManualConnection;
import io.roomcast.runtime.transport.ManualLoop;
import io.roomcast.runtime.transport.MessageType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A queue that outlives its connections. */
class OutboundResumeTest {

    private static final int BUDGET = 1000;

    private final ManualLoop here = new ManualLoop(0);
    private final ManualLoop there = new ManualLoop(1);
    private final NodeBudget node = new NodeBudget(1 << 20, List.of(here, there), () -> 0);
    private final Heard heard = new Heard();
    private final Wire first = new Wire(here);

    private final Outbound queue = new Outbound(first, MessageType.BINARY, node.flushOf(here), BUDGET, heard).keeping();

    @Test
    void whatWasWrittenAndNotAcknowledgedIsWrittenAgainBeforeWhatCameMeanwhile() {
        Chunk one = offer(10);
        Chunk two = offer(20);
        here.endTurn();
        queue.acknowledged(1);
        queue.park(heard);
        Chunk three = offer(30);
        here.endTurn();
        assertThat(node.waitingBytes()).isEqualTo(30);
        assertThat(node.keptBytes()).isEqualTo(20);

        Wire second = new Wire(here);
        queue.bind(second, heard);
        here.endTurn();

        assertThat(first.written).containsExactly(one, two);
        assertThat(second.written).containsExactly(two, three);
        assertThat(queue.sentFrames()).isEqualTo(3);
        assertThat(node.waitingBytes()).isZero();
        assertThat(node.keptBytes()).isEqualTo(50);
    }

    @Test
    void whatHasNoNumberIsNotWrittenAgainNorForTheNextConnection() {
        queue.offer(Chunk.unnumbered(new byte[1]));
        Chunk one = offer(10);
        here.endTurn();
        queue.park(heard);
        queue.offer(Chunk.unnumbered(new byte[2]));
        Wire second = new Wire(here);
        queue.bind(second, heard);
        Chunk welcome = Chunk.unnumbered(new byte[3]);
        queue.offer(welcome);
        here.endTurn();
        assertThat(second.written).containsExactly(one, welcome);
        assertThat(queue.sentFrames()).isOne();
    }

    @Test
    void aChunkThatTheOldConnectionHasNotSentYetIsWrittenAgainToo() {
        first.stall();
        Chunk one = offer(100);
        here.endTurn();
        Chunk two = offer(50);
        here.endTurn();
        assertThat(queue.waitingBytes()).isEqualTo(150);

        queue.park(heard);

        assertThat(queue.waitingBytes())
                .as("what the connection held is not waiting any more, but kept")
                .isEqualTo(50);
        assertThat(node.keptBytes()).isEqualTo(100);
        Wire second = new Wire(here);
        queue.bind(second, heard);
        here.endTurn();
        assertThat(second.written).containsExactly(one, two);
    }

    @Test
    void aConnectionOnItsWayOutTakesNothingAndTheNextGetsIt() {
        first.abort();
        assertThat(queue.offer(Chunk.of(new byte[10]))).isEqualTo(SendOutcome.QUEUED);
        here.endTurn();
        assertThat(first.written).isEmpty();
        queue.park(heard);
        Wire second = new Wire(here);
        queue.bind(second, heard);
        here.endTurn();
        assertThat(second.written).hasSize(1);
    }

    @Test
    void aDroppableChunkIsDroppedWithoutAConnection() {
        queue.park(heard);
        assertThat(queue.offer(Chunk.of(new byte[10]), true, 0)).isEqualTo(SendOutcome.DROPPED);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.isBacklogged()).isTrue();
    }

    @Test
    void aPeerWithoutAConnectionIsGivenUpAtItsBudgetOnce() {
        queue.park(heard);
        offer(BUDGET - 1);
        assertThat(heard.slow).isOne();
        assertThat(queue.offer(Chunk.of(new byte[2]))).isEqualTo(SendOutcome.CLOSED);
        assertThat(queue.offer(Chunk.of(new byte[2]))).isEqualTo(SendOutcome.CLOSED);
        assertThat(heard.overflows).isOne();
        assertThat(node.waitingBytes()).isZero();
        assertThat(node.keptBytes()).isZero();
    }

    @Test
    void whatIsKeptGivesWayToWhatWaits() {
        for (int i = 0; i < 5; i++) {
            offer(200);
            here.endTurn();
        }
        assertThat(node.keptBytes()).isEqualTo(1000);
        assertThat(queue.hasAllAfter(0)).isTrue();

        queue.park(heard);
        assertThat(queue.offer(Chunk.of(new byte[1]))).isEqualTo(SendOutcome.QUEUED);

        assertThat(node.keptBytes()).isEqualTo(800);
        assertThat(queue.hasAllAfter(0)).isFalse();
        assertThat(queue.hasAllAfter(1)).isTrue();
        assertThat(queue.hasAllAfter(5)).isTrue();
        assertThat(queue.hasAllAfter(6)).as("what was not sent yet").isFalse();
        assertThat(heard.overflows).isZero();
    }

    @Test
    void onAnotherLoopItGoesOnAndTheOldOneTakesNothing() {
        Chunk one = offer(10);
        here.endTurn();
        queue.park(heard);
        Chunk two = offer(20);

        Outbound moved = queue.movedTo(node.flushOf(there));

        assertThat(queue.offer(Chunk.of(new byte[5]))).isEqualTo(SendOutcome.CLOSED);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(node.flushOf(here).waitingBytes()).isZero();
        assertThat(node.flushOf(here).keptBytes()).isZero();
        Wire second = new Wire(there);
        moved.bind(second, heard);
        assertThat(moved.offer(Chunk.of(new byte[7]))).isEqualTo(SendOutcome.QUEUED);
        // A flush that was planned on the old loop finds nothing there.
        here.endTurn();
        there.endTurn();
        assertThat(second.written).hasSize(3).startsWith(one, two);
        assertThat(moved.sentFrames()).isEqualTo(3);
        assertThat(node.flushOf(there).keptBytes()).isEqualTo(37);
        moved.acknowledged(3);
        assertThat(node.keptBytes()).isZero();
    }

    @Test
    void whoeverWaitsUntilEverythingHasLeftIsToldOnAnotherLoop() {
        queue.park(heard);
        offer(10);
        queue.tellWhenDrained();
        Outbound moved = queue.movedTo(node.flushOf(there));
        assertThat(heard.drained).isZero();
        moved.bind(new Wire(there), heard);
        there.endTurn();
        assertThat(heard.drained).isOne();
    }

    @Test
    void whatWasGivenUpStaysGivenUpOnAnotherLoop() {
        queue.park(heard);
        queue.discard();
        Outbound moved = queue.movedTo(node.flushOf(there));
        assertThat(moved.offer(Chunk.of(new byte[1]))).isEqualTo(SendOutcome.CLOSED);
    }

    @Test
    void whereTheNodeKeepsTooMuchWhatIsWrittenToIsForgotten() {
        NodeBudget small = new NodeBudget(300, List.of(here, there), () -> 0);
        Outbound one = new Outbound(first, MessageType.BINARY, small.flushOf(here), BUDGET, heard).keeping();
        one.offer(Chunk.of(new byte[200]));
        here.endTurn();
        assertThat(small.keptBytes()).isEqualTo(200);
        one.offer(Chunk.of(new byte[150]));
        here.endTurn();
        assertThat(small.keptBytes())
                .as("over the limit, as the next write finds")
                .isEqualTo(350);
        one.offer(Chunk.of(new byte[1]));
        here.endTurn();
        assertThat(small.keptBytes()).isZero();
        assertThat(one.hasAllAfter(2)).isFalse();
        assertThat(one.hasAllAfter(3)).isTrue();
    }

    @Test
    void whatIsNotWorthAWriteLeavesWithTheNextOneOnce() {
        Chunk passenger = Chunk.unnumbered(new byte[3]);
        queue.letRide(() -> passenger);
        here.endTurn();
        assertThat(first.written).isEmpty();
        Chunk one = offer(10);
        here.endTurn();
        Chunk two = offer(10);
        here.endTurn();
        assertThat(first.written).containsExactly(one, passenger, two);
        assertThat(queue.sentFrames()).isEqualTo(2);
    }

    @Test
    void whatWasToLeaveOverAConnectionThatBrokeDoesNotLeaveOverTheNextOne() {
        queue.letRide(() -> Chunk.unnumbered(new byte[3]));
        queue.park(heard);
        Chunk one = offer(10);
        Wire second = new Wire(here);
        queue.bind(second, heard);
        here.endTurn();
        assertThat(second.written).containsExactly(one);
    }

    private Chunk offer(int size) {
        Chunk chunk = Chunk.of(new byte[size]);
        assertThat(queue.offer(chunk)).isEqualTo(SendOutcome.QUEUED);
        return chunk;
    }

    private static final class Heard implements BacklogListener {
        int slow;
        int overflows;
        int drained;

        @Override
        public void onSlow(int waitingBytes) {
            slow++;
        }

        @Override
        public void onDrained() {
            drained++;
        }

        @Override
        public void onOverflow() {
            overflows++;
        }
    }

    /** Remembers the chunks that were written. */
    private static final class Wire extends ManualConnection {
        final List<Chunk> written = new ArrayList<>();

        Wire(EventLoop loop) {
            super(loop);
        }

        @Override
        protected void written(Chunk[] chunks, int from, int to, int size) {
            written.addAll(Arrays.asList(chunks).subList(from, to));
        }
    }
}
