package io.roomcast.runtime.transport.undertow;

import io.roomcast.runtime.transport.handshake.HandshakeRequest;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import java.util.List;

/** An Undertow request as the handshake rules see it, while it is being handled. */
record ExchangeHead(HttpServerExchange exchange) implements HandshakeRequest {

    @Override
    public String method() {
        return exchange.getRequestMethod().toString();
    }

    @Override
    public String protocol() {
        return exchange.getProtocol().toString();
    }

    @Override
    public boolean isSecure() {
        return exchange.getConnection().getSslSessionInfo() != null;
    }

    @Override
    public List<String> header(String name) {
        HeaderValues values = exchange.getRequestHeaders().get(name);
        return values == null ? List.of() : values;
    }
}
