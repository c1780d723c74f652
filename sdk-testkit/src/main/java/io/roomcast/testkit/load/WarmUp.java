package io.roomcast.testkit.load;

import java.time.Duration;
import java.util.List;

/**
 * What went before a run, so that neither the generator nor the servers were cold: nothing of it is in any measurement, and no verdict depends on it. Immutable.
 *
 * @param lasted how long its traffic went on, zero if there was none
 * @param faults what was not as promised in it, in words, the most frequent first
 */
public record WarmUp(Duration lasted, List<String> faults) {

    /** There was none. */
    public static final WarmUp NONE = new WarmUp(Duration.ZERO, List.of());

    /** What a run's environment calls it. */
    public static final String FACT = "warm-up";

    private static final int MOST_TOLD = 3;

    /** Copies the list. */
    public WarmUp {
        faults = List.copyOf(faults);
    }

    /** Returns what a report says of it, such as "5 s, not measured", with the first faults. */
    public String text() {
        long millis = lasted.toMillis();
        String time = millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
        if (faults.isEmpty()) {
            return time + ", not measured";
        }
        String more = faults.size() > MOST_TOLD ? " and " + (faults.size() - MOST_TOLD) + " more" : "";
        return time + ", not measured; not as promised in it: "
                + String.join("; ", faults.subList(0, Math.min(MOST_TOLD, faults.size()))) + more;
    }
}
