package io.roomcast.runtime.outbound.policy;

import static io.roomcast.PolicyFlush.Reason.BARRIER;
import static io.roomcast.PolicyFlush.Reason.BYTES;
import static io.roomcast.PolicyFlush.Reason.CLOSE;
import static io.roomcast.PolicyFlush.Reason.DROPPED;
import static io.roomcast.PolicyFlush.Reason.GONE;
import static io.roomcast.PolicyFlush.Reason.IDLE_GAP;
import static io.roomcast.PolicyFlush.Reason.IMMEDIATE;
import static io.roomcast.PolicyFlush.Reason.INTERVAL;
import static io.roomcast.PolicyFlush.Reason.ITEMS;
import static io.roomcast.PolicyFlush.Reason.KEYS;
import static io.roomcast.PolicyFlush.Reason.LEAVE;
import static io.roomcast.PolicyFlush.Reason.MAX_DELAY;
import static io.roomcast.PolicyFlush.Reason.PREDICATE;
import static io.roomcast.PolicyFlush.Reason.WRITABLE;
import static io.roomcast.runtime.outbound.policy.OnePeer.lane;
import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.DeliveryPolicy;
import io.roomcast.Ordering;
import io.roomcast.PolicyFlush;
import io.roomcast.SendOutcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every way in and out of what is held for one peer, on a clock of the test's own. */
class HoldingsTest {

    private final OnePeer peer = new OnePeer();
    private final Lane chat = lane("chat", DeliveryPolicy.append());
    private final Lane ice = lane("ice", DeliveryPolicy.append().ordering(Ordering.PAIR));
    private final Lane quote = lane("quote", DeliveryPolicy.latest());
    private final Lane paced = lane("paced", DeliveryPolicy.latest().minInterval(Duration.ofMillis(50)));
    private final Lane position = lane("position", DeliveryPolicy.dropOldest(2, Duration.ofMillis(100)));
    private final Lane sums = lane("sums", DeliveryPolicy.merge((older, newer) -> newer));

    /** Whatever a test did, nothing stays behind when the connection goes, and every message was counted once. */
    @AfterEach
    void nothingIsLeftBehind() {
        peer.outbound.discard();
        assertThat(peer.budget.waitingBytes()).as("bytes that wait").isZero();
        peer.pass(1_000);
        assertThat(peer.armedTimers()).as("armed timers").isZero();
        assertThat(peer.flushes)
                .allSatisfy(
                        flush -> assertThat(flush.in()).isEqualTo(flush.out() + flush.conflated() + flush.dropped()));
    }

    // ---- append

    @Test
    void messagesLeaveTogetherAfterTheIdleGap() {
        peer.say(chat, "a");
        peer.pass(3);
        peer.say(chat, "b");
        peer.pass(4);
        assertThat(peer.written()).isEmpty();
        assertThat(peer.budget.waitingBytes()).isEqualTo(4);
        assertThat(peer.armedTimers()).isEqualTo(1);
        peer.pass(1);
        assertThat(peer.written()).containsExactly("a b");
        assertThat(peer.flushes)
                .containsExactly(new PolicyFlush("room/{id}", "chat", IDLE_GAP, 2, 2, 0, 0, 4, 13_000_000, 8_000_000));
        assertThat(peer.budget.waitingBytes()).isZero();
    }

    @Test
    void nothingIsHeldLongerThanTheMaximumDelay() {
        for (int i = 0; i < 10; i++) {
            peer.say(chat, "m" + i);
            peer.pass(4);
        }
        assertThat(peer.reasons()).containsExactly(MAX_DELAY);
        assertThat(peer.written()).containsExactly("m0 m1 m2 m3 m4 m5 m6");
        assertThat(peer.flushes.get(0).delayNanosMax()).isEqualTo(25_000_000);
    }

