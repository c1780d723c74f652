package io.roomcast.runtime.transport.undertow;

import io.roomcast.Limits;
import io.roomcast.RoomcastException;
import io.roomcast.runtime.transport.ConnectionAcceptor;
import io.roomcast.runtime.transport.EventLoop;
import io.roomcast.runtime.transport.Transport;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/**
 * A transport on Undertow: {@linkplain #listening listening by itself}, or {@linkplain #mounted mounted} in the server of an
 * application. Each IO thread of the worker is one event loop. For any thread.
 *
 * <p>What is bounded, and what happens at each bound, is in {@code docs/transport.md}.
 */
public final class UndertowTransport implements Transport {

    /** How long a request may take to arrive once it has begun. */
    private static final int REQUEST_PARSE_MILLIS = 10_000;

    /** How long a connection may be idle before its first request and between two. */
    private static final int NO_REQUEST_MILLIS = 15_000;

    private static final int MAX_HEADERS = 100;
    private static final int MAX_PARAMETERS = 100;

    /** Nothing here has a use for request bodies. */
    private static final long MAX_BODY_BYTES = 16 * 1024;

    /** TCP connections besides WebSocket ones: pages, handshakes, refusals. */
    private static final int SPARE_CONNECTIONS = 4096;

    private static final int SHUTDOWN_SECONDS = 5;
    private static final int BACKLOG = 4096;
    private static final int FILE_THREADS = 4;
    private static final int POOLED_BUFFER_BYTES = 16 * 1024;
    private static final int POOLED_BUFFERS = 256;
    private static final int POOLED_BUFFERS_PER_THREAD = 8;

    private final UndertowSettings settings;
    private final XnioWorker worker;
    private final boolean ownsWorker;
    private final List<XnioEventLoop> loops;
    private final WebSocketUpgrade upgrade;
    private final HttpHandler handler;
    private final CompletableFuture<Void> ended;

    // Guarded by this.
    private @Nullable Undertow server;
    private @Nullable ByteBufferPool buffers;
    private List<InetSocketAddress> addresses = List.of();
    private boolean started;
    private boolean closing;

    private UndertowTransport(
            UndertowSettings settings, XnioWorker worker, boolean ownsWorker, CompletableFuture<Void> ended) {
        this.settings = settings;
        this.worker = worker;
        this.ownsWorker = ownsWorker;
        this.ended = ended;
        this.loops = IntStream.range(0, worker.getIoThreadCount())
                .mapToObj(i -> new XnioEventLoop(i, worker.getIoThread(i), settings.clock()))
                .toList();
        this.upgrade = new WebSocketUpgrade(settings, loops, ownsWorker);
        this.handler = new EndpointHandler(upgrade);
    }

    /**
     * Returns a transport that will listen on the addresses of the settings. Its threads run from now on until
     * {@link #close()}.
     *
     * @throws RoomcastException if the machine refuses what event loops need
     */
    public static UndertowTransport listening(UndertowSettings settings) {
        if (settings.listeners().isEmpty()) {
            throw new IllegalStateException("nothing is listened on: there is no address in the settings");
        }
        CompletableFuture<Void> ended = new CompletableFuture<>();
        OptionMap options = OptionMap.builder()
                .set(Options.WORKER_NAME, "roomcast")
                .set(Options.WORKER_IO_THREADS, settings.ioThreads())
                .set(Options.WORKER_TASK_CORE_THREADS, 1)
                .set(Options.WORKER_TASK_MAX_THREADS, FILE_THREADS)
                .getMap();
        try {
            XnioWorker worker = Xnio.getInstance(UndertowTransport.class.getClassLoader())
                    .createWorker(null, options, () -> ended.complete(null));
            return new UndertowTransport(settings, worker, true, ended);
        } catch (IOException e) {
            throw new RoomcastException("Cannot make " + settings.ioThreads() + " event loops", e);
        }
    }

    /**
     * Returns a transport whose {@link #handler()} is to be mounted in a server that runs on the given worker. The server's IO
     * threads are its loops. It neither listens nor ends threads; addresses, path, static folder and number of threads of the
     * settings are not used. The limits of the HTTP side are the server's.
     */
    public static UndertowTransport mounted(UndertowSettings settings, XnioWorker worker) {
        return new UndertowTransport(settings, worker, false, new CompletableFuture<>());
    }

    /**
     * Returns the endpoint as a handler, for {@code Handlers.path().addPrefixPath("/roomcast", …)}: the exact prefix is the
     * endpoint, the browser client is below it.
     */
    public HttpHandler handler() {
        return handler;
    }

