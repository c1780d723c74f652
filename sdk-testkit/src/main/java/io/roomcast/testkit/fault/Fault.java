package io.roomcast.testkit.fault;

import java.time.Duration;

/**
 * One thing that goes wrong.
 *
 * @param at when it begins, from the start of the run
 * @param lasts how long; after it all is as before
 * @param node whom it hits, from 1
 * @param other the other node of a {@link FaultKind#PARTITION}, else 0
 * @param amount see {@link FaultKind}; 0 where the kind has none
 */
public record Fault(FaultKind kind, Duration at, Duration lasts, int node, int other, int amount) {

    public Fault {
        if (at.isNegative()) {
            throw new IllegalArgumentException("at is " + at + ", expected zero or more");
        }
        if (lasts.isNegative() || lasts.isZero()) {
            throw new IllegalArgumentException("lasts is " + lasts + ", expected more than zero");
        }
        if (node < 1) {
            throw new IllegalArgumentException("node is " + node + ", expected at least 1");
        }
        boolean link = kind == FaultKind.PARTITION;
        if (link ? other < 1 || other == node : other != 0) {
            throw new IllegalArgumentException("other is " + other + " and node is " + node + ", expected "
                    + (link ? "another node" : "0: only a partition has two ends"));
        }
        if (amount < 0 || amount > 1_000_000) {
            throw new IllegalArgumentException("amount is " + amount + ", expected 0 to 1,000,000");
        }
    }

    /** One without another node and an amount. */
    public static Fault of(FaultKind kind, Duration at, Duration lasts, int node) {
        return new Fault(kind, at, lasts, node, 0, 0);
    }

    /** One with an amount. */
    public static Fault of(FaultKind kind, Duration at, Duration lasts, int node, int amount) {
        return new Fault(kind, at, lasts, node, 0, amount);
    }

    /** Nothing that {@code from} sends reaches {@code to}. */
    public static Fault partition(Duration at, Duration lasts, int from, int to) {
        return new Fault(FaultKind.PARTITION, at, lasts, to, from, 0);
    }

    /** Returns when it is over. */
    public Duration until() {
        return at.plus(lasts);
    }

    @Override
    public String toString() {
        return kind + " of node " + node + (other == 0 ? "" : " from node " + other)
                + (amount == 0 ? "" : " by " + amount) + " at " + at + " for " + lasts;
    }
}