    @Test
    void theCapOfItemsFlushesAndDropsNothing() {
        Lane pairs = lane("pairs", DeliveryPolicy.append().maxItems(2));
        for (String text : "a b c d e".split(" ")) {
            peer.say(pairs, text);
        }
        assertThat(peer.written()).containsExactly("a b", "c d");
        assertThat(peer.reasons()).containsExactly(ITEMS, ITEMS);
    }

    @Test
    void theCapOfBytesFlushesAndDropsNothing() {
        Lane small = lane("small", DeliveryPolicy.append().maxBytes(10));
        peer.say(small, "aaaa");
        peer.say(small, "bbbbbbb");
        assertThat(peer.written()).containsExactly("aaaa");
        peer.say(small, "c");
        assertThat(peer.written()).containsExactly("aaaa", "bbbbbbb c");
        peer.say(small, "muchlargerthanthecap");
        assertThat(peer.written()).containsExactly("aaaa", "bbbbbbb c", "muchlargerthanthecap");
        assertThat(peer.reasons()).containsExactly(BYTES, BYTES, BYTES);
    }

    @Test
    void aMessageThatFlushesLeavesAtOnceWithWhatIsHeld() {
        peer.say(chat, "a");
        peer.sayUrgently(chat, "b");
        peer.sayUrgently(chat, "c");
        assertThat(peer.written()).containsExactly("a b", "c");
        assertThat(peer.reasons()).containsExactly(PREDICATE, PREDICATE);
    }

    @Test
    void anyOtherMessageOfTheRoomIsABarrier() {
        peer.say(chat, "", "ann", "a");
        peer.sayPlainly("bob", "plain");
        assertThat(peer.written()).containsExactly("a plain");
        assertThat(peer.reasons()).containsExactly(BARRIER);
    }

    @Test
    void anotherKeyOrEventIsABarrier() {
        peer.say(chat, "k1", "", "a");
        peer.say(chat, "k2", "", "b");
        peer.say(lane("other", DeliveryPolicy.append()), "c");
        assertThat(peer.written()).containsExactly("a", "b");
        peer.pass(5);
        assertThat(peer.texts()).containsExactly("a", "b", "c");
    }

    @Test
    void aValueThatLeavesAtOnceIsABarrierToo() {
        peer.say(chat, "a");
        peer.say(quote, "q");
        assertThat(peer.written()).containsExactly("a q");
    }

    @Test
    void orderedByPairOnlyTheSamePairIsABarrier() {
        peer.say(ice, "", "ann", "a1");
        peer.say(ice, "", "bob", "b1");
        peer.sayPlainly("bob", "offer");
        assertThat(peer.written()).containsExactly("b1 offer");
        peer.say(ice, "", "ann", "a2");
        peer.sayPlainly("", "fromnobody");
        assertThat(peer.written()).containsExactly("b1 offer", "a1 a2 fromnobody");
    }

    @Test
    void otherRoomsAreNoBarrier() {
        peer.say(chat, "a");
        peer.holdings.barrier("room/2", "");
        peer.endTurn();
        assertThat(peer.written()).isEmpty();
    }

    @Test
    void whatFollowsOutsideAnyRoomWaitsForWhatIsHeldInOrder() {
        peer.say(chat, "a");
        peer.holdings.barrier();
        peer.endTurn();
        assertThat(peer.written()).containsExactly("a");
    }

    @Test
    void aZeroDelayHoldsNothing() {
        Lane tick = lane("tick", DeliveryPolicy.append().idleGap(Duration.ZERO).maxDelay(Duration.ZERO));
        peer.sayInTurn(tick, "", "", false, "a");
        peer.sayInTurn(tick, "", "", false, "b");
        peer.endTurn();
        assertThat(peer.written()).containsExactly("a b");
        assertThat(peer.reasons()).containsExactly(IMMEDIATE, IMMEDIATE);
    }

