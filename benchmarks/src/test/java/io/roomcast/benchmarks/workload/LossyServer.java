package io.roomcast.benchmarks.workload;

import io.roomcast.benchmarks.process.MeasuredServer;
import io.roomcast.benchmarks.process.ProcessUsage;
import io.roomcast.benchmarks.process.Snapshot;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** Repeats every message to everybody except one, which it forgets. */
final class LossyServer implements MeasuredServer {

    private final int forgotten;
    private final Undertow undertow;
    private final AtomicInteger peers = new AtomicInteger();
    private int messages;

    LossyServer(int forgotten) {
        this.forgotten = forgotten;
        this.undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setIoThreads(1)
                .setHandler(Handlers.websocket((exchange, channel) -> {
                    channel.getReceiveSetter().set(new AbstractReceiveListener() {
                        @Override
                        protected void onFullBinaryMessage(WebSocketChannel sender, BufferedBinaryMessage message) {
                            repeat(sender, message);
                        }
                    });
                    peers.incrementAndGet();
                    channel.resumeReceives();
                }))
                .build();
        undertow.start();
    }

    private void repeat(WebSocketChannel sender, BufferedBinaryMessage message) {
        ByteBuffer data = WebSockets.mergeBuffers(message.getData().getResource());
        if (messages++ != forgotten) {
            sender.getPeerConnections().forEach(peer -> WebSockets.sendBinary(data.duplicate(), peer, null));
        }
    }

    @Override
    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public Snapshot snapshot() throws IOException {
        return new Snapshot(System.nanoTime(), Instant.now(), new ProcessUsage(0, 0), peers.get(), 0, -1, -1, -1);
    }

    @Override
    public Snapshot snapshotCollected() throws IOException {
        return snapshot();
    }

    @Override
    public void measured(Snapshot before, Snapshot after) {
        throw new AssertionError("a lossy server was measured");
    }

    @Override
    public void close() {
        undertow.stop();
    }
}
