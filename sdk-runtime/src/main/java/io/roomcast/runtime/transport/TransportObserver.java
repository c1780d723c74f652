package io.roomcast.runtime.transport;

/**
 * Counts what a transport does without the core: everything else the core sees as a connection. Called on IO threads,
 * concurrently; must return at once and not throw.
 */
public interface TransportObserver {

    /** Observes nothing. */
    TransportObserver NONE = new TransportObserver() {};

    /**
     * A handshake was refused.
     *
     * @param httpStatus what the client was told
     * @param reason one of a small fixed set of words, fit for a metric's label: see {@code docs/transport.md}
     */
    default void handshakeRefused(int httpStatus, String reason) {}

    /** A {@link ConnectionAcceptor} or {@link ConnectionListener} threw; its connection is closed with 1011. */
    default void listenerFailed(Throwable failure) {}
}
