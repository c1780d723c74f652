package io.roomcast.benchmarks.server;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Vert.x: a verticle for each IO thread, all on one port; one {@code writeBinaryMessage} per peer. */
final class VertxServer implements ServerUnderTest {

    private final Map<String, Set<ServerWebSocket>> rooms = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private @Nullable Vertx vertx;

    @Override
    public int start(int ioThreads) {
        Vertx started =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(ioThreads));
        vertx = started;
        System.err.println("vert.x native transport: " + started.isNativeTransportEnabled());
        int port = deploy(started, 0);
        for (int i = 1; i < ioThreads; i++) {
            deploy(started, port);
        }
        return port;
    }

    private int deploy(Vertx on, int port) {
        Rooms rooms = new Rooms(port);
        on.deployVerticle(rooms).await();
        return rooms.actualPort;
    }

    private final class Rooms extends AbstractVerticle {

        private final int port;
        private volatile int actualPort;

        Rooms(int port) {
            this.port = port;
        }

        @Override
        public void start(Promise<Void> done) {
            vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port))
                    .webSocketHandler(VertxServer.this::connected)
                    .listen()
                    .onSuccess(server -> actualPort = server.actualPort())
                    .<Void>mapEmpty()
                    .onComplete(done);
        }
    }

    private void connected(ServerWebSocket socket) {
        RoomKind kind = RoomKind.of(socket.path());
        Set<ServerWebSocket> room = rooms.computeIfAbsent(socket.path(), path -> ConcurrentHashMap.newKeySet());
        room.add(socket);
        connections.incrementAndGet();
        socket.closeHandler(closed -> {
            room.remove(socket);
            connections.decrementAndGet();
        });
        socket.binaryMessageHandler(data -> send(data, kind, room, socket));
    }

    private static void send(Buffer data, RoomKind kind, Set<ServerWebSocket> room, ServerWebSocket sender) {
        if (kind == RoomKind.ECHO) {
            sender.writeBinaryMessage(data);
            return;
        }
        for (ServerWebSocket peer : room) {
            if (kind == RoomKind.REPEAT || peer != sender) {
                peer.writeBinaryMessage(data);
            }
        }
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        if (vertx != null) {
            vertx.close().await();
        }
    }
}
