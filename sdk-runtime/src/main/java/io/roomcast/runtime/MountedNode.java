package io.roomcast.runtime;

import io.roomcast.Roomcast;
import io.roomcast.RoomcastBuilder;
import io.roomcast.runtime.transport.undertow.UndertowTransport;
import io.undertow.server.HttpHandler;
import org.xnio.XnioWorker;

/**
 * A node inside an application's own Undertow server: it opens no port and starts no IO thread, and the application mounts its
 * endpoint where it likes.
 *
 * <pre>{@code
 * XnioWorker worker = Xnio.getInstance().createWorker(OptionMap.EMPTY);
 * MountedNode mounted = MountedNode.start(Roomcast.builder().room("chat/{topic}", new ChatRoom()), worker);
 * Undertow server = Undertow.builder()
 *     .setWorker(worker)
 *     .addHttpListener(8080, "0.0.0.0")
 *     .setHandler(Handlers.path(pages).addPrefixPath("/roomcast", mounted.handler()))
 *     .build();
 * }</pre>
 *
 * <p>Stop the node before the server: it says goodbye to its peers over the server's connections. The settings that belong to
 * the server (addresses, path, static files, IO threads, size of HTTP headers) are not used. Safe to use from any thread.
 */
public final class MountedNode {

    private final Roomcast node;
    private final HttpHandler handler;

    private MountedNode(Roomcast node, HttpHandler handler) {
        this.node = node;
        this.handler = handler;
    }

    /**
     * Starts a node.
     *
     * @param builder one that {@link Roomcast#builder()} made
     * @param worker the worker of the server in which the handler will be mounted
     * @throws IllegalArgumentException if the builder is of another runtime
     */
    public static MountedNode start(RoomcastBuilder builder, XnioWorker worker) {
        if (!(builder instanceof NodeBuilder ours)) {
            throw new IllegalArgumentException(
                    "builder is a " + builder.getClass().getName() + ", expected one that Roomcast.builder() made");
        }
        UndertowTransport[] transport = new UndertowTransport[1];
        Node node = ours.start(settings -> {
            transport[0] = UndertowTransport.mounted(settings, worker);
            return transport[0];
        });
        return new MountedNode(node, transport[0].handler());
    }

    /** Returns the node. */
    public Roomcast node() {
        return node;
    }

    /** Returns the handler to mount: WebSocket handshakes at its path, the browser client below it. */
    public HttpHandler handler() {
        return handler;
    }
}
