package io.roomcast.testkit.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds loopback ports that nobody uses. */
final class FreePorts {

    /** A Cluster node talks to the others on its port and so much. */
    static final int BUS = 10_000;

    private FreePorts() {}

    static int one() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException("no free port", none);
        }
    }

    /** Returns one below 50,000 whose bus port is free, too. */
    static int withBus() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int port = 20_000 + (one() + attempt * 37) % 30_000;
            if (isFree(port) && isFree(port + BUS)) {
                return port;
            }
        }
        throw new IllegalStateException("no two free ports " + BUS + " apart in 1000 attempts");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
