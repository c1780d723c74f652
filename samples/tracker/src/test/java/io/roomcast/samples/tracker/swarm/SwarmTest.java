package io.roomcast.samples.tracker.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SwarmTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private long now = 1_000;
    private final Swarm swarm = new Swarm(100, () -> now, new Random(7));

    @Test
    void sumsFollowEveryChange() {
        swarm.put(Swarm.HERE, Viewers.viewer(1).node("A").bytes(10, 20).build(), MINUTE);
        swarm.put("b", Viewers.viewer(2).node("B").bytes(1, 2).complete().build(), MINUTE);
        assertThat(swarm.stats()).isEqualTo(new SwarmStats(2, 1, sorted(Map.of("A", 1, "B", 1)), 11, 22, 0, 0));

        swarm.put(
                Swarm.HERE, Viewers.viewer(1).node("A").bytes(30, 20).complete().build(), MINUTE);
        assertThat(swarm.stats()).isEqualTo(new SwarmStats(2, 2, sorted(Map.of("A", 1, "B", 1)), 31, 22, 0, 0));

        assertThat(swarm.remove("b", Viewers.id(2))).isTrue();
        assertThat(swarm.stats()).isEqualTo(new SwarmStats(1, 1, sorted(Map.of("A", 1)), 30, 20, 0, 0));
    }

    @Test
    void aNodeCannotRemoveTheViewersOfAnother() {
        swarm.put("b", Viewers.viewer(1).build(), MINUTE);
        assertThat(swarm.remove("c", Viewers.id(1))).isFalse();
        assertThat(swarm.find(Viewers.id(1))).isPresent();
    }

    @Test
    void theViewersOfALostNodeAreForgotten() {
        for (int i = 0; i < 30; i++) {
            swarm.put(i % 3 == 0 ? "b" : "c", Viewers.viewer(i).build(), MINUTE);
        }
        assertThat(swarm.removeOrigin("b")).isEqualTo(10);
        assertThat(swarm.size()).isEqualTo(20);
        assertThat(swarm.ofOrigin("b")).isEmpty();
        assertThat(swarm.ofOrigin("c")).hasSize(20);
        assertThat(swarm.sample(20, any -> true)).doesNotHaveDuplicates().hasSize(20);
    }

    @Test
    void aSilentViewerIsForgottenAndARenewedOneIsNot() {
        swarm.put("b", Viewers.viewer(1).build(), Duration.ofSeconds(10));
        swarm.put("b", Viewers.viewer(2).build(), Duration.ofSeconds(10));
        now += 8_000;
        swarm.put("b", Viewers.viewer(2).build(), Duration.ofSeconds(10));
        now += 3_000;
        swarm.expire();
        assertThat(swarm.find(Viewers.id(1))).isEmpty();
        assertThat(swarm.find(Viewers.id(2))).isPresent();
        assertThat(swarm.stats().expired()).isEqualTo(1);
    }

    @Test
    void aFullSwarmTakesANewcomerInPlaceOfAViewerOfAnotherNode() {
        for (int i = 0; i < 50; i++) {
            swarm.put(Swarm.HERE, Viewers.viewer(i).build(), MINUTE);
        }
        for (int i = 50; i < 150; i++) {
            swarm.put("b", Viewers.viewer(i).build(), MINUTE);
        }
        assertThat(swarm.size()).isEqualTo(100);
        assertThat(swarm.find(Viewers.id(149))).isPresent();
        assertThat(swarm.ofOrigin(Swarm.HERE)).hasSize(50);
        assertThat(swarm.stats().displaced()).isEqualTo(50);
        assertThat(swarm.stats().viewers()).isEqualTo(100);
    }

    @Test
    void aSampleGivesEveryViewerTheSameChance() {
        for (int i = 0; i < 20; i++) {
            swarm.put("b", Viewers.viewer(i).build(), MINUTE);
        }
        Map<String, Integer> drawn = new HashMap<>();
        for (int round = 0; round < 4_000; round++) {
            List<Viewer> sample = swarm.sample(5, any -> true);
            assertThat(sample).doesNotHaveDuplicates().hasSize(5);
            drawn.merge(sample.get(0).id(), 1, Integer::sum);
        }
        // 200 expected first places each; the seed is fixed, so this does not depend on luck.
        assertThat(drawn).hasSize(20);
        assertThat(drawn.values()).allSatisfy(times -> assertThat(times).isBetween(150, 250));
    }

    @Test
    void anIntroductionUsesUpAPlaceForAPartner() {
        swarm.put("b", Viewers.viewer(1).open(1).build(), MINUTE);
        swarm.introduced(Viewers.id(1));
        assertThat(swarm.find(Viewers.id(1)).orElseThrow().open()).isZero();
        swarm.introduced(Viewers.id(1));
        assertThat(swarm.find(Viewers.id(1)).orElseThrow().open()).isZero();
    }

    private static java.util.SortedMap<String, Integer> sorted(Map<String, Integer> map) {
        return new java.util.TreeMap<>(map);
    }
}
