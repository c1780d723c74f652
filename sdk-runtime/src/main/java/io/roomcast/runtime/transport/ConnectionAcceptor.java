package io.roomcast.runtime.transport;

/** Takes over new connections. */
@FunctionalInterface
public interface ConnectionAcceptor {

    /**
     * A handshake succeeded. Called on the connection's loop, before anything arrives on it.
     *
     * @return who is told about it
     */
    ConnectionListener accept(Connection connection, Handshake handshake);
}
