package io.roomcast.runtime.transport.undertow;

import io.roomcast.runtime.transport.Handshake;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is kept of a request that was upgraded. Nothing changes its headers any more; they are copied for whoever asks, since most
 * authenticators do not.
 */
final class ExchangeHandshake implements Handshake {

    private final String path;
    private final HeaderMap headers;
    private final Map<String, Deque<String>> query;
    private final String subprotocol;

    ExchangeHandshake(HttpServerExchange exchange, String subprotocol) {
        this.path = exchange.getRequestPath();
        this.headers = exchange.getRequestHeaders();
        this.query = exchange.getQueryParameters();
        this.subprotocol = subprotocol;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Map<String, List<String>> headers() {
        Map<String, List<String>> copy = new HashMap<>();
        for (HeaderValues values : headers) {
            copy.put(values.getHeaderName().toString().toLowerCase(Locale.ROOT), List.copyOf(values));
        }
        return Map.copyOf(copy);
    }

    @Override
    public Map<String, List<String>> query() {
        Map<String, List<String>> copy = new HashMap<>();
        query.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        return Map.copyOf(copy);
    }

    @Override
    public String subprotocol() {
        return subprotocol;
    }
}
