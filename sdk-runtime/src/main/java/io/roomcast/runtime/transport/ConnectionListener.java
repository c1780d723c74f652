package io.roomcast.runtime.transport;

import java.nio.ByteBuffer;

/**
 * What a connection tells the core. Called on the connection's loop, never concurrently, nothing after {@link #onClosed}. What
 * a listener throws ends the connection with close code 1011 and harms no other.
 */
public interface ConnectionListener {

    /**
     * A whole message arrived.
     *
     * @param payload unmasked; TEXT is valid UTF-8. The bytes belong to the transport again when the call returns; the
     *     listener may move position and limit.
     */
    void onMessage(MessageType type, ByteBuffer payload);

    /** For now the transport has no more messages of the client: what answers them need not wait for others. Follows each run of them. */
    default void onReadEnd() {}

    /** What an earlier {@link Connection#write} could not send has gone out. */
    void onWritable();

    /**
     * The connection has ended. Called exactly once.
     *
     * @param code the code of the close frame that came first, from whichever side; 1005 if that had none, 1006 if the
     *     connection ended without one
     * @param reason the reason of that frame; for 1006 what happened, in words
     */
    void onClosed(int code, String reason);
}
