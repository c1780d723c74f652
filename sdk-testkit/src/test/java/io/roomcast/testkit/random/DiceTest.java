package io.roomcast.testkit.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiceTest {

    @Test
    void aPeerGoesOnWhereItStopped() {
        Dice dice = new Dice(1);
        long first = dice.at(7, 0).bits();
        long second = dice.bits();
        dice.at(8, 0).bits();
        assertThat(dice.at(7, 1).bits()).isEqualTo(second).isNotEqualTo(first);
    }

    @Test
    void neighbouringSeedsAndPeersHaveNothingInCommon() {
        Set<Long> thrown = new HashSet<>();
        for (int seed = 0; seed < 30; seed++) {
            Dice dice = new Dice(seed);
            for (int peer = 0; peer < 30; peer++) {
                dice.at(peer, 0);
                for (int i = 0; i < 10; i++) {
                    thrown.add(dice.bits());
                }
            }
        }
        assertThat(thrown).hasSize(9000);
    }

    @Test
    void throwsAreTheSameOnEveryJvm() {
        Dice dice = new Dice(42).at(3, 0);
        assertThat(dice.bits()).isEqualTo(BITS);
        assertThat(dice.normal()).isEqualTo(NORMAL);
        assertThat(dice.exponential()).isEqualTo(EXPONENTIAL);
    }

    private static final long BITS = 86829101640027486L;
    private static final double NORMAL = 1.1805640752080773;
    private static final double EXPONENTIAL = 0.7794267749280515;
}
