package io.roomcast.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Carries TCP connections to a node until the network is taken away, which cuts each of them in the middle of what it carries. */
final class OutageProxy implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile InetSocketAddress target;
    private volatile boolean down;

    OutageProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Of what comes next in either direction of a connection half arrives; then it breaks. New connections break at once. */
    void takeAway() {
        down = true;
    }

    /** New connections are carried again, to this node. */
    void giveBack(InetSocketAddress node) {
        target = node;
        down = false;
    }

    /** Breaks the connections that there are. New ones are carried. */
    void cut() {
        sockets.forEach(this::reset);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                if (down) {
                    reset(client);
                    continue;
                }
                Socket node = new Socket();
                sockets.add(node);
                node.connect(target);
                client.setTcpNoDelay(true);
                node.setTcpNoDelay(true);
                start(() -> carry(client, node));
                start(() -> carry(node, client));
            } catch (IOException e) {
                // The browser has given up, or the test is over.
            }
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                boolean cut = down;
                out.write(buffer, 0, cut ? length / 2 : length);
                if (cut) {
                    break;
                }
            }
        } catch (IOException e) {
            // The other direction was cut.
        } finally {
            reset(from);
            reset(to);
        }
    }

    private void reset(Socket socket) {
        try (socket) {
            sockets.remove(socket);
            if (down) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            // Closed already.
        }
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task, "outage-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        sockets.forEach(this::reset);
    }
}
