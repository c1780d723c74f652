package io.roomcast.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The peers of a cluster and what people call them. For the thread of the test, except {@link #nameOf} and {@link #welcomed}, which loops call. */
final class Cast {

    private final List<TestPeer> peers = new ArrayList<>();
    private final Map<String, String> names = new ConcurrentHashMap<>();

    void enter(TestPeer peer) {
        peers.add(peer);
    }

    /** The peer of this name has an id. */
    void welcomed(String id, String name) {
        names.put(id, name);
    }

    /** Returns what people call the peer of an id: the id if nobody has been told it. */
    String nameOf(String id) {
        return names.getOrDefault(id, id);
    }

    /** Returns a name for a peer to which the test gives none. */
    String freshName() {
        return "peer " + (peers.size() + 1);
    }

    /** @throws IllegalArgumentException if there is a peer of this name whose connection is open */
    void requireFree(String name) {
        if (named(name).filter(TestPeer::isOpen).isPresent()) {
            throw new IllegalArgumentException(
                    "name is \"" + name + "\", which is that of a peer whose connection is open, expected another");
        }
    }

    /** Returns the peer of this name that connected last. */
    Optional<TestPeer> named(String name) {
        return peers.stream().filter(peer -> peer.name().equals(name)).reduce((earlier, later) -> later);
    }

    /** Returns all peers in the order in which they connected. */
    List<TestPeer> all() {
        return List.copyOf(peers);
    }

    /** Returns the peer whose diary this is. */
    TestPeer of(Diary diary) {
        return peers.stream().filter(peer -> peer.diary() == diary).findFirst().orElseThrow();
    }
}
