package io.roomcast.testkit.socket;

/**
 * How a connection is made. Immutable.
 *
 * @param subprotocol what to ask for in {@code Sec-WebSocket-Protocol}
 * @param receiveBufferBytes of the kernel, 0 for its own choice; a small one lets a server notice a slow reader soon
 */
public record SocketOptions(String subprotocol, int receiveBufferBytes) {

    /** Returns those of a good client. */
    public static SocketOptions of(String subprotocol) {
        return new SocketOptions(subprotocol, 0);
    }
}
