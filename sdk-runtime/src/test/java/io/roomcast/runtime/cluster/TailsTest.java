package io.roomcast.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.bridge.BridgeState;
import io.roomcast.runtime.transport.ManualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TailsTest {

    private final List<Runnable> waiting = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private long now;
    private final SendLanes lanes = new SendLanes(() -> now);
    private final Tails tails = new Tails(
            new Tails.Wire() {
                @Override
                public void ask(Duration within) {
                    said.add("asks within " + within.toSeconds() + " s");
                }

                @Override
                public void tell(String room, @Nullable String nodeId, long lane, long sequence) {
                    said.add(room + " has come to " + sequence);
                }
            },
            lanes,
            new Loop(),
            () -> now);

    private final class Loop extends ManualLoop {

        Loop() {
            super(0);
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Timer schedule(long delayMillis, Runnable task) {
            assertThat(delayMillis).isEqualTo(Tails.PAUSE_MILLIS);
            waiting.add(task);
            return () -> waiting.remove(task);
        }

        @Override
        public Timer scheduleSoon(long delayMillis, Runnable task) {
            return schedule(delayMillis, task);
        }
    }

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private void timersFire() {
        List<Runnable> due = List.copyOf(waiting);
        waiting.clear();
        due.forEach(Runnable::run);
    }

    private void publish(String room) {
        lanes.send(room, null, (lane, sequence) -> CompletableFuture.completedStage(null));
    }

    @Test
    void afterAnInterruptionANodeAsksAndTellsWhatItSaidInAndShortlyBeforeIt() {
        publish("long ago");
        pass(10);
        publish("before");
        pass(1);
        tails.state(BridgeState.DEGRADED);
        publish("meanwhile");
        publish("meanwhile");
        pass(3);
        tails.state(BridgeState.UP);
        assertThat(said).isEmpty();
        timersFire();
        assertThat(said)
                .containsExactlyInAnyOrder("asks within 8 s", "before has come to 1", "meanwhile has come to 2")
                .startsWith("asks within 8 s");
        assertThat(waiting).isEmpty();
    }

    @Test
    void howeverOftenItIsInterruptedAndHoweverManyAskItTellsOnce() {
        publish("r");
        for (int i = 0; i < 10; i++) {
            tails.state(BridgeState.DEGRADED);
            tails.state(BridgeState.UP);
            tails.wanted(Duration.ofSeconds(i));
        }
        assertThat(waiting).hasSize(1);
        timersFire();
        assertThat(said).containsExactly("asks within 9 s", "r has come to 1");
    }

    @Test
    void whoIsInterruptedAgainWaitsUntilThatIsOverAndForgetsNothing() {
        tails.state(BridgeState.DEGRADED);
        publish("r");
        tails.state(BridgeState.UP);
        tails.state(BridgeState.DEGRADED);
        timersFire();
        assertThat(said).isEmpty();
        pass(30);
        tails.state(BridgeState.UP);
        timersFire();
        assertThat(said).containsExactly("asks within 35 s", "r has come to 1");
    }

    @Test
    void whoWasNotInterruptedAsksNothing() {
        publish("r");
        tails.state(BridgeState.UP);
        assertThat(waiting).isEmpty();
        tails.isBack(Duration.ofDays(1));
        timersFire();
        assertThat(said).containsExactly("r has come to 1");
    }
}
