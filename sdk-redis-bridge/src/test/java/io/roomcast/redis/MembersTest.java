package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.testkit.bridge.BridgeRecorder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MembersTest {

    private static final long SECOND = 1_000_000_000L;

    private final BridgeRecorder told = new BridgeRecorder();
    private final Counters counters = new Counters();
    private final Members members = new Members(new Origin("self", 1), told, counters, 3 * SECOND, 6 * SECOND);
    private long now;

    @Test
    void aNodeIsSuspectedAndThenLostWhenItsHeartbeatsStop() {
        join(beat("a", 10, 1));
        pass(5.9, true);
        assertThat(members.ids()).containsExactly("a");
        assertThat(counters.suspects.sum()).isEqualTo(1);
        pass(0.2, true);
        assertThat(members.ids()).isEmpty();
        assertThat(told.story()).containsExactly("joined a", "lost a");
    }

    @Test
    void aHeartbeatKeepsANodeAndAnOldOneDoesNot() {
        join(beat("a", 10, 5));
        pass(4, true);
        assertThat(members.heard(beat("a", 10, 6))).isTrue();
        pass(4, true);
        assertThat(members.heard(beat("a", 10, 6))).as("repeated by somebody").isTrue();
        pass(2.1, true);
        assertThat(members.ids()).isEmpty();
    }

    @Test
    void nobodyIsLostWhileThisNodeCannotHear() {
        join(beat("a", 10, 1));
        pass(4, true);
        pass(60, false);
        pass(1.9, true);
        assertThat(members.ids()).containsExactly("a");
        pass(0.2, true);
        assertThat(members.ids()).isEmpty();
    }

    @Test
    void nobodyIsLostBecauseThisProcessWasPaused() {
        join(beat("a", 10, 1));
        members.tick(now, true);
        now += 30 * SECOND;
        members.tick(now, true);
        assertThat(members.ids()).containsExactly("a");
    }

    @Test
    void aNodeThatWasLostComesBackWithANewerHeartbeatOnly() {
        join(beat("a", 10, 5));
        members.left(new Origin("a", 10), 6);
        assertThat(join(beat("a", 10, 6))).isFalse();
        AtomicInteger delivered = new AtomicInteger();
        members.deliver(new Origin("a", 10), delivered::incrementAndGet);
        assertThat(delivered).as("nothing comes after it was lost").hasValue(0);
        assertThat(join(beat("a", 10, 7))).isTrue();
        members.deliver(new Origin("a", 10), delivered::incrementAndGet);
        assertThat(delivered).hasValue(1);
        assertThat(told.story()).containsExactly("joined a", "lost a", "joined a");
    }

    @Test
    void anEnvelopeCountsItsNodeInBeforeItIsDelivered() {
        members.deliver(new Origin("a", 10), () -> told.onEnvelope("r", new byte[] {'x'}));
        assertThat(told.story()).containsExactly("joined a", "r x");
        assertThat(members.find("a")).isEqualTo(new Origin("a", 10));
    }

    @Test
    void anotherProcessWithTheSameIdTakesItsPlace() {
        join(beat("a", 10, 5));
        join(beat("a", 11, 1));
        assertThat(told.story()).containsExactly("joined a", "lost a", "joined a");
        assertThat(members.find("a")).isEqualTo(new Origin("a", 11));
        members.left(new Origin("a", 10), 6);
        assertThat(members.ids()).containsExactly("a");
    }

    @Test
    void thisNodesOwnIdIsNobodyElses() {
        assertThat(join(beat("self", 99, 1))).isFalse();
        assertThat(join(beat("other", 1, 1))).isFalse();
        assertThat(members.ids()).isEmpty();
        assertThat(counters.nodesRefused.sum()).isEqualTo(1);
    }

    @Test
    void forgedNodesFillNoMoreThanTheLimit() {
        for (int i = 0; i < Members.MAX_NODES + 100; i++) {
            join(beat("n" + i, 1000 + i, 1));
        }
        assertThat(members.ids()).hasSize(Members.MAX_NODES);
        assertThat(counters.nodesRefused.sum()).isEqualTo(100);
    }

    @Test
    void whatAnotherProcessSendsUnderAnIdThatIsInUseIsNotDeliveredUntilItBeats() {
        join(beat("a", 10, 5));
        AtomicInteger delivered = new AtomicInteger();
        members.deliver(new Origin("a", 11), delivered::incrementAndGet);
        assertThat(delivered).hasValue(0);
        assertThat(told.story()).containsExactly("joined a");
        assertThat(members.find("a")).isEqualTo(new Origin("a", 10));
    }

    @Test
    void whoIsRefusedLeavesAndStaysAway() {
        AtomicInteger delivered = new AtomicInteger();
        members.deliver(new Origin("a", 10), delivered::incrementAndGet);
        members.refuse(new Origin("a", 10));
        members.deliver(new Origin("a", 10), delivered::incrementAndGet);
        assertThat(join(beat("a", 10, 7))).isFalse();
        assertThat(delivered).hasValue(1);
        assertThat(told.story()).containsExactly("joined a", "lost a");
    }

    /** The ticker has heartbeats to send. */
    @Test
    void whileTheNodeKeepsWhatItIsToldChangesWaitAndNobodyWaitsForThem() throws InterruptedException {
        join(beat("a", 10, 5));
        CountDownLatch kept = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Thread keeper = new Thread(() -> members.deliver(new Origin("a", 10), () -> {
            kept.countDown();
            try {
                letGo.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }));
        keeper.start();
        kept.await();
        assertThat(join(beat("b", 11, 1))).isFalse();
        members.left(new Origin("a", 10), 6);
        members.tick(now, true);
        assertThat(told.story()).containsExactly("joined a");
        letGo.countDown();
        keeper.join();
        members.tick(now, true);
        assertThat(told.story()).containsExactly("joined a", "joined b", "lost a");
    }

    private boolean join(Heartbeat heartbeat) {
        AtomicBoolean joined = new AtomicBoolean();
        members.join(heartbeat, () -> joined.set(true));
        return joined.get();
    }

    private static Heartbeat beat(String nodeId, long boot, long count) {
        return new Heartbeat(new Origin(nodeId, boot), count, 1, 16, false);
    }

    private void pass(double seconds, boolean hearing) {
        long until = now + (long) (seconds * SECOND);
        members.tick(now, hearing);
        while (now < until) {
            now = Math.min(until, now + SECOND / 10);
            members.tick(now, hearing);
        }
    }
}
