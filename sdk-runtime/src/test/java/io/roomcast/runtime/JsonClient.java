package io.roomcast.runtime;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that writes and reads lines of the JSON subprotocol. */
final class JsonClient implements WebSocket.Listener {

    private static final long DEADLINE_SECONDS = 10;

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    JsonClient(int port) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("roomcast.v1.json")
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/roomcast"), this)
                .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    void send(String line) {
        socket.sendText(line, true)
                .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    String next() throws InterruptedException {
        String line = lines.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("no line came within " + DEADLINE_SECONDS + " s");
        }
        return line;
    }

    /** Returns a whole WebSocket message; those that {@link #next} has told of are among them. */
    String nextMessage() throws InterruptedException {
        String message = messages.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message came within " + DEADLINE_SECONDS + " s");
        }
        return message;
    }

    int closeCode() {
        return closed.orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            messages.add(text.toString());
            text.toString().lines().forEach(lines::add);
            text.setLength(0);
        }
        webSocket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(statusCode);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }
}
