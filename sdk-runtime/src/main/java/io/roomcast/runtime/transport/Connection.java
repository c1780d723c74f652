package io.roomcast.runtime.transport;

import java.net.InetSocketAddress;

/**
 * One open WebSocket connection. Every method must be called on {@link #loop()} unless it says otherwise.
 *
 * <p>Life: open → closing (a close frame was sent or received) → closed. {@link ConnectionListener#onClosed} is called exactly
 * once, whatever ended it. Calls on a connection that is not open do nothing.
 */
public interface Connection {

    /** Returns the loop it belongs to. From any thread. */
    EventLoop loop();

    /** Returns the client's address. From any thread. */
    InetSocketAddress remoteAddress();

    /** Returns whether messages can still be sent: no close frame was sent or received, and nothing broke. */
    boolean isOpen();

    /** Returns whether {@link #write} may be called now: open, and nothing of an earlier message waits. */
    boolean isWritable();

    /**
     * Sends one message made of chunks. What the network does not take at once the connection keeps, and
     * {@link ConnectionListener#onWritable} is called when it has gone.
     *
     * @param chunks the pieces are {@code chunks[from…to)}; the array belongs to the caller again on return
     * @param size the sum of their sizes
     * @return whether all of it went out, that is {@link #isWritable()}
     * @throws IllegalStateException if {@code isWritable()} is false while {@code isOpen()} is true
     */
    boolean write(MessageType type, Chunk[] chunks, int from, int to, int size);

    /** Returns how many bytes of earlier writes wait for the network, frame headers included. */
    int unsentBytes();

    /** Sends a WebSocket ping, past everything that waits except a message already partly written. */
    void ping();

    /** Returns when something last arrived, on the transport's clock; the time of the upgrade before that. */
    long lastReceivedNanos();

    /** Stops delivering messages until {@link #resumeReads()}; at most the rest of what was already read still arrives. */
    void pauseReads();

    /** Undoes {@link #pauseReads()}. */
    void resumeReads();

    /**
     * Begins the closing handshake: sends a close frame after what {@link #write} took, delivers no further messages, and
     * ends the connection when the client answers or the close timeout is over.
     *
     * @param reason at most 123 UTF-8 bytes; longer ones are cut at a character
     */
    void close(int code, String reason);

    /** Ends the connection at once, without a close frame. */
    void abort();
}