    @Test
    void appendLosesNothingWhileThePeerIsSlow() {
        peer.stall();
        peer.sayPlainly("", "x");
        for (String text : "a b c".split(" ")) {
            peer.say(chat, text);
            peer.pass(10);
        }
        peer.resume();
        assertThat(peer.texts()).containsExactly("x", "a", "b", "c");
    }

    // ---- the ends

    @Test
    void whoLeavesARoomGetsWhatIsHeldOfItAndNothingElse() {
        peer.say(chat, "a");
        peer.say(paced, "p1");
        peer.say(paced, "p2");
        peer.holdings.left("room/2");
        peer.endTurn();
        assertThat(peer.written()).containsExactly("a p1");
        peer.holdings.left(OnePeer.ROOM);
        peer.endTurn();
        assertThat(peer.written()).containsExactly("a p1", "p2");
        assertThat(peer.reasons()).endsWith(LEAVE);
    }

    @Test
    void aPeerThatIsBeingClosedGetsWhatIsHeld() {
        peer.say(chat, "a");
        peer.outbound.seal();
        peer.outbound.flush();
        assertThat(peer.written()).containsExactly("a");
        assertThat(peer.reasons()).containsExactly(CLOSE);
        assertThat(peer.say(chat, "b")).isEqualTo(SendOutcome.CLOSED);
    }

    @Test
    void onAnotherLoopNothingIsRememberedOfWhatHasLeft() {
        peer.say(paced, "a");
        peer.say(chat, "b");
        peer.leavesLoop();
        // The timer that was to fire first fires, and finds nothing to do, nor anything that is due later.
        peer.pass(10);
        assertThat(peer.armedTimers()).isZero();
    }

    @Test
    void withTheConnectionEverythingGoes() {
        peer.say(chat, "a");
        peer.say(chat, "b");
        peer.outbound.discard();
        assertThat(peer.flushes).containsExactly(new PolicyFlush("room/{id}", "chat", GONE, 2, 0, 0, 2, 0, 0, 0));
    }

    @Test
    void whatIsHeldCountsAgainstTheBudget() {
        OnePeer poor = new OnePeer(10);
        assertThat(poor.say(chat, "aaaa")).isEqualTo(SendOutcome.QUEUED);
        assertThat(poor.say(chat, "bbbb")).isEqualTo(SendOutcome.QUEUED);
        assertThat(poor.say(chat, "c")).isEqualTo(SendOutcome.CLOSED);
        assertThat(poor.overflows).isEqualTo(1);
        assertThat(poor.budget.waitingBytes()).isZero();
        assertThat(poor.reasons()).containsExactly(GONE);
        assertThat(poor.say(chat, "d")).isEqualTo(SendOutcome.CLOSED);
        assertThat(poor.overflows).isEqualTo(1);
    }

    // ---- latest

    @Test
    void aPeerThatKeepsUpGetsEveryValueAtOnce() {
        peer.say(quote, "k", "", "1");
        peer.say(quote, "k", "", "2");
        assertThat(peer.written()).containsExactly("1", "2");
        assertThat(peer.reasons()).containsExactly(IMMEDIATE, IMMEDIATE);
    }

    @Test
    void aSlowPeerGetsTheNewestOfEachKey() {
        peer.stall();
        peer.sayPlainly("", "x");
        assertThat(peer.say(quote, "a", "", "a1")).isEqualTo(SendOutcome.QUEUED);
        assertThat(peer.say(quote, "b", "", "b1")).isEqualTo(SendOutcome.QUEUED);
        assertThat(peer.say(quote, "a", "", "a2")).isEqualTo(SendOutcome.CONFLATED);
        assertThat(peer.say(quote, "a", "", "a3")).isEqualTo(SendOutcome.CONFLATED);
        peer.pass(500);
        assertThat(peer.written()).containsExactly("x");
        peer.resume();
        assertThat(peer.written()).containsExactly("x", "a3 b1");
        assertThat(peer.reasons()).containsExactly(WRITABLE, WRITABLE);
        assertThat(peer.flushes.get(0).conflated()).isEqualTo(2);
        assertThat(peer.telemetry.messagesConflated()).isEqualTo(2);
    }

