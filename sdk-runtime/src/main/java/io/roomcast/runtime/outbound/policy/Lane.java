package io.roomcast.runtime.outbound.policy;

import io.roomcast.DeliveryPolicy;
import io.roomcast.Ordering;
import org.jspecify.annotations.Nullable;

/** One event of one room and the policy under which its messages leave. Immutable; two of the same room and event are equal. */
public final class Lane {

    private final String room;
    private final String pattern;
    private final String event;
    private final DeliveryPolicy policy;
    final DeliveryPolicy.Kind kind;
    final Ordering ordering;
    final long idleGapNanos;
    final long maxDelayNanos;
    final long minIntervalNanos;
    final long timeToLiveNanos;
    final int maxItems;
    final int maxBytes;
    final int maxKeys;

    public Lane(String room, String pattern, String event, DeliveryPolicy policy) {
        this.room = room;
        this.pattern = pattern;
        this.event = event;
        this.policy = policy;
        this.kind = policy.kind();
        this.ordering = policy.ordering();
        this.idleGapNanos = policy.idleGap().toNanos();
        this.maxDelayNanos = policy.maxDelay().toNanos();
        this.minIntervalNanos = policy.minInterval().toNanos();
        this.timeToLiveNanos = policy.timeToLive().toNanos();
        this.maxItems = policy.maxItems();
        this.maxBytes = policy.maxBytes();
        this.maxKeys = policy.maxKeys();
    }

    public String room() {
        return room;
    }

    public String pattern() {
        return pattern;
    }

    public String event() {
        return event;
    }

    public DeliveryPolicy policy() {
        return policy;
    }

    /** Returns whether messages of this lane have a place among others that must not be overtaken. */
    public boolean isOrdered() {
        return ordering != Ordering.NONE;
    }

    boolean isAppend() {
        return kind == DeliveryPolicy.Kind.APPEND;
    }

    boolean dropsOldest() {
        return kind == DeliveryPolicy.Kind.DROP_OLDEST;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Lane that && room.equals(that.room) && event.equals(that.event);
    }

    @Override
    public int hashCode() {
        return 31 * room.hashCode() + event.hashCode();
    }

    @Override
    public String toString() {
        return "Lane[" + event + " of room " + room + "]";
    }
}
