package io.roomcast.it;

import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.ConnectionAcceptor;
import io.roomcast.runtime.transport.ConnectionListener;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Sends every message back; the text {@code close CODE REASON} closes instead. */
final class EchoAcceptor implements ConnectionAcceptor {

    final BlockingQueue<Integer> closeCodes = new LinkedBlockingQueue<>();

    @Override
    public ConnectionListener accept(Connection connection, Handshake handshake) {
        return new Echo(connection);
    }

    private final class Echo implements ConnectionListener {

        private final Connection connection;
        private final Queue<Runnable> waiting = new ArrayDeque<>();

        Echo(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void onMessage(MessageType type, ByteBuffer payload) {
            byte[] copy = new byte[payload.remaining()];
            payload.get(copy);
            if (type == MessageType.TEXT) {
                String[] words = new String(copy, StandardCharsets.UTF_8).split(" ", 3);
                if (words[0].equals("close")) {
                    connection.close(Integer.parseInt(words[1]), words[2]);
                    return;
                }
            }
            Chunk[] chunks = {Chunk.of(copy)};
            waiting.add(() -> connection.write(type, chunks, 0, 1, copy.length));
            onWritable();
        }

        @Override
        public void onWritable() {
            while (connection.isWritable() && !waiting.isEmpty()) {
                waiting.remove().run();
            }
        }

        @Override
        public void onClosed(int code, String reason) {
            closeCodes.add(code);
        }
    }
}
