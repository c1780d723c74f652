package io.roomcast.samples.tracker.swarm;

import java.util.function.LongSupplier;

/** How often one viewer may announce: a token bucket. Every announce is told to all nodes, so it has a price. */
public final class Allowance {

    private final int burst;
    private final long refillMillis;
    private final LongSupplier clockMillis;
    private double tokens;
    private long filledAt;

    /**
     * @param burst how many may come at once
     * @param refillMillis how long it takes to earn one more
     */
    public Allowance(int burst, long refillMillis, LongSupplier clockMillis) {
        this.burst = burst;
        this.refillMillis = refillMillis;
        this.clockMillis = clockMillis;
        this.tokens = burst;
        this.filledAt = clockMillis.getAsLong();
    }

    /** Takes one, if there is one. */
    public boolean take() {
        long now = clockMillis.getAsLong();
        tokens = Math.min(burst, tokens + (double) (now - filledAt) / refillMillis);
        filledAt = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
