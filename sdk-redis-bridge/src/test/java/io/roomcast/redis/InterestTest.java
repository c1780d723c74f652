package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InterestTest {

    private static final long LINGER = 1000;
    private static final long FAR = Long.MAX_VALUE / 2;

    private final Interest interest = new Interest(LINGER);

    @Test
    void aSubscriptionIsInForceWhenTheServerAnswersAndNotBefore() {
        CompletableFuture<Void> early = interest.want("r", FAR);
        assertThat(interest.nextToSubscribe().rooms()).isEmpty();
        interest.connected(1);
        assertThat(interest.nextToSubscribe()).isEqualTo(new Interest.Batch(1, List.of("r")));
        assertThat(interest.isSettled()).isFalse();
        interest.subscribed("r").forEach(waiter -> waiter.complete(null));
        assertThat(early).isCompleted();
        assertThat(interest.isSettled()).isTrue();
        assertThat(interest.want("r", FAR)).isCompleted();
    }

    @Test
    void onlyWhatAnEarlierConnectionHadIsOwedByANewOne() {
        interest.want("old", FAR);
        interest.want("gone", FAR);
        interest.connected(1);
        assertThat(interest.isSettled()).isFalse();
        interest.nextToSubscribe();
        interest.subscribed("old");
        interest.subscribed("gone");
        assertThat(interest.isSettled()).isTrue();
        interest.want("new", FAR);
        assertThat(interest.isSettled()).as("a new room").isTrue();
        interest.connected(2);
        assertThat(interest.isSettled()).isFalse();
        assertThat(interest.nextToSubscribe().rooms()).hasSize(3);
        List.of("old", "new", "gone").forEach(interest::subscribed);
        assertThat(interest.isSettled()).isTrue();
        interest.disconnected();
        assertThat(interest.isSettled()).isFalse();
    }

    @Test
    void aRoomThatNobodyWantsStaysSubscribedForTheLingerTime() {
        subscribed("r");
        interest.drop("r", 0);
        assertThat(interest.wants("r")).isFalse();
        assertThat(interest.hasWork(LINGER - 1)).isFalse();
        assertThat(interest.nextToUnsubscribe(LINGER - 1).rooms()).isEmpty();
        assertThat(interest.hasWork(LINGER)).isTrue();
        assertThat(interest.nextToUnsubscribe(LINGER).rooms()).containsExactly("r");
        assertThat(interest.size()).isZero();
        assertThat(interest.unsubscribed("r")).isTrue();
        assertThat(interest.unsubscribed("r")).as("the server's own idea").isFalse();
    }

    @Test
    void whoComesBackWhileItLingersIsSubscribedAlready() {
        subscribed("r");
        interest.drop("r", 0);
        assertThat(interest.want("r", FAR)).isCompleted();
        assertThat(interest.nextToUnsubscribe(LINGER).rooms()).isEmpty();
        interest.drop("r", LINGER);
        assertThat(interest.nextToUnsubscribe(LINGER + 1).rooms())
                .as("it lingers anew")
                .isEmpty();
        assertThat(interest.nextToUnsubscribe(2 * LINGER).rooms()).containsExactly("r");
    }

    @Test
    void aRoomIsNotLeftBeforeItsSubscriptionIsAnswered() {
        interest.connected(1);
        interest.want("r", FAR);
        interest.nextToSubscribe();
        interest.drop("r", 0);
        assertThat(interest.nextToUnsubscribe(2 * LINGER).rooms()).isEmpty();
        interest.subscribed("r");
        assertThat(interest.nextToUnsubscribe(2 * LINGER).rooms()).containsExactly("r");
    }

    @Test
    void aNewConnectionIsToldOfEveryWantedRoomInBatchesAndWaitsForAnswers() {
        IntStream.range(0, 10_000).forEach(i -> interest.want("r" + i, FAR));
        interest.connected(1);
        int sent = 0;
        int batch;
        while ((batch = interest.nextToSubscribe().rooms().size()) > 0) {
            assertThat(batch).isLessThanOrEqualTo(Interest.BATCH);
            sent += batch;
        }
        assertThat(sent).isEqualTo(Interest.MOST_UNANSWERED);
        assertThat(interest.hasWork(0)).isFalse();
        interest.subscribed("r0");
        assertThat(interest.hasWork(0)).as("less than a batch").isFalse();
        IntStream.range(0, 10_000).forEach(i -> interest.subscribed("r" + i));
        assertThat(interest.hasWork(0)).isTrue();

        interest.drop("r1", 0);
        interest.disconnected();
        interest.drop("r2", 0);
        interest.connected(2);
        assertThat(interest.size()).as("what is not wanted is not said again").isEqualTo(9_998);
        assertThat(interest.nextToSubscribe().generation()).isEqualTo(2);
    }

    @Test
    void withoutAConnectionNothingPilesUp() {
        for (int i = 0; i < 1000; i++) {
            interest.want("r" + i, FAR);
            interest.drop("r" + i, i);
        }
        assertThat(interest.size()).isZero();
    }

    /** Somebody asks again and again while Redis is away. */
    @Test
    void whoHasGivenUpIsForgotten() {
        for (int i = 0; i < 1000; i++) {
            interest.want("r", i);
            assertThat(interest.expired(i)).hasSize(1);
        }
        interest.connected(1);
        interest.nextToSubscribe();
        assertThat(interest.subscribed("r")).isEmpty();
    }

    @Test
    void afterTheEndNobodyWaits() {
        CompletableFuture<Void> early = interest.want("r", FAR);
        assertThat(interest.abandon()).containsExactly(early);
        assertThat(interest.want("s", FAR)).isCompletedExceptionally();
    }

    @Test
    void whoeverWaitsTooLongIsToldSoAndTheRoomStaysWanted() {
        CompletableFuture<Void> late = interest.want("r", 100);
        CompletableFuture<Void> patient = interest.want("r", 200);
        assertThat(interest.expired(99)).isEmpty();
        assertThat(interest.expired(100)).containsExactly(late);
        assertThat(interest.abandon()).containsExactly(patient);
        assertThat(interest.wants("r")).isTrue();
    }

    private void subscribed(String room) {
        interest.connected(1);
        interest.want(room, FAR);
        interest.nextToSubscribe();
        interest.subscribed(room);
    }
}
