package io.roomcast.benchmarks.server;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.spi.WebSocketHttpExchange;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Undertow's own WebSocket layer, as people write it: one {@code sendBinary} per peer. A room is a request path. */
final class UndertowServer implements ServerUnderTest {

    private final Map<String, Set<WebSocketChannel>> rooms = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private @Nullable Undertow undertow;

    @Override
    public int start(int ioThreads) {
        Undertow server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setIoThreads(ioThreads)
                .setHandler(Handlers.websocket(this::connected))
                .build();
        server.start();
        undertow = server;
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    private void connected(WebSocketHttpExchange exchange, WebSocketChannel channel) {
        String name = exchange.getRequestURI();
        RoomKind kind = RoomKind.of(name);
        Set<WebSocketChannel> room = rooms.computeIfAbsent(name, path -> ConcurrentHashMap.newKeySet());
        room.add(channel);
        connections.incrementAndGet();
        channel.addCloseTask(closed -> {
            room.remove(closed);
            connections.decrementAndGet();
        });
        channel.getReceiveSetter().set(new AbstractReceiveListener() {
            @Override
            protected void onFullBinaryMessage(WebSocketChannel sender, BufferedBinaryMessage message) {
                var pooled = message.getData();
                try {
                    send(WebSockets.mergeBuffers(pooled.getResource()), kind, room, sender);
                } finally {
                    pooled.free();
                }
            }
        });
        channel.resumeReceives();
    }

    private static void send(ByteBuffer data, RoomKind kind, Set<WebSocketChannel> room, WebSocketChannel sender) {
        if (kind == RoomKind.ECHO) {
            WebSockets.sendBinary(data, sender, null);
            return;
        }
        for (WebSocketChannel peer : room) {
            if (kind == RoomKind.REPEAT || peer != sender) {
                WebSockets.sendBinary(data.duplicate(), peer, null);
            }
        }
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        if (undertow != null) {
            undertow.stop();
        }
    }
}
