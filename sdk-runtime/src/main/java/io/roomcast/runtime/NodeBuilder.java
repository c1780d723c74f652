package io.roomcast.runtime;

import static java.util.Objects.requireNonNull;

import io.roomcast.Authenticator;
import io.roomcast.Limits;
import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.Roomcast;
import io.roomcast.RoomcastBuilder;
import io.roomcast.RoomcastListener;
import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.bridge.LocalHub;
import io.roomcast.runtime.environment.Environment;
import io.roomcast.runtime.environment.SecureIdSource;
import io.roomcast.runtime.environment.SystemClock;
import io.roomcast.runtime.environment.Telemetry;
import io.roomcast.runtime.room.RoomKinds;
import io.roomcast.runtime.transport.Transport;
import io.roomcast.runtime.transport.TransportObserver;
import io.roomcast.runtime.transport.undertow.UndertowSettings;
import io.roomcast.runtime.transport.undertow.UndertowTransport;
import io.roomcast.runtime.wire.WireFormats;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Makes nodes on sockets. What each setting means says {@link RoomcastBuilder}. */
final class NodeBuilder implements RoomcastBuilder {

    private final RoomKinds kinds = new RoomKinds();
    private final List<RoomcastListener> listeners = new ArrayList<>();
    private final UndertowSettings.Builder transport = UndertowSettings.builder();
    private Limits limits = Limits.defaults();
    private Authenticator authenticator = NodeSettings.EVERYBODY;
    private @Nullable Bridge bridge;
    private @Nullable Integer handlerThreads;
    private boolean listens;
    private boolean started;

    @Override
    public RoomcastBuilder listen(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + ", expected 0 (any that is free) to 65535");
        }
        return listen(new InetSocketAddress(port));
    }

    @Override
    public RoomcastBuilder listen(InetSocketAddress address) {
        transport.listen(requireNonNull(address, "address"));
        listens = true;
        return this;
    }

    @Override
    public RoomcastBuilder listenTls(InetSocketAddress address, SSLContext tls) {
        transport.listenTls(requireNonNull(address, "address"), requireNonNull(tls, "tls"));
        listens = true;
        return this;
    }

    @Override
    public RoomcastBuilder path(String path) {
        transport.path(requireNonNull(path, "path"));
        return this;
    }

    @Override
    public RoomcastBuilder staticFiles(String classPathFolder) {
        transport.staticFolder(requireNonNull(classPathFolder, "classPathFolder"));
        return this;
    }

    @Override
    public RoomcastBuilder room(String pattern, RoomHandler handler) {
        return room(pattern, handler, RoomOptions.defaults());
    }

    @Override
    public RoomcastBuilder room(String pattern, RoomHandler handler, RoomOptions options) {
        kinds.declare(
                requireNonNull(pattern, "pattern"),
                requireNonNull(handler, "handler"),
                requireNonNull(options, "options"));
        return this;
    }

    @Override
    public RoomcastBuilder bridge(Bridge joins) {
        bridge = requireNonNull(joins, "bridge");
        return this;
    }

    @Override
    public RoomcastBuilder authenticator(Authenticator decides) {
        authenticator = requireNonNull(decides, "authenticator");
        return this;
    }

    @Override
    public RoomcastBuilder allowOrigins(String... origins) {
        transport.allowOrigins(List.of(origins));
        return this;
    }

    @Override
    public RoomcastBuilder requireOrigin(boolean required) {
        transport.requireOrigin(required);
        return this;
    }

    @Override
    public RoomcastBuilder limits(Limits bounds) {
        limits = requireNonNull(bounds, "limits");
        return this;
    }

    @Override
    public RoomcastBuilder flushWindow(Duration window) {
        kinds.flushWindow(requireNonNull(window, "flushWindow"));
        return this;
    }

    @Override
    public RoomcastBuilder listener(RoomcastListener listener) {
        listeners.add(requireNonNull(listener, "listener"));
        return this;
    }

    @Override
    public RoomcastBuilder ioThreads(int count) {
        transport.ioThreads(count);
        return this;
    }

    @Override
    public RoomcastBuilder handlerThreads(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("handlerThreads is " + count + ", expected at least 1");
        }
        handlerThreads = count;
        return this;
    }

    @Override
    public Roomcast start() {
        if (!listens) {
            throw new IllegalStateException(
                    "the node listens nowhere: call listen(port), or mount it with MountedNode");
        }
        return start(UndertowTransport::listening);
    }

    /** Starts a node on a transport that is made from the settings. */
    Node start(Function<UndertowSettings, Transport> transports) {
        if (started) {
            throw new IllegalStateException("this builder has started a node, expected one builder for each node");
        }
        if (kinds.isEmpty()) {
            throw new IllegalStateException("the node has no rooms: declare at least one with room(pattern, handler)");
        }
        started = true;
        Telemetry telemetry = new Telemetry(listeners);
        UndertowSettings settings = transport
                .limits(limits)
                .subprotocols(WireFormats.subprotocols().toArray(String[]::new))
                .observer(new Refusals(telemetry))
                .build();
        ExecutorService handlers = HandlerThreads.start(handlerThreads);
        return Node.start(
                new NodeSettings(kinds, limits, authenticator, bridgeForHistory()),
                new Environment(SystemClock.INSTANCE, new SecureIdSource(), handlers, telemetry),
                transports.apply(settings),
                (future, after) -> CompletableFuture.delayedExecutor(after.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> future.complete(null)),
                handlers::shutdown);
    }

    /** Returns the bridge; where there is none and rooms keep a history, one that joins this node with nobody and keeps that. */
    private @Nullable Bridge bridgeForHistory() {
        return bridge == null && kinds.keepHistory() ? LocalHub.create().bridge() : bridge;
    }

    /** Passes on what the transport tells. */
    private record Refusals(Telemetry telemetry) implements TransportObserver {

        @Override
        public void handshakeRefused(int httpStatus, String reason) {
            telemetry.handshakeRefused(httpStatus, reason);
        }

        @Override
        public void listenerFailed(Throwable failure) {
            telemetry.handlerFailed("connection", failure);
        }
    }
}
