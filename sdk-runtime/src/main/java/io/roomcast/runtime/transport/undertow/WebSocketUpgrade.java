package io.roomcast.runtime.transport.undertow;

import io.roomcast.CloseCode;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.ConnectionAcceptor;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.handshake.HandshakeDecision;
import io.roomcast.runtime.transport.handshake.HandshakeDecision.Accepted;
import io.roomcast.runtime.transport.handshake.HandshakeDecision.Refused;
import io.roomcast.runtime.transport.handshake.HandshakeRules;
import io.roomcast.runtime.transport.websocket.ConnectionLimits;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.AbstractServerConnection;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.HttpUpgradeListener;
import io.undertow.server.ServerConnection;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/** Answers requests to the endpoint: refuses them as HTTP or turns them into connections. */
final class WebSocketUpgrade implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketUpgrade.class);

    private static final HttpString ACCEPT = new HttpString("Sec-WebSocket-Accept");
    private static final HttpString SUBPROTOCOL = new HttpString("Sec-WebSocket-Protocol");

    private final UndertowSettings settings;
    private final ConnectionLimits limits;
    private final HandshakeRules rules;
    private final ConnectionSlots slots;
    private final List<XnioEventLoop> loops;
    private final boolean ownsServer;

    private volatile @Nullable ConnectionAcceptor acceptor;

    WebSocketUpgrade(UndertowSettings settings, List<XnioEventLoop> loops, boolean ownsServer) {
        this.settings = settings;
        this.limits = ConnectionLimits.of(settings.limits());
        this.rules = new HandshakeRules(settings.subprotocols(), settings.origins());
        this.slots = new ConnectionSlots(settings.limits());
        this.loops = loops;
        this.ownsServer = ownsServer;
    }

    /** Accepts handshakes from now on. */
    void open(ConnectionAcceptor whoTakesThem) {
        acceptor = whoTakesThem;
    }

    /** Refuses handshakes from now on. */
    void shut() {
        acceptor = null;
    }

    ConnectionSlots slots() {
        return slots;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        HandshakeDecision decision = rules.decide(new ExchangeHead(exchange));
        if (decision instanceof Accepted accepted) {
            accept(exchange, accepted);
        } else if (decision instanceof Refused refused) {
            refuse(exchange, refused);
        }
    }

    private void accept(HttpServerExchange exchange, Accepted accepted) {
        ConnectionAcceptor current = acceptor;
        if (current == null) {
            refuse(exchange, Refused.STOPPING);
            return;
        }
        InetSocketAddress address = exchange.getSourceAddress();
        Refused full = slots.take(address.getAddress());
        if (full != null) {
            refuse(exchange, full);
            return;
        }
        Handshake handshake = new ExchangeHandshake(exchange, accepted.subprotocol());
        Pending pending = new Pending(this, address, new Acceptance(current, handshake));
        exchange.getConnection().addCloseListener(pending);
        exchange.getResponseHeaders().put(ACCEPT, accepted.acceptKey());
        exchange.getResponseHeaders().put(SUBPROTOCOL, accepted.subprotocol());
        exchange.upgradeChannel("websocket", pending);
        exchange.endExchange();
    }

    private void refuse(HttpServerExchange exchange, Refused refused) {
        settings.observer().handshakeRefused(refused.status(), refused.reason());
        ResponseDeadline.set(exchange);
        exchange.setStatusCode(refused.status());
        refused.headers().forEach((name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value));
        exchange.setPersistent(refused.headers().containsKey("Connection") && exchange.isPersistent());
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.getResponseSender().send(refused.sentence() + "\n");
    }

    private void upgraded(StreamConnection channel, AbstractServerConnection http, Pending pending) {
        XnioEventLoop loop = loopOf(channel);
        if (loop.inLoop()) {
            adopt(loop, channel, http, pending);
        } else if (!loop.offer(() -> adopt(loop, channel, http, pending))) {
            IoUtils.safeClose(channel);
        }
    }

    private XnioEventLoop loopOf(StreamConnection channel) {
        int number = channel.getIoThread().getNumber();
        if (number < loops.size() && loops.get(number).isOf(channel.getIoThread())) {
            return loops.get(number);
        }
        throw new IllegalStateException(
                "the endpoint is mounted in a server with another worker than the one that was handed"
                        + " to UndertowTransport.mounted: "
                        + channel.getWorker().getName());
    }

    /** Makes a connection of the upgraded stream. On its loop. */
    private void adopt(XnioEventLoop loop, StreamConnection channel, AbstractServerConnection http, Pending pending) {
        Acceptance acceptance = pending.handOver();
        if (acceptance == null) {
            return;
        }
        XnioByteStream stream = new XnioByteStream(
                loop, channel, pending.address, slots, limits, settings.clock(), settings.observer());
        if (!loop.add(stream)) {
            stream.close();
            return;
        }
        PooledByteBuffer early = http.getExtraBytes();
        http.setExtraBytes(null);
        channel.getSourceChannel().setConduit(http.getOriginalSourceConduit());
        detach(http, channel, stream);
        Connection connection = stream.connection();
        try {
            stream.connection().listen(acceptance.acceptor().accept(connection, acceptance.handshake()));
        } catch (Throwable t) {
            LOG.error("The acceptor failed for a connection from {}", connection.remoteAddress(), t);
            settings.observer().listenerFailed(t);
            connection.close(CloseCode.INTERNAL_ERROR, "internal error");
        }
        if (early != null) {
            try (early) {
                stream.connection().received(early.getBuffer());
            }
        }
        stream.begin();
    }

    /**
     * Ends the life of the HTTP connection, whose own close listener frees its timers and buffers; it may be called again when
     * the stream really ends. The object itself stays with the stream: XNIO adds close listeners and takes none off. In a
     * server of somebody else that listener is not ours to call, and only the end is listened for.
     */
    private void detach(AbstractServerConnection http, StreamConnection channel, XnioByteStream stream) {
        if (ownsServer && http.getCloseSetter() instanceof ChannelListener<?> listener) {
            @SuppressWarnings("unchecked")
            ChannelListener<StreamConnection> closed = (ChannelListener<StreamConnection>) listener;
            closed.handleEvent(channel);
            channel.setCloseListener(stream);
        } else {
            http.addCloseListener(ended -> stream.handleEvent(channel));
        }
    }

    /**
     * An accepted handshake whose response is on its way; it holds a slot. Belongs to the connection's IO thread. The HTTP
     * connection may keep it, so it lets go of what it carries.
     */
    private static final class Pending implements HttpUpgradeListener, ServerConnection.CloseListener {

        private final WebSocketUpgrade upgrade;
        private final InetSocketAddress address;
        private @Nullable Acceptance acceptance;

        Pending(WebSocketUpgrade upgrade, InetSocketAddress address, Acceptance acceptance) {
            this.upgrade = upgrade;
            this.address = address;
            this.acceptance = acceptance;
        }

        @Override
        public void handleUpgrade(StreamConnection channel, HttpServerExchange exchange) {
            upgrade.upgraded(channel, (AbstractServerConnection) exchange.getConnection(), this);
        }

        /** The client left; if that was before the upgrade, nobody else gives the slot back. */
        @Override
        public void closed(ServerConnection connection) {
            if (handOver() != null) {
                upgrade.slots.release(address.getAddress());
            }
        }

        /** Returns what was accepted, the first time: from then on the slot is the caller's to give back. */
        @Nullable
        Acceptance handOver() {
            Acceptance handed = acceptance;
            acceptance = null;
            return handed;
        }
    }

    private record Acceptance(ConnectionAcceptor acceptor, Handshake handshake) {}
}
