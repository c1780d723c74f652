package io.roomcast.runtime.room;

import io.roomcast.Peer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The peers of a room on this node, as applications ask for them. Changed in the room's mailbox only, read by any thread. One is itself, since
 * most rooms have hardly anybody on one node; a few are an array that is replaced; more are a set.
 */
final class LocalPeers {

    static final int FEW = 8;

    /** Null, a {@link Peer}, a {@code Peer[]} of two to {@value #FEW} that is never changed, or {@link Many}. */
    private volatile @Nullable Object peers;

    private record Many(Set<Peer> peers) {}

    void add(Peer peer) {
        Object known = peers;
        if (known == null) {
            peers = peer;
        } else if (known instanceof Many many) {
            many.peers.add(peer);
        } else {
            Peer[] some = some(known);
            Peer[] more = Arrays.copyOf(some, some.length + 1);
            more[some.length] = peer;
            peers = smallest(more);
        }
    }

    /** Does nothing if the peer is not among them. */
    void remove(Peer peer) {
        Object known = peers;
        if (known instanceof Many many) {
            many.peers.remove(peer);
            if (many.peers.size() < FEW / 2) {
                peers = smallest(many.peers.toArray(Peer[]::new));
            }
        } else if (known != null) {
            peers = smallest(Arrays.stream(some(known))
                    .filter(other -> !other.equals(peer))
                    .toArray(Peer[]::new));
        }
    }

    /** Returns who is there now; it does not change afterwards. */
    List<Peer> now() {
        Object known = peers;
        if (known == null) {
            return List.of();
        }
        return known instanceof Many many ? List.copyOf(many.peers) : List.of(some(known));
    }

    private static Peer[] some(Object oneOrFew) {
        return oneOrFew instanceof Peer one ? new Peer[] {one} : (Peer[]) oneOrFew;
    }

    private static @Nullable Object smallest(Peer[] some) {
        if (some.length > FEW) {
            Set<Peer> many = ConcurrentHashMap.newKeySet();
            many.addAll(Arrays.asList(some));
            return new Many(many);
        }
        return switch (some.length) {
            case 0 -> null;
            case 1 -> some[0];
            default -> some;
        };
    }
}
