package io.roomcast.runtime.transport.undertow;

import io.roomcast.Limits;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.environment.SystemClock;
import io.roomcast.runtime.transport.TransportObserver;
import io.roomcast.runtime.transport.handshake.OriginPolicy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an {@link UndertowTransport}. Immutable; {@link #builder()} starts with the defaults.
 *
 * @param listeners where to listen; not used by a mounted transport
 * @param path the path of the endpoint; not used by a mounted transport
 * @param subprotocols those spoken, the preferred one first
 * @param origins which web pages may connect
 * @param ioThreads how many event loops; not used by a mounted transport
 * @param staticFolder the class path folder served beside the endpoint; not used by a mounted transport
 * @param resources loads the static folder
 */
public record UndertowSettings(
        List<Listener> listeners,
        String path,
        List<String> subprotocols,
        OriginPolicy origins,
        Limits limits,
        int ioThreads,
        @Nullable String staticFolder,
        ClassLoader resources,
        Clock clock,
        TransportObserver observer) {

    /** One address, plain or with TLS. */
    public record Listener(
            InetSocketAddress address, @Nullable SSLContext tls) {}

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link UndertowSettings}. Not safe for concurrent use. */
    public static final class Builder {

        private final List<Listener> listeners = new ArrayList<>();
        private final List<String> subprotocols = new ArrayList<>();
        private final List<String> origins = new ArrayList<>();
        private String path = "/roomcast";
        private boolean originRequired = true;
        private Limits limits = Limits.defaults();
        private int ioThreads = Math.max(2, Runtime.getRuntime().availableProcessors());
        private @Nullable String staticFolder;
        private ClassLoader resources = ownResources();
        private Clock clock = SystemClock.INSTANCE;
        private TransportObserver observer = TransportObserver.NONE;

        private Builder() {}

        /** Listens on one more address. Port 0 picks a free one. */
        public Builder listen(InetSocketAddress address) {
            listeners.add(new Listener(resolved(address), null));
            return this;
        }

        /** Listens on one more address, for TLS only. */
        public Builder listenTls(InetSocketAddress address, SSLContext tls) {
            listeners.add(new Listener(resolved(address), tls));
            return this;
        }

        /** Sets the path of the endpoint. Default {@code /roomcast}. The browser client is served below it. */
        public Builder path(String endpoint) {
            if (!endpoint.matches("(/[A-Za-z0-9._~-]+)+")) {
                throw new IllegalArgumentException(
                        "path is \"" + endpoint + "\", expected something like \"/roomcast\" or \"/api/live\"");
            }
            this.path = endpoint;
            return this;
        }

        /** Names the subprotocols, the preferred one first. At least one is needed. */
        public Builder subprotocols(String... names) {
            subprotocols.addAll(List.of(names));
            return this;
        }

        /** Lets pages of these origins connect besides those of the same host; {@code "*"}: all. Default: none besides. */
        public Builder allowOrigins(List<String> allowed) {
            origins.addAll(allowed);
            return this;
        }

        /** Says whether a handshake must have an Origin. Default true. */
        public Builder requireOrigin(boolean required) {
            this.originRequired = required;
            return this;
        }

        /** Sets the bounds. Default {@link Limits#defaults()}. */
        public Builder limits(Limits bounds) {
            this.limits = bounds;
            return this;
        }

        /** Sets the number of event loops. Default: one per processor, at least two. */
        public Builder ioThreads(int count) {
            if (count < 1 || count > 1024) {
                throw new IllegalArgumentException("ioThreads is " + count + ", expected 1 to 1024");
            }
            this.ioThreads = count;
            return this;
        }

        /** Serves files from a folder of the class path, {@code index.html} at {@code /}. Default: none. */
        public Builder staticFolder(String classPathFolder) {
            this.staticFolder = classPathFolder;
            return this;
        }

        /** Sets what loads the static folder. Default: the context class loader of the thread that makes the builder. */
        public Builder resources(ClassLoader loader) {
            this.resources = loader;
            return this;
        }

        /** Sets the clock. Default {@link SystemClock}. */
        public Builder clock(Clock source) {
            this.clock = source;
            return this;
        }

        /** Sets who is told of refusals. Default {@link TransportObserver#NONE}. */
        public Builder observer(TransportObserver whoIsTold) {
            this.observer = whoIsTold;
            return this;
        }

        /** Returns the settings. */
        public UndertowSettings build() {
            if (subprotocols.isEmpty()) {
                throw new IllegalArgumentException("subprotocols is empty, expected at least one");
            }
            return new UndertowSettings(
                    List.copyOf(listeners),
                    path,
                    List.copyOf(subprotocols),
                    new OriginPolicy(origins, originRequired),
                    limits,
                    ioThreads,
                    staticFolder,
                    resources,
                    clock,
                    observer);
        }

        private static InetSocketAddress resolved(InetSocketAddress address) {
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("address is " + address + ", expected one that can be resolved");
            }
            return address;
        }

        private static ClassLoader ownResources() {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            return context == null ? UndertowSettings.class.getClassLoader() : context;
        }
    }
}
