package io.roomcast.testkit.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Source addresses in 127.0.0.0/8, all of which belong to the loopback interface. An address has as many ports as the kernel hands
 * out by itself; a new one is taken well before they are used up, and before those of a closed connection, which the kernel keeps
 * for a while, can be in the way. Belongs to one thread.
 */
final class SourceAddresses {

    static final int CONNECTIONS_PER_ADDRESS = 2000;
    /** 127.x.1.1 to 127.x.250.250. */
    private static final int ADDRESSES = 250 * 250;

    private final int network;
    private int connections;

    /** @param process counted from 0: several processes of one run take different addresses */
    SourceAddresses(int process) {
        this.network = 1 + process % 250;
    }

    /** Returns where the next connection comes from, the port left to the kernel. */
    InetSocketAddress next() throws IOException {
        int address = connections++ / CONNECTIONS_PER_ADDRESS % ADDRESSES;
        return new InetSocketAddress(
                InetAddress.getByAddress(
                        new byte[] {127, (byte) network, (byte) (1 + address / 250), (byte) (1 + address % 250)}),
                0);
    }
}
