package io.roomcast.runtime.transport.websocket;

import io.roomcast.runtime.transport.MessageType;
import java.nio.ByteBuffer;

/**
 * What a {@link FrameReader} reads. Payloads are unmasked and belong to the reader again when the call returns. Each method
 * returns whether to read on.
 */
public interface FrameHandler {

    /** A whole message; TEXT is valid UTF-8. */
    boolean onMessage(MessageType type, ByteBuffer payload);

    /** A ping. */
    boolean onPing(ByteBuffer payload);

    /** A pong. */
    boolean onPong(ByteBuffer payload);

    /**
     * A close frame; nothing is read after it.
     *
     * @param code 1005 if the frame has none
     */
    void onClose(int code, String reason);
}
