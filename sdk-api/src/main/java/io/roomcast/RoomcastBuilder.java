package io.roomcast;

import io.roomcast.bridge.Bridge;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/**
 * Settings of a node. Each has a default that suits a single node on one machine; the only thing without which a node is
 * useless is a {@link #room room}.
 *
 * <p>Not safe for concurrent use. {@link #start()} may be called once. A setting that contradicts another is refused when it
 * is made, or at {@code start} when it could not be known earlier.
 */
public interface RoomcastBuilder {

    /** Listens for plain WebSocket and HTTP on all interfaces. 0 picks a free port. May be called more than once. */
    RoomcastBuilder listen(int port);

    /** Listens for plain WebSocket and HTTP on one address. May be called more than once. */
    RoomcastBuilder listen(InetSocketAddress address);

    /** Listens for TLS only on one address. May be called more than once. */
    RoomcastBuilder listenTls(InetSocketAddress address, SSLContext tls);

    /** Sets the path of the WebSocket endpoint. Default {@code /roomcast}. The browser client is served below it. */
    RoomcastBuilder path(String path);

    /**
     * Serves files from a class path folder over HTTP, beside the WebSocket endpoint. Default: none.
     *
     * @param classPathFolder for example {@code "web"}; {@code index.html} answers {@code /}
     */
    RoomcastBuilder staticFiles(String classPathFolder);

    /** Declares a kind of room with default {@link RoomOptions}. See {@link #room(String, RoomHandler, RoomOptions)}. */
    RoomcastBuilder room(String pattern, RoomHandler handler);

    /**
     * Declares a kind of room: one handler serves every room whose name matches the pattern.
     *
     * <p>A pattern is literal text and variables: {@code "chat/{topic}"}. A variable matches one or more characters other
     * than {@code /}; the last variable of a pattern may be written {@code {rest...}} and then matches across {@code /}.
     * The first declared pattern that matches a name wins.
     *
     * @throws IllegalArgumentException if the pattern is malformed, names a variable twice, or was declared before, perhaps with
     *     other names for its variables
     */
    RoomcastBuilder room(String pattern, RoomHandler handler, RoomOptions options);

    /** Joins this node to others. Default: none, a cluster of one. The node closes the bridge when it stops. */
    RoomcastBuilder bridge(Bridge bridge);

    /** Decides who may connect. Default: everybody, as {@link Identity#anonymous()}. */
    RoomcastBuilder authenticator(Authenticator authenticator);

    /**
     * Accepts WebSocket handshakes from pages of these origins, besides those whose Origin has the same host and port as
     * the request. {@code "*"} accepts every origin. Requests without an Origin header do not come from a browser; they
     * are refused unless {@link #requireOrigin(boolean)} is set to false. Default: none besides the same host.
     *
     * @param origins as browsers send them, {@code "https://example.org"}: scheme, host, port unless it is the default
     */
    RoomcastBuilder allowOrigins(String... origins);

    /** Says whether a handshake must carry an Origin header. Default true. */
    RoomcastBuilder requireOrigin(boolean required);

    /** Sets the bounds of the node. Default {@link Limits#defaults()}. */
    RoomcastBuilder limits(Limits limits);

    /**
     * Sets how long the broadcasts of rooms may wait for others to leave with them, where {@link RoomOptions.Builder#flushWindow}, which
     * says what that means, says nothing else. Default 0.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    RoomcastBuilder flushWindow(Duration window);

    /** Observes what the node does, for metrics and logs. May be called more than once. */
    RoomcastBuilder listener(RoomcastListener listener);

    /** Sets the number of IO threads. Default: one per available processor, at least two. */
    RoomcastBuilder ioThreads(int count);

    /**
     * Sets the number of threads on which blocking room handlers run. Default: virtual threads on JDK 21 and later, as many as
     * there are rooms with work; before that, eight threads for each available processor.
     */
    RoomcastBuilder handlerThreads(int count);

    /**
     * Starts the node.
     *
     * @throws IllegalStateException if it was started before, or if nothing is listened on
     * @throws RoomcastException if an address cannot be bound or the bridge refuses to start
     */
    Roomcast start();
}
