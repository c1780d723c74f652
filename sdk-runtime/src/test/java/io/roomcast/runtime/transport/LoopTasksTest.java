package io.roomcast.runtime.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopTasksTest {

    private final Queue<Runnable> turns = new ArrayDeque<>();
    private final LoopTasks tasks = new LoopTasks(turns::add);
    private final List<String> done = new ArrayList<>();

    @Test
    void whatFollowsATaskThatCanTakeItInIsDoneWithIt() {
        tasks.execute(word("a"));
        tasks.execute(word("b"));
        tasks.execute(word("c"));
        turn();
        assertThat(done).containsExactly("a+b+c");
    }

    @Test
    void nothingIsTakenInPastWhatWasHandedOverInBetween() {
        tasks.execute(word("a"));
        tasks.execute(() -> done.add("other"));
        tasks.execute(word("b"));
        tasks.execute(word("c"));
        turn();
        assertThat(done).containsExactly("a", "other", "b+c");
    }

    @Test
    void nothingIsTakenInByATaskThatHasBegun() {
        tasks.execute(new Word("a") {
            @Override
            public void run() {
                tasks.execute(word("b"));
                super.run();
                tasks.execute(word("c"));
            }
        });
        turn();
        assertThat(done).containsExactly("a", "b+c");
    }

    @Test
    void whatATaskDoesNotTakeInRunsByItself() {
        tasks.execute(word("a"));
        tasks.execute(new Word("B") {});
        tasks.execute(word("c"));
        turn();
        assertThat(done).containsExactly("a", "B+c");
    }

    /** Whatever is taken in by what, each thread's tasks are done once and in its order, one at a time. */
    @Test
    void raceOfManyThreadsHasTheTasksOfEachDoneOnceAndInItsOrder() throws Exception {
        int threads = 4;
        int each = 50_000;
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        ExecutorService loop = Executors.newSingleThreadExecutor();
        try {
            LoopTasks racing = new LoopTasks(loop);
            // Plain on purpose: the loop alone orders these writes.
            int[] last = new int[threads];
            int[] faults = new int[1];
            int[] takenIn = new int[1];
            CountDownLatch ran = new CountDownLatch(threads * each);
            for (int t = 0; t < threads; t++) {
                int thread = t;
                Random random = new Random(seed + t);
                new Thread(() -> {
                            for (int i = 1; i <= each; i++) {
                                int number = i;
                                Runnable check = () -> {
                                    if (last[thread] != number - 1) {
                                        faults[0]++;
                                    }
                                    last[thread] = number;
                                    ran.countDown();
                                };
                                racing.execute(random.nextInt(3) == 0 ? check : new Checks(check, takenIn));
                            }
                        })
                        .start();
            }
            assertThat(ran.await(60, TimeUnit.SECONDS))
                    .as("all tasks ran within 60 s")
                    .isTrue();
            assertThat(faults[0]).as("out of order, seed " + seed).isZero();
            assertThat(takenIn[0]).as("taken in").isPositive();
        } finally {
            loop.shutdownNow();
        }
    }

    private static final class Checks implements JoiningTask {
        private final List<Runnable> all = new ArrayList<>();
        private final int[] takenIn;

        Checks(Runnable first, int[] takenIn) {
            all.add(first);
            this.takenIn = takenIn;
        }

        @Override
        public boolean takeIn(JoiningTask next) {
            return all.size() < 5 && all.addAll(((Checks) next).all);
        }

        @Override
        public void run() {
            takenIn[0] += all.size() - 1;
            all.forEach(Runnable::run);
        }
    }

    private Word word(String text) {
        return new Word(text);
    }

    private void turn() {
        for (Runnable turn = turns.poll(); turn != null; turn = turns.poll()) {
            turn.run();
        }
    }

    private class Word implements JoiningTask {
        private final StringBuilder text;

        Word(String text) {
            this.text = new StringBuilder(text);
        }

        @Override
        public boolean takeIn(JoiningTask next) {
            if (!next.getClass().equals(Word.class)) {
                return false;
            }
            text.append('+').append(((Word) next).text);
            return true;
        }

        @Override
        public void run() {
            done.add(text.toString());
        }
    }
}