    @Test
    void aPeerThatIsStillSlowNeverHasABacklogOfOldValues() {
        String kilobytes = "x".repeat(20_000);
        peer.stall();
        peer.sayPlainly("", "x");
        for (int key = 0; key < 10; key++) {
            peer.say(quote, "k" + key, "", key + kilobytes);
        }
        peer.stall();
        peer.resumeOnce();
        // One message's worth left; the rest can still be replaced.
        assertThat(peer.say(quote, "k9", "", "new")).isEqualTo(SendOutcome.CONFLATED);
        peer.resume();
        assertThat(peer.texts()).hasSize(11).endsWith("new");
    }

    @Test
    void valuesOfOneKeyAreAtLeastTheIntervalApart() {
        for (int i = 0; i < 100; i++) {
            peer.say(paced, "k", "", "v" + i);
            peer.pass(3);
        }
        peer.pass(100);
        assertThat(peer.texts()).containsExactly("v0", "v16", "v33", "v49", "v66", "v83", "v99");
        assertThat(peer.reasons()).startsWith(IMMEDIATE, INTERVAL).endsWith(INTERVAL);
    }

    @Test
    void afterAPauseAValueLeavesAtOnceAgain() {
        peer.say(paced, "v1");
        peer.pass(50);
        peer.say(paced, "v2");
        assertThat(peer.texts()).containsExactly("v1", "v2");
        assertThat(peer.reasons()).containsExactly(IMMEDIATE, IMMEDIATE);
    }

    @Test
    void aValueThatFlushesDoesNotWaitForTheInterval() {
        peer.say(paced, "v1");
        peer.say(paced, "v2");
        peer.sayUrgently(paced, "final");
        assertThat(peer.texts()).containsExactly("v1", "final");
        assertThat(peer.flushes.get(1))
                .extracting(PolicyFlush::reason, PolicyFlush::conflated)
                .containsExactly(PREDICATE, 1);
    }

    @Test
    void oneKeyTooManyMakesTheOldestLeave() {
        Lane two = lane(
                "two",
                DeliveryPolicy.latest().minInterval(Duration.ofMillis(50)).maxKeys(2));
        peer.stall();
        peer.sayPlainly("", "x");
        peer.say(two, "a", "", "a1");
        peer.say(two, "b", "", "b1");
        peer.say(two, "c", "", "c1");
        assertThat(peer.reasons()).containsExactly(KEYS);
        assertThat(peer.say(two, "b", "", "b2")).isEqualTo(SendOutcome.CONFLATED);
        peer.resume();
        assertThat(peer.texts()).containsExactly("x", "a1", "b2", "c1");
    }

    @Test
    void aValueThatIsToStayInOrderLeavesBeforeTheNextMessage() {
        Lane ordered = lane(
                "ordered",
                DeliveryPolicy.latest().minInterval(Duration.ofMillis(50)).ordering(Ordering.ROOM));
        peer.say(ordered, "v1");
        peer.say(ordered, "v2");
        peer.say(ordered, "otherkey", "", "w1");
        peer.sayPlainly("", "plain");
        assertThat(peer.texts()).containsExactly("v1", "w1", "v2", "plain");
    }

    // ---- dropOldest

    @Test
    void aPeerThatKeepsUpMissesNothing() {
        for (int i = 0; i < 10; i++) {
            assertThat(peer.say(position, "p" + i)).isEqualTo(SendOutcome.QUEUED);
        }
        assertThat(peer.texts()).hasSize(10);
    }

    @Test
    void aSlowPeerGetsTheNewestFew() {
        peer.stall();
        peer.sayPlainly("", "x");
        for (int i = 0; i < 5; i++) {
            peer.say(position, "p" + i);
        }
        peer.resume();
        assertThat(peer.texts()).containsExactly("x", "p3", "p4");
        assertThat(peer.telemetry.messagesDropped()).isEqualTo(3);
        assertThat(peer.flushes)
                .containsExactly(new PolicyFlush("room/{id}", "position", WRITABLE, 5, 2, 0, 3, 6, 0, 0));
    }

