package io.roomcast.runtime.outbound;

/** Told, on the loop, when a peer's byte budget is used up and it can no longer get everything it must. */
@FunctionalInterface
public interface OverflowListener {

    void onOverflow();
}
