package io.roomcast.runtime.transport.websocket;

import io.roomcast.runtime.transport.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * The stream of bytes beneath a {@link WebSocketConnection}: a socket, TLS over one, or memory. Used on its loop only, but for
 * {@link #loop()} and {@link #remoteAddress()}.
 *
 * <p>It calls the connection's {@link WebSocketConnection#received}, {@link WebSocketConnection#endOfInput},
 * {@link WebSocketConnection#writable} and {@link WebSocketConnection#broken}, on the loop, and never from within one of the
 * methods below.
 */
public interface ByteStream {

    /** Returns the loop it belongs to. */
    EventLoop loop();

    /** Returns the address of the other side. */
    InetSocketAddress remoteAddress();

    /** Takes as many bytes as it can now; the buffer's position tells how many. */
    void write(ByteBuffer bytes) throws IOException;

    /** Passes on what it keeps itself (TLS does) and returns whether nothing is left. */
    boolean flush() throws IOException;

    /** Calls {@link WebSocketConnection#writable} when bytes can be taken, again and again until it is suspended. */
    void resumeWrites();

    /** Undoes {@link #resumeWrites()}. */
    void suspendWrites();

    /** Delivers what arrives; the state in which it begins. */
    void resumeReads();

    /** Undoes {@link #resumeReads()}. What was read already may still be delivered. */
    void suspendReads();

    /** Tells the other side that nothing more comes. */
    void shutdownWrites() throws IOException;

    /** Ends it and frees what it holds. Does nothing when called again. */
    void close();
}
