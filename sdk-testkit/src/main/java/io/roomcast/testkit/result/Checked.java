package io.roomcast.testkit.result;

import java.util.List;

/**
 * What was checked besides times, by whoever knows who must get what.
 *
 * @param broadcasts how many messages were followed
 * @param owed how many deliveries there had to be
 * @param permitted how many more there might have been: races with joining, leaving and faults
 * @param arrived how many deliveries there were
 * @param findings what is not as promised, the first {@value #MOST_FINDINGS}
 * @param found how many there are in all
 */
public record Checked(long broadcasts, long owed, long permitted, long arrived, List<Finding> findings, long found) {

    /** How many findings are kept. */
    public static final int MOST_FINDINGS = 100;

    /** Nothing was checked. */
    public static final Checked NOTHING = new Checked(0, 0, 0, 0, List.of(), 0);

    public Checked {
        findings = List.copyOf(findings);
    }
}
