package io.roomcast.benchmarks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The least that a JVM can do: one selector, one room, what one read has brought leaves in one write per peer from one direct
 * buffer, and no care for anything. It does not cope with slow readers, bad input or frames cut in two, and is no server: it
 * shows what the kernel takes on a given machine, so that the others can be read against that.
 */
final class BareServer implements ServerUnderTest {

    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int BUFFER = 512 * 1024;

    private final List<SocketChannel> peers = new ArrayList<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    private @Nullable Selector selector;
    private volatile int connections;

    @Override
    public int start(int ioThreads) {
        if (ioThreads != 1) {
            throw new IllegalArgumentException("io-threads is " + ioThreads + ", this server has one");
        }
        try {
            Selector opened = Selector.open();
            ServerSocketChannel listening =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
            listening.configureBlocking(false);
            listening.register(opened, SelectionKey.OP_ACCEPT);
            selector = opened;
            Thread loop = new Thread(() -> run(opened), "bare");
            loop.setDaemon(true);
            loop.start();
            return ((InetSocketAddress) listening.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(Selector selecting) {
        try {
            while (selecting.isOpen()) {
                selecting.select(this::handle);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handle(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                SocketChannel accepted = ((ServerSocketChannel) key.channel()).accept();
                accepted.configureBlocking(false);
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
                accepted.register(key.selector(), SelectionKey.OP_READ);
            } else {
                read(key);
            }
        } catch (IOException e) {
            gone(key);
        }
    }

    private void read(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (channel.read(in.clear()) < 0) {
            gone(key);
            return;
        }
        in.flip();
        if (key.attachment() == null) {
            upgrade(channel);
            key.attach(true);
            peers.add(channel);
            connections = peers.size();
            return;
        }
        out.clear();
        while (in.hasRemaining()) {
            if ((in.get() & 0x0f) == 0x8) {
                gone(key);
                return;
            }
            repeatFrame();
        }
        out.flip();
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).write(out.rewind());
        }
    }

    private void repeatFrame() {
        int length = in.get() & 0x7f;
        out.put((byte) 0x82).put((byte) length);
        if (length == 126) {
            short longer = in.getShort();
            out.putShort(longer);
            length = longer & 0xffff;
        }
        int mask = in.getInt();
        int i = 0;
        for (; i + Integer.BYTES <= length; i += Integer.BYTES) {
            out.putInt(in.getInt() ^ mask);
        }
        for (; i < length; i++) {
            out.put((byte) (in.get() ^ mask >>> (24 - 8 * (i & 3))));
        }
    }

    private void upgrade(SocketChannel channel) throws IOException {
        byte[] head = new byte[in.remaining()];
        in.get(head);
        String key = new String(head, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElseThrow(() -> new IOException("no Sec-WebSocket-Key"));
        channel.write(
                ByteBuffer.wrap(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII)));
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-1, which every JVM must have", e);
        }
    }

    private void gone(SelectionKey key) {
        key.cancel();
        peers.remove((SocketChannel) key.channel());
        connections = peers.size();
        try {
            key.channel().close();
        } catch (IOException e) {
            // It was gone before.
        }
    }

    @Override
    public int connections() {
        return connections;
    }

    @Override
    public void close() {
        try {
            if (selector != null) {
                selector.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
