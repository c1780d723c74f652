package io.roomcast.runtime.room;

import io.roomcast.runtime.outbound.HandOver;
import org.jspecify.annotations.Nullable;

/** Something for a room's members on this node, and for the other nodes if it began here. */
interface Delivery {

    /** Takes its share of the node's budget; null at the limit. */
    @Nullable
    HandOver share();

    /** Gives it to the bridge, in one step with {@link #send}. With the room's lock. */
    Published publish();

    /** Hands it to the loops. With the room's lock. */
    void send(@Nullable Stamp stamp, HandOver handOver);

    /** There was no share for it, too late to tell who wanted it. */
    default void refused() {}
}
