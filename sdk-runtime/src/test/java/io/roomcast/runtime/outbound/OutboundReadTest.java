package io.roomcast.runtime.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.ManualConnection;
import io.roomcast.runtime.transport.ManualLoop;
import io.roomcast.runtime.transport.MessageType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When what is queued for a peer leaves while the peer is being read from. */
class OutboundReadTest {

    private final ManualLoop loop = new ManualLoop(0);
    private final NodeBudget node = new NodeBudget(1 << 20, List.of(loop), () -> 0);
    private final List<List<Chunk>> writes = new ArrayList<>();
    private final Outbound queue = outbound();

    private Outbound outbound() {
        return new Outbound(wire(), MessageType.BINARY, node.flushOf(loop), 1000, new Unheard()).keeping();
    }

    private ManualConnection wire() {
        return new ManualConnection(loop) {
            @Override
            protected void written(Chunk[] chunks, int from, int to, int size) {
                writes.add(List.copyOf(Arrays.asList(chunks).subList(from, to)));
            }
        };
    }

    private Chunk offer() {
        Chunk chunk = Chunk.of(new byte[10]);
        queue.offer(chunk);
        return chunk;
    }

    @Test
    void whatAPeerIsToldDuringItsReadLeavesTogetherWhenTheReadIsOver() {
        queue.reads();
        Chunk one = offer();
        queue.reads();
        Chunk two = offer();
        assertThat(writes).isEmpty();
        queue.readEnds();
        assertThat(writes).containsExactly(List.of(one, two));
        loop.endTurn();
        assertThat(writes).hasSize(1);
    }

    @Test
    void whatWaitsForTheEndOfTheTurnAlreadyTakesWithItWhatTheReadAdds() {
        Chunk one = offer();
        queue.reads();
        Chunk two = offer();
        queue.readEnds();
        assertThat(writes).isEmpty();
        loop.endTurn();
        assertThat(writes).containsExactly(List.of(one, two));
    }

    @Test
    void aReadThatEndsWithTheTurnLetsWhatComesUntilThenLeaveWithIt() {
        queue.reads();
        Chunk one = offer();
        queue.readEndsWithTurn();
        Chunk two = offer();
        assertThat(writes).isEmpty();
        loop.endTurn();
        assertThat(writes).containsExactly(List.of(one, two));
    }

    @Test
    void whatIsSaidBetweenReadsLeavesAtTheEndOfTheTurn() {
        queue.reads();
        queue.readEnds();
        Chunk one = offer();
        assertThat(writes).isEmpty();
        loop.endTurn();
        assertThat(writes).containsExactly(List.of(one));
    }

    @Test
    void aConnectionThatIsLostDuringItsReadTakesNothingAwayFromTheNext() {
        queue.reads();
        Chunk one = offer();
        queue.park(new Unheard());
        queue.bind(wire(), new Unheard());
        Chunk two = offer();
        loop.endTurn();
        assertThat(writes).containsExactly(List.of(one, two));
    }

    private static final class Unheard implements BacklogListener {

        @Override
        public void onSlow(int waitingBytes) {}

        @Override
        public void onDrained() {}

        @Override
        public void onOverflow() {}
    }
}
