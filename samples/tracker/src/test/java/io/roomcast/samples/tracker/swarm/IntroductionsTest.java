package io.roomcast.samples.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class IntroductionsTest {

    private long now;
    private final Introductions introductions = new Introductions(Duration.ofSeconds(50), 3, () -> now);

    @Test
    void anIntroductionHoldsBothWaysUntilTheOfferIsDead() {
        introductions.open("a", "b");
        now += 49_999;
        assertThat(introductions.isOpen("b", "a")).isTrue();
        now += 1;
        assertThat(introductions.isOpen("a", "b")).isFalse();
        assertThat(introductions.size()).isZero();
    }

    @Test
    void beingIntroducedAgainStartsTheWindowAnew() {
        introductions.open("a", "b");
        now += 30_000;
        introductions.open("b", "a");
        now += 30_000;
        assertThat(introductions.isOpen("a", "b")).isTrue();
        assertThat(introductions.size()).isEqualTo(1);
    }

    @Test
    void oneTooManyClosesTheOldest() {
        introductions.open("a", "b");
        introductions.open("a", "c");
        introductions.open("a", "d");
        introductions.open("a", "e");
        assertThat(introductions.isOpen("a", "b")).isFalse();
        assertThat(introductions.isOpen("a", "e")).isTrue();
        assertThat(introductions.size()).isEqualTo(3);
    }

    @Test
    void aDeclinedPairIsClosed() {
        introductions.open("a", "b");
        introductions.close("b", "a");
        assertThat(introductions.isOpen("a", "b")).isFalse();
    }
}
