package io.roomcast.testkit;

import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.transport.memory.MemoryClient;
import io.roomcast.runtime.transport.memory.MemoryTransport;
import java.net.InetSocketAddress;
import java.util.Map;

/** A connection on the in-memory transport. */
final class MemoryWire implements ClientWire {

    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("test-peer.invalid", 1);

    private final MemoryClient connection;

    MemoryWire(MemoryTransport transport, Listener listener) {
        this.connection = transport.connect(
                ADDRESS,
                Handshake.of("/roomcast", Map.of(), Map.of(), "roomcast.v1.protobuf"),
                new MemoryClient.Listener() {
                    @Override
                    public void onMessage(MessageType type, byte[] payload) {
                        listener.onMessage(payload);
                    }

                    @Override
                    public void onClosed(int code, String reason) {
                        listener.onClosed(code, reason);
                    }
                });
    }

    @Override
    public void send(byte[] payload) {
        connection.send(MessageType.BINARY, payload);
    }

    @Override
    public void close(int code, String reason) {
        connection.close(code, reason);
    }

    @Override
    public void cut() {
        connection.cut();
    }

    @Override
    public void stall() {
        connection.stall();
    }

    @Override
    public void resume() {
        connection.resume();
    }
}
