package io.roomcast;

import io.roomcast.spi.RoomcastProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionStage;

/**
 * One running node: it serves WebSocket peers, runs the handlers of their rooms and is joined to the other nodes of its
 * cluster by a bridge.
 *
 * <pre>{@code
 * Roomcast node = Roomcast.builder()
 *     .listen(8080)
 *     .room("chat/{topic}", new ChatRoom())
 *     .start();
 * }</pre>
 *
 * <p>Safe to use from any thread. A node is started once and stopped once; it cannot be restarted.
 */
public interface Roomcast extends AutoCloseable {

    /**
     * Returns a new builder.
     *
     * @throws IllegalStateException if no runtime, or more than one, is on the class path
     */
    static RoomcastBuilder builder() {
        List<RoomcastProvider> providers =
                ServiceLoader.load(RoomcastProvider.class, Roomcast.class.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        if (providers.size() != 1) {
            throw new IllegalStateException("found " + providers.size()
                    + " Roomcast runtimes on the class path, expected exactly one: "
                    + (providers.isEmpty() ? "add io.roomcast:roomcast-runtime" : "remove the others"));
        }
        return providers.get(0).newBuilder();
    }

    /** Returns this node's id: unique in the cluster and new at every start. */
    String id();

    /** Returns the addresses it listens on, ports resolved; empty when it is mounted in another server. */
    List<InetSocketAddress> addresses();

    /**
     * Returns the room of this name, to broadcast into it from outside a handler. The room need not have peers on this
     * node, or anywhere.
     *
     * @throws IllegalArgumentException if the name is empty, longer than 255 UTF-8 bytes, or no pattern declared with
     *     {@link RoomcastBuilder#room} matches it
     */
    Room room(String name);

    /** Returns a peer that this node serves, whether or not it has a connection at the moment; or empty. */
    Optional<Peer> peer(String peerId);

    /** Returns counts of what this node holds now and has done since its start. */
    NodeStats stats();

    /**
     * Stops: refuses new connections, tells every peer to reconnect elsewhere with a {@code go-away} frame and close code
     * {@link CloseCode#GOING_AWAY}, runs the handlers' last callbacks, leaves the cluster and frees every thread it
     * started. Peers that have not completed the close handshake by the deadline are cut.
     *
     * @param deadline how long to wait for peers and handlers; zero cuts at once
     * @return completes when all is released; never exceptionally
     */
    CompletionStage<Void> stop(Duration deadline);

    /** Stops with a deadline of five seconds and waits for it. */
    @Override
    void close();
}
