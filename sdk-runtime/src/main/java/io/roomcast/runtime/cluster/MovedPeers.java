package io.roomcast.runtime.cluster;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.roomcast.runtime.environment.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the peers are that are not on the node whose tag begins their ids. Holds {@value #MAX_PEERS}, and each for an hour after its
 * last use; of a forgotten one it is believed again that it is on its first node, which passes on what comes for it while it
 * remembers. Safe to use from any thread.
 */
final class MovedPeers {

    static final int MAX_PEERS = 200_000;

    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    private final Cache<String, String> nodes;

    MovedPeers(Clock clock) {
        this.nodes = Caffeine.newBuilder()
                .maximumSize(MAX_PEERS)
                .expireAfterAccess(FORGOTTEN_AFTER)
                .ticker(clock::nanos)
                .executor(Runnable::run)
                .build();
    }

    void moved(String peer, String node) {
        nodes.put(peer, node);
    }

    void isHere(String peer) {
        nodes.invalidate(peer);
    }

    /** Returns the node that a peer has moved to, null if nothing is known of that. */
    @Nullable
    String nodeOf(String peer) {
        return nodes.getIfPresent(peer);
    }

    void forget(String node) {
        nodes.asMap().values().removeIf(node::equals);
    }
}
