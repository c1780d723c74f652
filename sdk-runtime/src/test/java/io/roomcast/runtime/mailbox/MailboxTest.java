package io.roomcast.runtime.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {

    @Test
    void tasksRunInTheOrderInWhichTheyWereAddedInTurnsOfBoundedLength() {
        Queue<Runnable> handedOver = new ArrayDeque<>();
        Mailbox mailbox = new Mailbox(handedOver::add, 1000);
        List<Integer> ran = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            mailbox.add(() -> ran.add(number));
        }
        assertThat(handedOver).hasSize(1);
        handedOver.remove().run();
        assertThat(ran).hasSizeBetween(1, 199);
        while (!handedOver.isEmpty()) {
            handedOver.remove().run();
        }
        assertThat(ran).hasSize(200).isSorted();
    }

    @Test
    void itSaysWhenItIsFullAndWhenHalfOfItIsFreeAgain() {
        Queue<Runnable> handedOver = new ArrayDeque<>();
        Mailbox mailbox = new Mailbox(handedOver::add, 4);
        List<String> story = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            assertThat(mailbox.add(() -> story.add("task"))).isFalse();
        }
        assertThat(mailbox.add(() -> story.add("task"))).isTrue();
        assertThat(mailbox.isFull()).isTrue();
        mailbox.whenHalfEmpty(() -> story.add("half"));
        assertThat(story).isEmpty();
        handedOver.remove().run();
        assertThat(story).containsExactly("task", "task", "half", "task", "task");
        mailbox.whenHalfEmpty(() -> story.add("at once"));
        assertThat(story).endsWith("at once");
    }

    @Test
    void onAnExecutorThatLetsItInATaskRunsWhereItIsAddedAndThoseBehindItFollow() {
        OneAtATime here = new OneAtATime();
        Mailbox mailbox = new Mailbox(here, 1000);
        List<String> story = new ArrayList<>();
        assertThat(mailbox.add(() -> {
                    mailbox.add(() -> story.add("second"));
                    story.add("first");
                }))
                .isFalse();
        assertThat(story).containsExactly("first", "second");
        mailbox.add(() -> {
            for (int i = 0; i < 100; i++) {
                mailbox.add(() -> story.add("one of many"));
            }
        });
        assertThat(story).as("a turn has its bounds").hasSizeBetween(3, 101);
        here.handedOver.remove().run();
        assertThat(story).hasSize(102);
        assertThat(here.handedOver).isEmpty();
    }

    @Test
    void aTaskThatThrowsWhereItIsAddedLetsTheNextOneIn() {
        OneAtATime here = new OneAtATime();
        Mailbox mailbox = new Mailbox(here, 1000);
        List<String> story = new ArrayList<>();
        mailbox.add(() -> {
            throw new IllegalStateException("planned");
        });
        mailbox.add(() -> story.add("next"));
        assertThat(story).containsExactly("next");
    }

    private static final class OneAtATime implements InlineExecutor {

        private final Queue<Runnable> handedOver = new ArrayDeque<>();
        private boolean inside;

        @Override
        public boolean tryEnter() {
            boolean entered = !inside;
            inside = true;
            return entered;
        }

        @Override
        public void exit() {
            inside = false;
        }

        @Override
        public void execute(Runnable mailbox) {
            handedOver.add(mailbox);
        }
    }

    /** Many threads add, several run: no task is lost, doubled, overtaken by its thread's later ones or run beside another. */
    @Test
    void raceOfManyAddersRunsEachTaskOnceAloneAndInOrder() throws Exception {
        int adders = 4;
        int each = 50_000;
        ExecutorService runners = Executors.newFixedThreadPool(3);
        try {
            Mailbox mailbox = new Mailbox(runners, 1 << 20);
            AtomicInteger inside = new AtomicInteger();
            // Plain on purpose: the mailbox alone orders these writes.
            int[] last = new int[adders];
            int[] faults = new int[1];
            CountDownLatch ran = new CountDownLatch(adders * each);
            for (int a = 0; a < adders; a++) {
                int adder = a;
                new Thread(() -> {
                            for (int i = 1; i <= each; i++) {
                                int number = i;
                                mailbox.add(() -> {
                                    if (inside.incrementAndGet() != 1 || last[adder] != number - 1) {
                                        faults[0]++;
                                    }
                                    last[adder] = number;
                                    inside.decrementAndGet();
                                    ran.countDown();
                                });
                            }
                        })
                        .start();
            }
            assertThat(ran.await(60, TimeUnit.SECONDS))
                    .as("all tasks ran within 60 s")
                    .isTrue();
            CountDownLatch seen = new CountDownLatch(1);
            mailbox.add(seen::countDown);
            assertThat(seen.await(10, TimeUnit.SECONDS)).as("the last task ran").isTrue();
            assertThat(faults[0]).isZero();
            assertThat(last).containsOnly(each);
        } finally {
            runners.shutdownNow();
        }
    }
}
