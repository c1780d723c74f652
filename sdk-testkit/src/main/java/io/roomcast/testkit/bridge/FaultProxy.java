package io.roomcast.testkit.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a client and a TCP server on the loopback interface and makes trouble. A fault holds for connections that are open and for new
 * ones until {@link #heal}. Safe to use from any thread. Has two threads a connection; closing it ends them.
 */
public final class FaultProxy implements AutoCloseable {

    /** Which way bytes go. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    private static final int BUFFER = 16 << 10;
    private static final long SLICE_NANOS = Duration.ofMillis(5).toNanos();

    private final int serverPort;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Direction> holes = ConcurrentHashMap.newKeySet();
    private volatile boolean refusing;
    private volatile long delayNanos;
    private volatile long bytesPerSecond = Long.MAX_VALUE;
    private volatile boolean closed;
    private final AtomicLong ends = new AtomicLong();

    private FaultProxy(int serverPort, ServerSocket listener) {
        this.serverPort = serverPort;
        this.listener = listener;
    }

    /** Opens a proxy to a loopback port. */
    public static FaultProxy to(int serverPort) {
        try {
            FaultProxy proxy = new FaultProxy(serverPort, new ServerSocket(0, 512, InetAddress.getLoopbackAddress()));
            proxy.thread("accept", proxy::accept);
            return proxy;
        } catch (IOException none) {
            throw new UncheckedIOException("no port for the proxy", none);
        }
    }

    /** Returns the port that clients use in place of the server's. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Ends every connection that is open. New ones are let through. */
    public void cut() {
        sockets.forEach(FaultProxy::close);
        sockets.clear();
    }

    /** Ends new connections at once, as a server that is not there does. */
    public void refuse() {
        refusing = true;
    }

    /** Swallows what goes one way, without a word. */
    public void blackhole(Direction direction) {
        holes.add(direction);
    }

    /** Holds back what goes either way. */
    public void delay(Duration delay) {
        delayNanos = delay.toNanos();
    }

    /** Lets no more than so much through, each way of each connection. */
    public void throttle(long bytesEachSecond) {
        bytesPerSecond = bytesEachSecond;
    }

    /** Ends all faults. What was swallowed stays so. */
    public void heal() {
        refusing = false;
        holes.clear();
        delayNanos = 0;
        bytesPerSecond = Long.MAX_VALUE;
    }

    /** Returns how many connections broke, for whatever reason, rather than were closed in order; each counts once or twice. */
    public long breaks() {
        return ends.get();
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException alreadyClosed) {
            throw new UncheckedIOException(alreadyClosed);
        } finally {
            cut();
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    close(client);
                    continue;
                }
                connect(client);
            } catch (IOException ended) {
                if (closed) {
                    return;
                }
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort), 1000);
        } catch (IOException notThere) {
            close(client);
            close(server);
            return;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(server);
        thread("up", () -> copy(client, server, Direction.TO_SERVER));
        thread("down", () -> copy(server, client, Direction.TO_CLIENT));
    }

    private void copy(Socket from, Socket to, Direction direction) {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            int read;
            while ((read = in.read(buffer, 0, most())) >= 0) {
                hold(read);
                if (!holes.contains(direction)) {
                    out.write(buffer, 0, read);
                }
            }
        } catch (IOException oneEndIsGone) {
            ends.incrementAndGet();
        } finally {
            close(from);
            close(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private int most() {
        return (int) Math.max(1, Math.min(BUFFER, bytesPerSecond / 50));
    }

    private void hold(int bytes) {
        long rate = bytesPerSecond;
        long nanos = delayNanos + (rate == Long.MAX_VALUE ? 0 : bytes * 1_000_000_000L / rate);
        long until = System.nanoTime() + nanos;
        long left;
        while (!closed && (left = until - System.nanoTime()) > 0) {
            LockSupport.parkNanos(this, Math.min(left, SLICE_NANOS));
        }
    }

    private void thread(String name, Runnable task) {
        Thread thread = new Thread(task, "roomcast-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyClosed) {
            throw new UncheckedIOException(alreadyClosed);
        }
    }
}
