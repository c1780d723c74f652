package io.roomcast.benchmarks.server;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOClient;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.Transport;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * netty-socketio: the Socket.IO protocol and rooms in Java, over WebSocket only. A client names its room in the query of its
 * handshake.
 */
final class NettySocketIoServer implements ServerUnderTest {

    private static final String EVENT = "message";
    private static final String ROOM = "room";

    private final AtomicInteger connections = new AtomicInteger();
    private @Nullable SocketIOServer server;

    @Override
    public int start(int ioThreads) {
        Configuration configuration = new Configuration();
        configuration.setHostname("127.0.0.1");
        configuration.setPort(freePort());
        configuration.setBossThreads(1);
        configuration.setWorkerThreads(ioThreads);
        configuration.setTransports(Transport.WEBSOCKET);
        configuration.setUseLinuxNativeEpoll(Epoll.isAvailable());
        SocketIOServer started = new SocketIOServer(configuration);
        started.addConnectListener(this::connected);
        started.addDisconnectListener(client -> connections.decrementAndGet());
        started.addEventListener(EVENT, String.class, (client, data, acknowledgement) -> {
            String room = client.get(ROOM);
            switch (RoomKind.of(room)) {
                case REPEAT -> started.getRoomOperations(room).sendEvent(EVENT, data);
                case RELAY -> started.getRoomOperations(room).sendEvent(EVENT, client, data);
                case ECHO -> acknowledgement.sendAckData(data);
            }
        });
        server = started;
        started.start();
        return configuration.getPort();
    }

    /** It does not say which port it got, so it is given one. */
    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void connected(SocketIOClient client) {
        String room = client.getHandshakeData().getSingleUrlParam(ROOM);
        client.set(ROOM, room);
        client.joinRoom(room);
        connections.incrementAndGet();
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop();
        }
    }
}
