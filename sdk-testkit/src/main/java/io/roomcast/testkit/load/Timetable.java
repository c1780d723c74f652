package io.roomcast.testkit.load;

import io.roomcast.testkit.scenario.Phase;
import java.util.List;

/** When the phases of a run begin and end, in nanoseconds since the run began. Immutable. */
final class Timetable {

    private final long[] ends;

    Timetable(List<Phase> phases) {
        ends = new long[phases.size()];
        long at = 0;
        for (int i = 0; i < ends.length; i++) {
            at += phases.get(i).duration().toNanos();
            ends[i] = at;
        }
    }

    long begin(int phase) {
        return phase == 0 ? 0 : ends[phase - 1];
    }

    /** Returns when the last one ends. */
    long end() {
        return ends[ends.length - 1];
    }

    /** Returns the phase of an instant; what is after the last belongs to the last. */
    int phaseAt(long nanos) {
        for (int i = 0; i < ends.length - 1; i++) {
            if (nanos < ends[i]) {
                return i;
            }
        }
        return ends.length - 1;
    }
}
