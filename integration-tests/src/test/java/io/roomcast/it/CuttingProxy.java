package io.roomcast.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes TCP connections on and cuts each after a random number of bytes, in the middle of whatever is under way: with FIN or RST on
 * both sides, or with silence towards the server, which then believes that the connection is still there.
 */
final class CuttingProxy implements AutoCloseable {

    private enum Cut {
        FIN,
        RST,
        SILENCE
    }

    private final ServerSocket entrance;
    private final InetSocketAddress target;
    private final int mostBytes;
    /** Guarded by itself. */
    private final Random random;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile boolean cutting = true;
    private volatile boolean closed;

    /** @param mostBytes after how many bytes, at most, a connection is cut; both directions together */
    CuttingProxy(InetSocketAddress target, int mostBytes, long seed) throws IOException {
        this.target = target;
        this.mostBytes = mostBytes;
        this.random = new Random(seed);
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    int cuts() {
        return cuts.get();
    }

    /** Cuts no more connections than those that are there. */
    void cutNoMore() {
        cutting = false;
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = entrance.accept();
                open.add(client);
                Socket server = new Socket(target.getAddress(), target.getPort());
                open.add(server);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                int bytes;
                Cut cut;
                synchronized (random) {
                    bytes = cutting ? 1 + random.nextInt(mostBytes) : Integer.MAX_VALUE;
                    cut = Cut.values()[random.nextInt(Cut.values().length)];
                }
                Passage passage = new Passage(client, server, new AtomicInteger(bytes), cut);
                threads.execute(() -> passage.pump(client, server));
                threads.execute(() -> passage.pump(server, client));
            } catch (IOException | RejectedExecutionException failure) {
                if (!closed) {
                    throw new IllegalStateException("the proxy failed", failure);
                }
            }
        }
    }

    private final class Passage {
        private final Socket client;
        private final Socket server;
        private final AtomicInteger left;
        private final Cut cut;
        private boolean ended;

        Passage(Socket client, Socket server, AtomicInteger left, Cut cut) {
            this.client = client;
            this.server = server;
            this.left = left;
            this.cut = cut;
        }

        void pump(Socket from, Socket to) {
            byte[] buffer = new byte[8192];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    int before = left.getAndAdd(-read);
                    out.write(buffer, 0, Math.max(0, Math.min(read, before)));
                    if (before <= read) {
                        end(true);
                        return;
                    }
                }
                end(false);
            } catch (IOException broken) {
                end(false);
            }
        }

        private synchronized void end(boolean byUs) {
            if (ended) {
                return;
            }
            ended = true;
            if (byUs) {
                cuts.incrementAndGet();
            }
            shut(client, byUs && cut == Cut.RST);
            if (!byUs || cut != Cut.SILENCE) {
                shut(server, byUs && cut == Cut.RST);
            }
        }
    }

    private void shut(Socket socket, boolean reset) {
        open.remove(socket);
        try (socket) {
            if (reset) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException gone) {
            // It is closed, which is all that is wanted.
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            entrance.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        open.forEach(socket -> shut(socket, true));
        threads.shutdownNow();
    }
}
