package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProbeTest {

    private static final long SECOND = 1_000_000_000L;

    private final Probe probe = new Probe(SECOND);

    @Test
    void aNumberThatComesBackProvesTheListenerAndTellsHowLongItTook() {
        assertThat(probe.due(0)).isEqualTo(Probe.NONE);
        probe.listening(0);
        assertThat(probe.isProven()).isFalse();
        long number = probe.due(0);
        assertThat(probe.due(SECOND - 1)).isEqualTo(Probe.NONE);
        assertThat(probe.taken(number, 1, 10)).isFalse();
        assertThat(probe.heard(number, 25)).isEqualTo(25);
        assertThat(probe.isProven()).isTrue();
        assertThat(probe.isLost(100 * SECOND)).isFalse();
        assertThat(probe.due(SECOND)).isEqualTo(number + 1);
    }

    @Test
    void aNumberMayComeBackBeforeRedisSaysThatItTookIt() {
        probe.listening(0);
        long number = probe.due(0);
        assertThat(probe.heard(number, 5)).isEqualTo(5);
        assertThat(probe.taken(number, 1, 10)).isFalse();
        assertThat(probe.isLost(100 * SECOND)).isFalse();
    }

    @Test
    void nobodyListeningWhereThePublishGoesMeansListenAnewAtOnce() {
        probe.listening(0);
        assertThat(probe.taken(probe.due(0), 0, 1)).isTrue();
    }

    @Test
    void aNumberThatRedisTookAndThatStaysAwayMeansTheListenerIsLost() {
        probe.listening(0);
        probe.taken(probe.due(0), 1, 0);
        probe.taken(probe.due(SECOND), 1, SECOND);
        assertThat(probe.isLost(5 * SECOND / 2)).isFalse();
        assertThat(probe.isLost(5 * SECOND / 2 + 1)).isTrue();
        probe.deaf();
        assertThat(probe.isLost(100 * SECOND)).isFalse();
    }

    @Test
    void aPublishThatFailsDoesNotBlameTheListener() {
        probe.listening(0);
        probe.due(0);
        probe.notTaken(0);
        assertThat(probe.isLost(100 * SECOND)).isFalse();
        assertThat(probe.due(SECOND / 20)).isNotEqualTo(Probe.NONE);
    }

    @Test
    void whatWasSentToAnEarlierConnectionSaysNothingOfThisOne() {
        probe.listening(0);
        long old = probe.due(0);
        probe.deaf();
        probe.listening(10);
        probe.due(10);
        assertThat(probe.taken(old, 0, 11)).isFalse();
        assertThat(probe.heard(old + 100, 11)).isEqualTo(Probe.NONE);
        assertThat(probe.isProven()).isFalse();
    }
}
