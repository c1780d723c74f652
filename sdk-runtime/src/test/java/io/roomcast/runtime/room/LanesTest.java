package io.roomcast.runtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LanesTest {

    private final Lanes lanes = new Lanes();

    private long arrived(String origin, long lane, long sequence) {
        return lanes.arrived(new Stamp(origin, lane, sequence), false);
    }

    @Test
    void aJumpIsTheNumberOfLostEnvelopes() {
        assertThat(arrived("a", 1, 5)).isZero();
        assertThat(arrived("a", 1, 6)).isZero();
        assertThat(arrived("a", 1, 10)).isEqualTo(3);
        assertThat(arrived("b", 1, 1)).isZero();
    }

    @Test
    void aDoubleIsIgnoredAndANewLaneBeginsAnew() {
        arrived("a", 1, 5);
        assertThat(arrived("a", 1, 5)).isEqualTo(Lanes.IGNORE);
        assertThat(arrived("a", 1, 4)).isEqualTo(Lanes.IGNORE);
        assertThat(arrived("a", 2, 1)).isZero();
        assertThat(arrived("a", 2, 3)).isEqualTo(1);
    }

    @Test
    void whatIsLostAtTheEndOfALaneIsCountedOnce() {
        arrived("a", 1, 5);
        assertThat(lanes.ended(new Stamp("a", 1, 5), false)).isZero();
        assertThat(lanes.ended(new Stamp("a", 1, 7), false)).isEqualTo(2);
        assertThat(lanes.ended(new Stamp("a", 1, 7), false)).isZero();
        assertThat(arrived("a", 1, 8)).isZero();
    }

    @Test
    void theEndOfALaneThatWasNotHeardOfSaysNothing() {
        assertThat(lanes.ended(new Stamp("a", 1, 7), false)).isZero();
        arrived("a", 1, 8);
        assertThat(lanes.ended(new Stamp("a", 2, 20), false)).isZero();
        assertThat(lanes.ended(new Stamp("a", 1, 20), true)).isZero();
        assertThat(arrived("a", 1, 9)).isZero();
        lanes.lost("a");
        assertThat(lanes.ended(new Stamp("a", 1, 20), false)).isZero();
    }

    @Test
    void whatIsSentToThisNodeAloneIsCountedByItself() {
        arrived("a", 1, 5);
        assertThat(lanes.arrived(new Stamp("a", 7, 1), true)).isZero();
        assertThat(lanes.arrived(new Stamp("a", 7, 1), true)).isEqualTo(Lanes.IGNORE);
        assertThat(lanes.arrived(new Stamp("a", 7, 3), true)).isEqualTo(1);
        assertThat(arrived("a", 1, 6)).isZero();
        assertThat(lanes.stamps().values()).containsExactly(new Stamp("a", 1, 6));
        lanes.lost("a");
        assertThat(lanes.arrived(new Stamp("a", 7, 9), true)).isZero();
        assertThat(arrived("a", 1, 9)).isZero();
    }

    /** Lanes and numbers come from other nodes, so they may be anything. */
    @Test
    void strangeNumbersDisturbNobodyElse() {
        arrived("a", 1, 1);
        for (long lane : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
            for (long sequence : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
                arrived("strange", lane, sequence);
                lanes.arrived(new Stamp("strange", lane, sequence), true);
            }
        }
        assertThat(arrived("a", 1, 3)).isEqualTo(1);
        assertThat(lanes.stamps()).containsOnlyKeys("a", "strange");
    }

    @Test
    void theLastOfEachNodeIsKnown() {
        arrived("b", 7, 1);
        arrived("a", 1, 5);
        arrived("a", 1, 9);
        lanes.reached(new Stamp("c", 3, 3));
        assertThat(lanes.stamps().values())
                .containsExactly(new Stamp("a", 1, 9), new Stamp("b", 7, 1), new Stamp("c", 3, 3));
    }

    @Test
    void whatWasSentWhileNobodyListenedIsNotMissed() {
        arrived("a", 1, 1);
        lanes.interrupted();
        assertThat(arrived("a", 1, 9)).isZero();
        assertThat(arrived("a", 1, 9)).isEqualTo(Lanes.IGNORE);
    }

    @Test
    void aLostNodeBeginsAnewAndItsLastIsStillKnown() {
        arrived("a", 1, 1);
        arrived("b", 1, 1);
        lanes.lost("a");
        lanes.lost("a");
        lanes.lost("nobody");
        assertThat(lanes.stamps()).containsEntry("a", new Stamp("a", 1, 1));
        assertThat(arrived("b", 1, 3)).isEqualTo(1);
        assertThat(arrived("a", 1, 9)).isZero();
        assertThat(arrived("a", 1, 10)).isZero();
        assertThat(arrived("a", 1, 12)).isEqualTo(1);
    }

    @Test
    void ofNodesThatComeAndGoOnlyTheLastFewAreKept() {
        arrived("stays", 1, 1);
        for (int i = 0; i < 100; i++) {
            arrived("node " + i, 1, i);
            lanes.lost("node " + i);
        }
        assertThat(lanes.stamps())
                .hasSizeLessThanOrEqualTo(Lanes.LOST_KEPT + 2)
                .containsEntry("stays", new Stamp("stays", 1, 1))
                .containsEntry("node 99", new Stamp("node 99", 1, 99))
                .doesNotContainKey("node 1");
        assertThat(arrived("stays", 1, 3)).isEqualTo(1);
    }
}
