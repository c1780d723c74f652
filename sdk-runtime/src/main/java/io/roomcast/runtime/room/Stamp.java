package io.roomcast.runtime.room;

/**
 * What a broadcast is known by on all nodes: its origin, and its number there.
 *
 * @param lane another value means that the origin's numbers start anew
 */
public record Stamp(String origin, long lane, long sequence) {

    /** Returns the later of two of the same origin. An origin's lanes are numbered in the order in which it began them. */
    Stamp later(Stamp other) {
        return lane > other.lane || lane == other.lane && sequence >= other.sequence ? this : other;
    }

    /** Returns whether it is this one or comes after it, as far as that is known. */
    boolean isUpTo(Stamp last) {
        return lane == last.lane && sequence <= last.sequence;
    }
}
