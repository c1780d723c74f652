package io.roomcast.runtime.transport.undertow;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.resource.ResourceHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.MimeMappings;

/** Serves class path files over HTTP, {@code index.html} for a folder. Clients may keep them, but ask each time whether they are still right. */
final class FileHandler implements HttpHandler {

    private static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");

    private static final MimeMappings TYPES = MimeMappings.builder()
            .addMapping("html", "text/html; charset=utf-8")
            .addMapping("css", "text/css; charset=utf-8")
            .addMapping("js", "text/javascript; charset=utf-8")
            .addMapping("mjs", "text/javascript; charset=utf-8")
            .addMapping("ts", "text/plain; charset=utf-8")
            .addMapping("map", "application/json")
            .addMapping("json", "application/json")
            .addMapping("svg", "image/svg+xml")
            .addMapping("webmanifest", "application/manifest+json")
            .addMapping("wasm", "application/wasm")
            .build();

    private final ResourceHandler files;

    FileHandler(ClassLoader loader, String folder) {
        this.files = new ResourceHandler(new ClassPathFiles(loader, folder), FileHandler::notFound);
        this.files.setMimeMappings(TYPES);
        this.files.setDirectoryListingEnabled(false);
        this.files.setWelcomeFiles();
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        ResponseDeadline.set(exchange);
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-cache");
        exchange.getResponseHeaders().put(CONTENT_TYPE_OPTIONS, "nosniff");
        if (exchange.getRelativePath().endsWith("/")) {
            exchange.setRelativePath(exchange.getRelativePath() + "index.html");
        }
        files.handleRequest(exchange);
    }

    /** Says that there is nothing here. */
    static void notFound(HttpServerExchange exchange) {
        exchange.setStatusCode(404);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.getResponseSender().send("There is nothing at this address.\n");
    }
}
