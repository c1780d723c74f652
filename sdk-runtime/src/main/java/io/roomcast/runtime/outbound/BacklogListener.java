package io.roomcast.runtime.outbound;

/** Told, on the loop, what becomes of a peer's backlog. */
public interface BacklogListener {

    /** More waits than half of the peer's budget; once until {@link #onDrained}. */
    void onSlow(int waitingBytes);

    /** Nothing waits any more, after something had to. */
    void onDrained();

    /** The peer's budget is used up: it can no longer get everything it must. Once, and the last call. */
    void onOverflow();
}
