package io.roomcast.runtime.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.runtime.transport.Chunk;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkQueueTest {

    /** So that no two chunks are alike. What it is matters to nobody. */
    private static final Random CONTENT = new Random(1);

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

    @Test
    void whatIsKeptWaitsAgainInItsOrderWithoutWhatHasNoNumber() {
        ChunkQueue queue = new ChunkQueue(true);
        Chunk[] chunks = {numbered(1), unnumbered(2), numbered(3), numbered(4), unnumbered(5)};
        for (Chunk chunk : chunks) {
            queue.add(chunk);
        }
        handOver(queue, 3);
        assertThat(queue.sent()).isEqualTo(2);
        assertThat(queue.keptBytes()).isEqualTo(4);

        queue.rewind();

        assertThat(waiting(queue)).containsExactly(chunks[0], chunks[2], chunks[3]);
        assertThat(queue.bytes()).isEqualTo(8);
        assertThat(queue.keptBytes()).isZero();
        assertThat(queue.sent()).isZero();
        handOver(queue, 3);
        assertThat(queue.sent()).isEqualTo(3);
    }

    @Test
    void whatIsForgottenToMakeRoomIsTheOldestAndItsNumberTells() {
        ChunkQueue queue = new ChunkQueue(true);
        for (int size : new int[] {10, 20, 30}) {
            queue.add(numbered(size));
        }
        handOver(queue, 3);

        queue.shrinkKept(50);

        assertThat(queue.keptBytes()).isEqualTo(50);
        assertThat(queue.released()).isOne();
        queue.shrinkKept(49);
        assertThat(queue.released()).isEqualTo(2);
        queue.shrinkKept(0);
        assertThat(queue.released()).isEqualTo(3);
        assertThat(queue.keptBytes()).isZero();
    }

    @Test
    void anEmptyQueueHoldsNoLargeArray() {
        ChunkQueue queue = new ChunkQueue(true);
        for (int i = 0; i < 1000; i++) {
            queue.add(numbered(1));
        }
        handOver(queue, 1000);
        assertThat(queue.array().length).isGreaterThanOrEqualTo(1000);
        queue.release(1000);
        assertThat(queue.array()).isEmpty();
    }

    /** Against two lists: what is kept and what waits. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anyMixOfSendingAcknowledgingForgettingAndResumingIsWhatTheModelSays(boolean keeping) {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ChunkQueue queue = new ChunkQueue(keeping);
        Model model = new Model(keeping);
        for (int step = 0; step < 20_000; step++) {
            String done;
            // Runs of the same kind, so that the queue gets long and empty by turns.
            int choice = random.nextInt(100);
            if (choice < (step / 2_000 % 2 == 0 ? 60 : 40)) {
                Chunk chunk = any(random);
                queue.add(chunk);
                model.waiting.add(chunk);
                done = "add";
            } else if (choice < 85) {
                if (queue.isEmpty()) {
                    continue;
                }
                int end = queue.runEnd(random.nextInt(300));
                model.handOver(end - queue.next());
                queue.handedOver(end, queue.runBytes(end));
                done = "hand over";
            } else if (choice < 95) {
                long number = model.released + random.nextInt((int) (model.sent() - model.released) + 1);
                queue.release(number);
                model.release(number);
                done = "release " + number;
            } else if (choice < 97) {
                int most = random.nextInt(200);
                queue.shrinkKept(most);
                model.shrink(most);
                done = "shrink to " + most;
            } else if (choice < 99 && keeping) {
                queue.rewind();
                model.rewind();
                done = "rewind";
            } else {
                // An old acknowledgement.
                queue.release(random.nextInt((int) model.released + 1));
                done = "release again";
            }
            String what = "seed " + seed + ", step " + step + ", " + done;
            assertThat(waiting(queue))
                    .extracting(ChunkQueueTest::described)
                    .as(what)
                    .isEqualTo(model.waiting.stream()
                            .map(ChunkQueueTest::described)
                            .toList());
            assertThat(queue.isEmpty()).as(what).isEqualTo(model.waiting.isEmpty());
            assertThat(queue.bytes()).as(what).isEqualTo(sizeOf(model.waiting));
            assertThat(queue.keptBytes()).as(what).isEqualTo(sizeOf(model.kept));
            assertThat(queue.sent()).as(what).isEqualTo(model.sent());
            assertThat(queue.released()).as(what).isEqualTo(model.released);
            long held = Stream.of(queue.array())
                    .filter(chunk -> chunk != null && chunk != Chunk.EMPTY)
                    .count();
            assertThat(held).as("chunks held; " + what).isEqualTo(model.kept.size() + model.waiting.size());
        }
    }

    @Test
    void ofAChunkOfSeveralFramesOnlyThoseAreSentAgainThatAreNotAcknowledged() {
        ChunkQueue queue = new ChunkQueue(true);
        Chunk[] frames = {numbered(1), numbered(2), numbered(3)};
        queue.add(Chunk.joined(frames));
        queue.add(numbered(10));
        handOver(queue, 2);
        assertThat(queue.sent()).isEqualTo(4);
        queue.release(2);
        assertThat(queue.released()).isEqualTo(2);
        assertThat(queue.numbered()).extracting(Chunk::size).containsExactly(3, 10);

        queue.rewind();

        assertThat(waiting(queue)).extracting(Chunk::size).containsExactly(3, 10);
        assertThat(queue.sent()).isEqualTo(2);
        assertThat(queue.bytes()).isEqualTo(13);
        handOver(queue, 2);
        queue.release(4);
        assertThat(queue.keptBytes()).isZero();
    }

    /** What is kept has the numbers from {@code released} + 1 on, but for the first so many frames of its first chunk. */
    private static final class Model {
        final boolean keeping;
        final Deque<Chunk> kept = new ArrayDeque<>();
        final Deque<Chunk> waiting = new ArrayDeque<>();
        long released;
        int releasedOfFirst;

        Model(boolean keeping) {
            this.keeping = keeping;
        }

        long sent() {
            return released
                    - releasedOfFirst
                    + kept.stream().mapToInt(Chunk::frames).sum();
        }

        void handOver(int count) {
            for (int i = 0; i < count; i++) {
                Chunk chunk = waiting.remove();
                if (chunk.isNumbered()) {
                    kept.add(chunk);
                }
            }
            if (!keeping) {
                release(sent());
            }
        }

        void release(long number) {
            while (released < number) {
                released++;
                if (++releasedOfFirst == kept.element().frames()) {
                    kept.remove();
                    releasedOfFirst = 0;
                }
            }
        }

        void shrink(int most) {
            while (sizeOf(kept) > most) {
                release(released + kept.element().frames() - releasedOfFirst);
            }
        }

        void rewind() {
            waiting.removeIf(chunk -> !chunk.isNumbered());
            if (releasedOfFirst > 0) {
                List<Chunk> rest = kept.remove().split(releasedOfFirst);
                kept.addFirst(Chunk.joined(rest.toArray(Chunk[]::new)));
                releasedOfFirst = 0;
            }
            while (!kept.isEmpty()) {
                waiting.addFirst(kept.removeLast());
            }
        }
    }

    private static Chunk any(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> unnumbered(1 + random.nextInt(50));
            case 1 ->
                Chunk.joined(Stream.generate(() -> numbered(1 + random.nextInt(9)))
                        .limit(1 + random.nextInt(5))
                        .toArray(Chunk[]::new));
            default -> numbered(1 + random.nextInt(50));
        };
    }

    private static void handOver(ChunkQueue queue, int count) {
        int end = queue.next() + count;
        queue.handedOver(end, queue.runBytes(end));
    }

    private static List<Chunk> waiting(ChunkQueue queue) {
        int count = 0;
        for (int bytes = queue.bytes(); bytes > 0; count++) {
            bytes -= queue.array()[queue.next() + count].size();
        }
        return Arrays.asList(queue.array()).subList(queue.next(), queue.next() + count);
    }

    private static String described(Chunk chunk) {
        return chunk.frames() + " frames, " + chunk.asBuffer().hashCode();
    }

    private static int sizeOf(Iterable<Chunk> chunks) {
        int size = 0;
        for (Chunk chunk : chunks) {
            size += chunk.size();
        }
        return size;
    }

    private static Chunk numbered(int size) {
        return Chunk.of(content(size));
    }

    private static Chunk unnumbered(int size) {
        return Chunk.unnumbered(content(size));
    }

    private static byte[] content(int size) {
        byte[] bytes = new byte[size];
        CONTENT.nextBytes(bytes);
        return bytes;
    }
}
