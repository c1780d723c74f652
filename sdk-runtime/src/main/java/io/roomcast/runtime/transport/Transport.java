package io.roomcast.runtime.transport;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Brings connections. Started once, closed once. */
public interface Transport {

    /** Returns the loops; the same ones in the same order at every call. Before and after {@link #start}. */
    List<EventLoop> loops();

    /**
     * Begins to accept connections.
     *
     * @throws io.roomcast.RoomcastException if an address cannot be bound; nothing is left behind then
     */
    void start(ConnectionAcceptor acceptor);

    /** Returns where it listens, ports resolved; empty when it does not listen by itself. */
    List<InetSocketAddress> addresses();

    /** Refuses new connections from now on (HTTP 503). Those that exist go on. */
    void stopAccepting();

    /** Cuts what is still connected and frees everything. Completes when the loops have ended. */
    CompletionStage<Void> close();
}
