package io.roomcast.runtime.room;

import io.roomcast.Peer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The peers of a room on this node, as applications ask for them. Changed in the room's mailbox only, read by any thread. A few
 * are a list that is replaced, which suits the many rooms with hardly anybody on one node; more are a set.
 */
final class LocalPeers {

    static final int FEW = 8;

    private volatile Collection<Peer> peers = List.of();

    void add(Peer peer) {
        Collection<Peer> known = peers;
        if (!(known instanceof List)) {
            known.add(peer);
        } else if (known.isEmpty()) {
            peers = List.of(peer);
        } else if (known.size() < FEW) {
            List<Peer> more = new ArrayList<>(known);
            more.add(peer);
            peers = List.copyOf(more);
        } else {
            Collection<Peer> many = ConcurrentHashMap.newKeySet();
            many.addAll(known);
            many.add(peer);
            peers = many;
        }
    }

    /** Does nothing if the peer is not among them. */
    void remove(Peer peer) {
        Collection<Peer> known = peers;
        if (known instanceof List) {
            List<Peer> fewer = new ArrayList<>(known);
            fewer.remove(peer);
            peers = List.copyOf(fewer);
        } else {
            known.remove(peer);
            if (known.size() < FEW / 2) {
                peers = List.copyOf(known);
            }
        }
    }

    /** Returns who is there now; it does not change afterwards. */
    List<Peer> now() {
        return List.copyOf(peers);
    }
}
