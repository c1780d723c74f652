package io.roomcast.runtime.outbound;

/** What is kept from one peer's queue for a while and belongs into it later. Called on the peer's loop. */
public interface HeldBack {

    /**
     * The queue is empty and the network takes more: queues some of what waited for that, until the queue holds so many bytes.
     *
     * @return whether anything was queued
     */
    boolean refill(int bytes);

    /** The peer is about to be closed: queues everything. */
    void releaseAll();

    /** The queue takes nothing more: gives everything up. */
    void discard();
}
