package io.roomcast.runtime.transport.undertow;

import io.roomcast.Limits;
import io.roomcast.runtime.transport.Chunk;
import io.roomcast.runtime.transport.Connection;
import io.roomcast.runtime.transport.ConnectionAcceptor;
import io.roomcast.runtime.transport.ConnectionListener;
import io.roomcast.runtime.transport.Handshake;
import io.roomcast.runtime.transport.MessageType;
import io.roomcast.runtime.transport.TransportObserver;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A transport that sends every message back, and remembers what happened. */
final class EchoServer implements AutoCloseable, ConnectionAcceptor {

    final UndertowTransport transport;
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final BlockingQueue<Integer> closeCodes = new LinkedBlockingQueue<>();
    final BlockingQueue<Connection> connections = new LinkedBlockingQueue<>();
    final BlockingQueue<Handshake> handshakes = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> refusals = new LinkedBlockingQueue<>();

    EchoServer() {
        this(Limits.defaults(), UnaryOperator.identity());
    }

    EchoServer(Limits limits, UnaryOperator<UndertowSettings.Builder> more) {
        UndertowSettings settings = more.apply(UndertowSettings.builder()
                        .subprotocols("echo")
                        .limits(limits)
                        .ioThreads(2)
                        .observer(new TransportObserver() {
                            @Override
                            public void handshakeRefused(int httpStatus, String reason) {
                                refusals.add(httpStatus);
                            }
                        })
                        .listen(new InetSocketAddress("127.0.0.1", 0)))
                .build();
        transport = UndertowTransport.listening(settings);
        transport.start(this);
    }

    InetSocketAddress address() {
        return transport.addresses().get(0);
    }

    @Override
    public ConnectionListener accept(Connection connection, Handshake handshake) {
        opened.incrementAndGet();
        connections.add(connection);
        handshakes.add(handshake);
        return new Echo(connection);
    }

    @Override
    public void close() {
        transport.close().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
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
            Chunk[] chunks = {Chunk.of(copy)};
            Runnable sending = () -> connection.write(type, chunks, 0, 1, copy.length);
            if (connection.isWritable() && waiting.isEmpty()) {
                sending.run();
            } else {
                waiting.add(sending);
            }
        }

        @Override
        public void onWritable() {
            for (Runnable next = waiting.poll(); next != null; next = connection.isWritable() ? waiting.poll() : null) {
                next.run();
            }
        }

        @Override
        public void onClosed(int code, String reason) {
            closed.incrementAndGet();
            closeCodes.add(code);
        }
    }
}
