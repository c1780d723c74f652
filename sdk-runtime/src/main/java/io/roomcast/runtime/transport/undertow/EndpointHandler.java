package io.roomcast.runtime.transport.undertow;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;

/** The endpoint and, below it, the browser client: {@code client.js} and what belongs to it. */
final class EndpointHandler implements HttpHandler {

    private static final String CLIENT_FOLDER = "META-INF/resources/roomcast";

    private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");

    private final HttpHandler upgrade;
    private final HttpHandler client = new FileHandler(EndpointHandler.class.getClassLoader(), CLIENT_FOLDER);

    EndpointHandler(HttpHandler upgrade) {
        this.upgrade = upgrade;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRelativePath();
        if (path.isEmpty() || path.equals("/")) {
            upgrade.handleRequest(exchange);
        } else {
            // A page of another origin may load the module: what it may connect to is decided by its Origin.
            exchange.getResponseHeaders().put(ALLOW_ORIGIN, "*");
            client.handleRequest(exchange);
        }
    }
}
