package io.roomcast.runtime.outbound.policy;

import io.roomcast.PolicyFlush;
import io.roomcast.runtime.environment.TimingWheel;

/**
 * What one peer is to get of one key of a lane: what is held of it, and when it last got something. In the loop's wheel while it
 * waits for a time. Confined to the peer's loop.
 */
final class Slot extends TimingWheel.Entry {

    final Holdings holdings;
    final Lane lane;
    final Arrival.SlotKey key;
    HeldValues values = new HeldValues();

    /** The sender of what is held, empty for none or several. */
    String sender = "";

    long firstNanos;
    long lastNanos;
    boolean departed;
    long departedNanos;

    /** Whether it is in the wheel. */
    boolean timed;
    /** Whether it waits for the peer's connection to take more. */
    boolean waiting;
    /** Whether nobody finds it any more. */
    boolean forgotten;

    // Since the last flush.
    int in;
    int conflated;
    int dropped;

    Slot(Holdings holdings, Lane lane, Arrival.SlotKey key) {
        this.holdings = holdings;
        this.lane = lane;
        this.key = key;
    }

    boolean isEmpty() {
        return values.count() == 0;
    }

    void took(String from, long now) {
        if (in++ == 0) {
            firstNanos = now;
            sender = from;
        } else if (!sender.equals(from)) {
            sender = "";
        }
        lastNanos = now;
    }

    /** Returns when what is held, or would be if it came now, may leave. */
    long dueNanos() {
        long quiet = Math.min(lastNanos + lane.idleGapNanos, firstNanos + lane.maxDelayNanos);
        return departed ? Math.max(quiet, departedNanos + lane.minIntervalNanos) : quiet;
    }

    /** Returns which of its times {@link #dueNanos} is. */
    PolicyFlush.Reason dueReason() {
        long due = dueNanos();
        if (departed && lane.minIntervalNanos > 0 && due == departedNanos + lane.minIntervalNanos) {
            return PolicyFlush.Reason.INTERVAL;
        }
        if (due == firstNanos) {
            return PolicyFlush.Reason.IMMEDIATE;
        }
        return due == lastNanos + lane.idleGapNanos ? PolicyFlush.Reason.IDLE_GAP : PolicyFlush.Reason.MAX_DELAY;
    }

    @Override
    protected void expired() {
        timed = false;
        holdings.timeIsUp(this);
    }
}
