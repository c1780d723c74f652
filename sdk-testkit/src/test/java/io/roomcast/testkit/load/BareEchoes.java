package io.roomcast.testkit.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an echo takes of a client's thread that does nothing else: one read and one write of as many bytes, on as many connections of this process, without frames, peers, rooms or records. It is what a kernel and the JDK
 * ask for, and no generator can be below it.
 */
final class BareEchoes implements AutoCloseable {

    private static final int CONNECTIONS_PER_ADDRESS = 2000;
    private static final int BUFFER = 4096;

    private final Selector clients;
    private final Selector echoing;
    private final byte[] message;
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer outgoing;
    private final Thread server = new Thread(this::serve, "bare-echo");
    private volatile boolean over;
    private volatile @Nullable IOException failure;
    private long echoes;

    private BareEchoes(int connections, int bytes) throws IOException {
        clients = Selector.open();
        echoing = Selector.open();
        message = new byte[bytes];
        outgoing = ByteBuffer.allocateDirect(bytes);
        try (ServerSocketChannel listening =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            for (int i = 0; i < connections; i++) {
                connect(listening, i);
            }
        }
        server.setDaemon(true);
        server.start();
    }

    private void connect(ServerSocketChannel listening, int number) throws IOException {
        SocketChannel client = SocketChannel.open();
        byte[] address = {127, (byte) 251, 1, (byte) (1 + number / CONNECTIONS_PER_ADDRESS)};
        client.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
        client.connect(listening.getLocalAddress());
        register(client, clients);
        register(listening.accept(), echoing);
    }

    private static void register(SocketChannel channel, Selector selector) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    /** Returns how much of its processor time, in microseconds, an echo takes the calling thread. @param bytes of a message */
    static double microsAnEcho(int connections, int bytes, Duration warmUp, Duration measured) throws IOException {
        try (BareEchoes bare = new BareEchoes(connections, bytes)) {
            bare.say();
            bare.echo(warmUp);
            long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long before = bare.echoes;
            bare.echo(measured);
            long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
            return used / 1e3 / (bare.echoes - before);
        }
    }

    private void say() throws IOException {
        for (SelectionKey key : clients.keys()) {
            say((SocketChannel) key.channel());
        }
    }

    private void say(SocketChannel client) throws IOException {
        client.write(outgoing.clear().put(message).flip());
    }

    private void echo(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end && failure == null) {
            clients.select(this::heard, 1000);
        }
        if (failure != null) {
            throw new IOException("the echoing side failed", failure);
        }
    }

    private void heard(SelectionKey key) {
        try {
            SocketChannel client = (SocketChannel) key.channel();
            if (client.read(incoming.clear()) > 0) {
                echoes++;
                say(client);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (!over) {
                echoing.select(key -> answer((SocketChannel) key.channel(), buffer));
            }
        } catch (IOException e) {
            failure = e;
        } catch (UncheckedIOException e) {
            failure = e.getCause();
        }
    }

    private static void answer(SocketChannel from, ByteBuffer buffer) {
        try {
            from.read(buffer.clear());
            from.write(buffer.flip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        over = true;
        echoing.wakeup();
        try {
            server.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Selector selector : new Selector[] {clients, echoing}) {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        }
    }
}
