package io.roomcast.runtime.session;

import io.roomcast.Refusal;
import java.nio.ByteBuffer;

/** Whoever asks peers. For each request one of these is called, once, on the peer's loop, unless it was abandoned before. */
public interface Asker {

    /** The peer answered. The buffer is valid during the call. */
    void answered(Session peer, ByteBuffer payload);

    /** The peer answered with an error. */
    void refused(Session peer, Refusal refusal);

    /** The peer went, or left the room it was asked in. */
    void gone(Session peer);
}
