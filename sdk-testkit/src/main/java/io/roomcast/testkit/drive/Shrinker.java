package io.roomcast.testkit.drive;

import io.roomcast.testkit.fault.Fault;
import io.roomcast.testkit.fault.FaultPlan;
import io.roomcast.testkit.result.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes faults out of a run that fails, as long as it still fails: delta debugging, the algorithm ddmin of Zeller and Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input" (2002). What is left fails, and does not without any one of its faults. Only for drivers whose runs are the same for the same seed.
 */
public final class Shrinker {

    private final Driver driver;
    private int runs;

    public Shrinker(Driver driver) {
        this.driver = driver;
    }

    /** Returns how many runs it took. */
    public int runs() {
        return runs;
    }

    /** Returns an order that fails with as few faults as it found; the same one if none can be left out. */
    public Order shrink(Order failing) {
        List<Fault> faults = failing.faults().faults();
        if (faults.isEmpty() || fails(failing.with(FaultPlan.NONE))) {
            return faults.isEmpty() ? failing : failing.with(FaultPlan.NONE);
        }
        int parts = 2;
        while (faults.size() >= 2) {
            List<Fault> smaller = smaller(failing, faults, parts);
            if (smaller != null) {
                parts = Math.max(2, parts - 1);
                faults = smaller;
            } else if (parts < faults.size()) {
                parts = Math.min(faults.size(), parts * 2);
            } else {
                break;
            }
        }
        return faults.size() == failing.faults().faults().size() ? failing : failing.with(new FaultPlan(faults));
    }

    /** Returns the faults without one of so many parts, if it still fails; null if each part matters. */
    private @Nullable List<Fault> smaller(Order failing, List<Fault> faults, int parts) {
        for (int part = 0; part < parts; part++) {
            int from = faults.size() * part / parts;
            int to = faults.size() * (part + 1) / parts;
            List<Fault> rest = new ArrayList<>(faults.subList(0, from));
            rest.addAll(faults.subList(to, faults.size()));
            if (fails(failing.with(new FaultPlan(rest)))) {
                return rest;
            }
        }
        return null;
    }

    private boolean fails(Order order) {
        runs++;
        return driver.run(order, Progress.NONE).verdict() != Verdict.PASSED;
    }
}