    @Override
    public List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    @Override
    public void start(ConnectionAcceptor acceptor) {
        try {
            open(acceptor);
        } catch (RoomcastException e) {
            // Nothing may be left behind: the caller cannot close what did not start.
            close();
            ended.orTimeout(SHUTDOWN_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(late -> null)
                    .join();
            throw e;
        }
    }

    private synchronized void open(ConnectionAcceptor acceptor) {
        if (started || closing) {
            throw new IllegalStateException("start may be called once, and not after close");
        }
        started = true;
        upgrade.open(acceptor);
        if (ownsWorker) {
            listen();
        }
    }

    private synchronized void listen() {
        ByteBufferPool pool =
                new DefaultByteBufferPool(true, POOLED_BUFFER_BYTES, POOLED_BUFFERS, POOLED_BUFFERS_PER_THREAD);
        Undertow.Builder builder = Undertow.builder()
                .setWorker(worker)
                .setByteBufferPool(pool)
                .setHandler(Handlers.path(root()).addPrefixPath(settings.path(), handler));
        configure(builder, settings.limits());
        for (UndertowSettings.Listener listener : settings.listeners()) {
            String host = listener.address().getAddress().getHostAddress();
            int port = listener.address().getPort();
            if (listener.tls() == null) {
                builder.addHttpListener(port, host);
            } else {
                builder.addHttpsListener(port, host, listener.tls());
            }
        }
        Undertow building = builder.build();
        buffers = pool;
        server = building;
        try {
            building.start();
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new RoomcastException("cannot listen on " + wanted() + ": " + cause.getMessage(), cause);
        }
        addresses = building.getListenerInfo().stream()
                .map(info -> (InetSocketAddress) info.getAddress())
                .toList();
    }

    private String wanted() {
        List<String> addresses = settings.listeners().stream()
                .map(UndertowSettings.Listener::address)
                .map(address -> address.getAddress().getHostAddress() + ":" + address.getPort())
                .toList();
        return (addresses.size() > 1 ? "all of " : "") + String.join(", ", addresses);
    }

    private HttpHandler root() {
        String folder = settings.staticFolder();
        return folder == null ? FileHandler::notFound : new FileHandler(settings.resources(), folder);
    }

    private static void configure(Undertow.Builder builder, Limits limits) {
        int tcpConnections = (int) Math.min(Integer.MAX_VALUE, (long) limits.maxConnections() + SPARE_CONNECTIONS);
        builder.setServerOption(UndertowOptions.ENABLE_HTTP2, false)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, limits.maxHeaderBytes())
                .setServerOption(UndertowOptions.MAX_HEADERS, MAX_HEADERS)
                .setServerOption(UndertowOptions.MAX_PARAMETERS, MAX_PARAMETERS)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, MAX_BODY_BYTES)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, REQUEST_PARSE_MILLIS)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, NO_REQUEST_MILLIS)
                .setSocketOption(Options.TCP_NODELAY, true)
                .setSocketOption(Options.REUSE_ADDRESSES, true)
                .setSocketOption(Options.BACKLOG, BACKLOG)
                .setSocketOption(Options.CONNECTION_HIGH_WATER, tcpConnections)
                .setSocketOption(Options.CONNECTION_LOW_WATER, tcpConnections - SPARE_CONNECTIONS / 2);
    }

    @Override
    public synchronized List<InetSocketAddress> addresses() {
        return addresses;
    }

    /** Returns how many WebSocket connections there are, those about to open or to close included. */
    public int connections() {
        return upgrade.slots().taken();
    }

    @Override
    public void stopAccepting() {
        upgrade.shut();
    }

    @Override
    public synchronized CompletionStage<Void> close() {
        if (closing) {
            return ended.copy();
        }
        closing = true;
        stopAccepting();
        if (server != null) {
            server.stop();
        }
        // What the cut connections still have to tell their listeners is in the loops' queues when the first round is
        // over.
        CompletableFuture<Void> unused = onEachLoop(XnioEventLoop::end)
                .thenCompose(cut -> onEachLoop(loop -> {}))
                .thenRun(this::free);
        return ended.copy();
    }

    private synchronized void free() {
        if (buffers != null) {
            buffers.close();
        }
        if (ownsWorker) {
            worker.shutdownNow();
        } else {
            ended.complete(null);
        }
    }

    private CompletableFuture<Void> onEachLoop(Consumer<XnioEventLoop> action) {
        return CompletableFuture.allOf(loops.stream()
                .map(loop -> {
                    CompletableFuture<Void> done = new CompletableFuture<>();
                    boolean taken = loop.offer(() -> loop.execute(() -> {
                        try {
                            action.accept(loop);
                        } finally {
                            done.complete(null);
                        }
                    }));
                    if (!taken) {
                        done.complete(null);
                    }
                    return done;
                })
                .toArray(CompletableFuture[]::new));
    }
}
