package io.roomcast.runtime.session;

import io.roomcast.Refusal;
import io.roomcast.runtime.transport.EventLoop;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Whoever asks peers. For each request one of the three is called, once, unless it was abandoned before.
 */
public interface Asker {

    /** Returns the loop on which it is called; null for wherever the peer is. */
    @Nullable
    EventLoop loop();

    /** The peer answered. The buffer is valid during the call. */
    void answered(Session peer, ByteBuffer payload);

    /** The peer answered with an error. */
    void refused(Session peer, Refusal refusal);

    /** The peer went, or left the room it was asked in. */
    void gone(Session peer);

    /** The peer leaves this loop for another: stops what would happen here later. Only where {@link #loop()} is null. */
    default void leaveLoop() {}

    /** The peer is on its new loop. Only where {@link #loop()} is null. */
    default void enterLoop() {}
}
