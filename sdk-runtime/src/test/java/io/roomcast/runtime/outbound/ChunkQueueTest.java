package io.roomcast.runtime.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.runtime.transport.Chunk;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkQueueTest {

    @Test
    void aRunIsAsLongAsTheLimitAllowsAndAtLeastOneChunk() {
        ChunkQueue queue = new ChunkQueue(false);
        for (int size : new int[] {10, 20, 30, 500, 1}) {
            queue.add(Chunk.of(new byte[size]));
        }
        assertThat(queue.runEnd(60) - queue.next()).isEqualTo(3);
        assertThat(queue.runBytes(queue.runEnd(60))).isEqualTo(60);
        queue.handedOver(queue.runEnd(60), 60);
        assertThat(queue.runEnd(60) - queue.next()).isEqualTo(1);
        assertThat(queue.bytes()).isEqualTo(501);
    }

    @Test
    void anyMixOfAddingAndRemovingKeepsOrderAndCount() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ChunkQueue queue = new ChunkQueue(false);
        Deque<Chunk> expected = new ArrayDeque<>();
        for (int step = 0; step < 100_000; step++) {
            if (random.nextInt(5) < 3) {
                Chunk chunk = Chunk.of(new byte[1 + random.nextInt(100)]);
                queue.add(chunk);
                expected.add(chunk);
            } else if (!queue.isEmpty()) {
                int end = queue.runEnd(random.nextInt(300));
                int size = queue.runBytes(end);
                for (int i = queue.next(); i < end; i++) {
                    assertThat(queue.array()[i]).isSameAs(expected.remove());
                }
                queue.handedOver(end, size);
            }
            assertThat(queue.isEmpty()).isEqualTo(expected.isEmpty());
        }
        assertThat(queue.bytes())
                .isEqualTo(expected.stream().mapToInt(Chunk::size).sum());
    }
}
