package io.roomcast.testkit.oracle;

import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Finding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** What was found wrong: the first of each peer and kind in words, all in number. Belongs to one thread. */
public final class Findings {

    private final LongSupplier nanos;
    private final List<Finding> kept = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private long found;

    /** @param nanos the run's time */
    public Findings(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Notes one. @param peer the number of the peer, -1 = none @param room the room's name, empty = none */
    public void add(String kind, int peer, String room, String text) {
        found++;
        // One bug shows in thousands of peers; what helps is the first of each, of not too many peers.
        if (kept.size() < Checked.MOST_FINDINGS && seen.add(kind + peer)) {
            kept.add(new Finding(kind, nanos.getAsLong(), peer, room, text, List.of()));
        }
    }

    /** Returns those that are kept, in the order in which they were noticed. */
    public List<Finding> kept() {
        return List.copyOf(kept);
    }

    /** Returns how many there are. */
    public long found() {
        return found;
    }
}