    @Test
    void whatWaitedTooLongIsDropped() {
        peer.stall();
        peer.sayPlainly("", "x");
        peer.say(position, "old");
        peer.pass(60);
        peer.say(position, "newer");
        peer.pass(40);
        peer.resume();
        assertThat(peer.texts()).containsExactly("x", "newer");
        assertThat(peer.telemetry.messagesDropped()).isEqualTo(1);
    }

    @Test
    void whenAllOfItIsTooOldNothingLeaves() {
        peer.stall();
        peer.sayPlainly("", "x");
        peer.say(position, "old");
        peer.pass(100);
        peer.resume();
        assertThat(peer.texts()).containsExactly("x");
        assertThat(peer.reasons()).containsExactly(DROPPED);
        assertThat(peer.budget.waitingBytes()).isZero();
    }

    @Test
    void atTheBudgetTheOldestGoesAndThePeerStays() {
        OnePeer poor = new OnePeer(10);
        poor.stall();
        poor.sayPlainly("", "x");
        Lane many = lane("many", DeliveryPolicy.dropOldest(100, Duration.ofSeconds(1)));
        poor.say(many, "aaa");
        poor.say(many, "bbb");
        poor.say(many, "ccc");
        assertThat(poor.say(many, "muchlargerthanthebudget")).isEqualTo(SendOutcome.DROPPED);
        poor.say(many, "ddd");
        poor.resume();
        assertThat(poor.texts()).containsExactly("x", "ddd");
        assertThat(poor.overflows).isZero();
    }

    @Test
    void oneKeyTooManyDropsTheOldestKey() {
        Lane one =
                lane("one", DeliveryPolicy.dropOldest(2, Duration.ofSeconds(1)).maxKeys(1));
        peer.stall();
        peer.sayPlainly("", "x");
        peer.say(one, "a", "", "a1");
        peer.say(one, "b", "", "b1");
        peer.resume();
        assertThat(peer.texts()).containsExactly("x", "b1");
        assertThat(peer.reasons()).containsExactly(DROPPED, WRITABLE);
    }

    // ---- merge

    @Test
    void messagesOfAKeyBecomeOne() {
        peer.say(sums, "a", "", "1");
        peer.say(sums, "b", "", "10");
        peer.pass(50);
        assertThat(peer.say(sums, "a", "", "2")).isEqualTo(SendOutcome.CONFLATED);
        peer.pass(50);
        assertThat(peer.texts()).containsExactly("1+2", "10");
        assertThat(peer.flushes.get(0))
                .isEqualTo(new PolicyFlush("room/{id}", "sums", MAX_DELAY, 2, 1, 1, 0, 4, 100_000_000, 100_000_000));
    }

    @Test
    void aSlowPeerGetsEverythingMergedToOne() {
        peer.stall();
        peer.sayPlainly("", "x");
        for (int i = 0; i < 5; i++) {
            peer.say(sums, "" + i);
            peer.pass(100);
        }
        peer.resume();
        assertThat(peer.texts()).containsExactly("x", "0+1+2+3+4");
        assertThat(peer.reasons()).containsExactly(WRITABLE);
    }

    @Test
    void theCapsOfAMergeFlush() {
        Lane few = lane("few", DeliveryPolicy.merge((older, newer) -> newer).maxItems(2));
        peer.say(few, "1");
        peer.say(few, "2");
        Lane small = lane("small", DeliveryPolicy.merge((older, newer) -> newer).maxBytes(5));
        peer.say(small, "111");
        peer.say(small, "222");
        assertThat(peer.texts()).containsExactly("1+2", "111+222");
        assertThat(peer.reasons()).containsExactly(ITEMS, BYTES);
    }
}
