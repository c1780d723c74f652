package io.roomcast.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Source addresses in 127.0.0.0/8, all of which belong to the loopback interface. An address has as many ports as the kernel
 * hands out by itself; a new one is taken well before they are used up, and before those of a closed connection, which the
 * kernel keeps for a while, can be in the way.
 */
final class SourceAddresses {

    private static final int CONNECTIONS_PER_ADDRESS = 2000;
    private static final int ADDRESSES = 250 * 250;

    private int connections;

    /** Refuses a machine on which this cannot work. */
    static void check() throws IOException {
        // By lines, because the kernel gives all of such a file to the first read, however small that is.
        String[] range = Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))
                .get(0)
                .trim()
                .split("\\s+", -1);
        int ports = Integer.parseInt(range[1]) - Integer.parseInt(range[0]) + 1;
        if (ports < 2 * CONNECTIONS_PER_ADDRESS) {
            throw new IllegalStateException("net.ipv4.ip_local_port_range is " + range[0] + " to " + range[1]
                    + ", expected at" + " least " + 2 * CONNECTIONS_PER_ADDRESS + " ports");
        }
    }

    /** Returns where the next connection comes from, the port left to the kernel. */
    InetSocketAddress next() throws IOException {
        int address = connections++ / CONNECTIONS_PER_ADDRESS % ADDRESSES;
        return new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {127, 1, (byte) (address / 250), (byte) (1 + address % 250)}), 0);
    }
}
