package io.roomcast.samples.tracker.swarm;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** How a viewer's partners are chosen. */
public enum PartnerChoice {

    /** Any viewers, each with the same chance: what keeps a swarm well mixed. */
    @JsonProperty("random")
    RANDOM {
        @Override
        List<Viewer> of(Viewer asker, List<Viewer> candidates, int want) {
            return candidates.subList(0, Math.min(want, candidates.size()));
        }
    },

    /**
     * The viewers whose {@link Place} is nearest, except that one partner in four is any viewer. Without those a swarm of
     * two regions falls apart into two swarms that never exchange anything (Bindal et al., "Improving Traffic Locality in
     * BitTorrent via Biased Neighbor Selection", ICDCS 2006).
     */
    @JsonProperty("nearest")
    NEAREST {
        @Override
        List<Viewer> of(Viewer asker, List<Viewer> candidates, int want) {
            int strangers = want / 4;
            int anyone = Math.min(strangers, candidates.size());
            List<Viewer> partners = new ArrayList<>(candidates.subList(0, anyone));
            candidates.subList(anyone, candidates.size()).stream()
                    .sorted(Comparator.comparingDouble(
                            candidate -> candidate.place().distanceTo(asker.place())))
                    .limit(want - anyone)
                    .forEach(partners::add);
            return partners;
        }
    };

    /** How many viewers are drawn from the swarm and looked at: bounds the cost of an announce in a large swarm. */
    static final int CANDIDATES = 256;

    /**
     * Chooses partners among the viewers that take more of them.
     *
     * @param want at most this many
     * @param allowed says who may be a partner
     */
    public List<Viewer> choose(Swarm swarm, Viewer asker, int want, Predicate<Viewer> allowed) {
        if (want <= 0) {
            return List.of();
        }
        Predicate<Viewer> takesMore =
                viewer -> viewer.open() > 0 && !viewer.id().equals(asker.id());
        return List.copyOf(of(asker, swarm.sample(CANDIDATES, takesMore.and(allowed)), want));
    }

    /** Chooses among candidates in random order. */
    abstract List<Viewer> of(Viewer asker, List<Viewer> candidates, int want);
}
