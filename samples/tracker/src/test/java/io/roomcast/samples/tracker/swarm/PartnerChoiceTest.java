package io.roomcast.samples.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartnerChoiceTest {

    private static final Viewer ASKER = Viewers.viewer(0).at(0, 0).build();

    private final Swarm swarm = new Swarm(10_000, () -> 0, new Random(11));

    @ParameterizedTest
    @EnumSource
    void nobodyIsItsOwnPartnerAndTheFullAndTheKnownAreLeftOut(PartnerChoice choice) {
        put(ASKER);
        put(Viewers.viewer(1).open(0).build());
        put(Viewers.viewer(2).build());
        put(Viewers.viewer(3).build());
        assertThat(choice.choose(swarm, ASKER, 8, viewer -> !viewer.id().equals(Viewers.id(2))))
                .extracting(Viewer::id)
                .containsExactly(Viewers.id(3));
    }

    @ParameterizedTest
    @EnumSource
    void noMoreThanWantedAreChosenAndNobodyTwice(PartnerChoice choice) {
        for (int i = 0; i < 500; i++) {
            put(Viewers.viewer(i).build());
        }
        assertThat(choice.choose(swarm, ASKER, 8, any -> true)).hasSize(8).doesNotHaveDuplicates();
        assertThat(choice.choose(swarm, ASKER, 0, any -> true)).isEmpty();
    }

    @Test
    void nearestTakesThreeInFourFromNearby() {
        for (int i = 1; i <= 100; i++) {
            put(Viewers.viewer(i).at(i < 90 ? 200 + i : i - 80, 0).build());
        }
        List<Viewer> partners = PartnerChoice.NEAREST.choose(swarm, ASKER, 8, any -> true);
        assertThat(partners.stream().filter(partner -> partner.place().x() < 100))
                .hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void nearestStillMixesTwoRegions() {
        for (int i = 1; i <= 200; i++) {
            put(Viewers.viewer(i).at(i <= 100 ? 1 : 300, 0).build());
        }
        int strangers = 0;
        for (int round = 0; round < 50; round++) {
            strangers += (int) PartnerChoice.NEAREST.choose(swarm, ASKER, 8, any -> true).stream()
                    .filter(partner -> partner.place().x() == 300)
                    .count();
        }
        assertThat(strangers).isBetween(25, 75);
    }

    @Test
    void randomReachesEverybody() {
        for (int i = 1; i <= 50; i++) {
            put(Viewers.viewer(i).at(i, 0).build());
        }
        Set<String> met = new HashSet<>();
        for (int round = 0; round < 200; round++) {
            PartnerChoice.RANDOM.choose(swarm, ASKER, 4, any -> true).forEach(partner -> met.add(partner.id()));
        }
        assertThat(met).hasSize(50);
    }

    private void put(Viewer viewer) {
        swarm.put("b", viewer, Duration.ofMinutes(1));
    }
}
