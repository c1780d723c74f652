package io.roomcast.runtime.transport.undertow;

import io.roomcast.Limits;
import io.roomcast.runtime.transport.handshake.HandshakeDecision.Refused;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections against the limits of the node, from any thread. Whoever took a slot gives it back once. The map has at
 * most as many entries as there are slots taken, and none at all when addresses are not limited.
 */
final class ConnectionSlots {

    private final int most;
    private final int mostPerAddress;
    private final AtomicInteger taken = new AtomicInteger();
    private final ConcurrentMap<InetAddress, Integer> takenByAddress = new ConcurrentHashMap<>();

    ConnectionSlots(Limits limits) {
        this.most = limits.maxConnections();
        this.mostPerAddress = limits.maxConnectionsPerAddress();
    }

    /** Takes a slot, or returns why there is none. */
    @Nullable
    Refused take(InetAddress address) {
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            return Refused.FULL;
        }
        if (countsAddresses() && takenByAddress.merge(address, 1, Integer::sum) > mostPerAddress) {
            release(address);
            return Refused.ADDRESS_FULL;
        }
        return null;
    }

    void release(InetAddress address) {
        if (countsAddresses()) {
            takenByAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        }
        taken.decrementAndGet();
    }

    int taken() {
        return taken.get();
    }

    int addresses() {
        return takenByAddress.size();
    }

    private boolean countsAddresses() {
        return mostPerAddress < most;
    }
}
