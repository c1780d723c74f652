package io.roomcast.testkit.virtual;

import io.roomcast.testkit.oracle.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** What happened to a few peers, line by line; of a long life the last lines. Belongs to one thread. */
final class Stories implements Trace {

    private static final int MOST_LINES = 200;

    private final Set<Integer> peers;
    private final Map<Integer, List<String>> lines = new TreeMap<>();
    private LongSupplier nanos = () -> 0;

    Stories(Set<Integer> peers) {
        this.peers = Set.copyOf(peers);
    }

    void clock(LongSupplier time) {
        nanos = time;
    }

    @Override
    public boolean sees(int peer) {
        return peers.contains(peer);
    }

    @Override
    public void note(int peer, String what) {
        List<String> story = lines.computeIfAbsent(peer, key -> new ArrayList<>());
        story.add(nanos.getAsLong() / 1_000_000 + " ms: " + what);
        if (story.size() > 2 * MOST_LINES) {
            story.subList(0, MOST_LINES).clear();
        }
    }

    List<String> of(int peer) {
        List<String> story = lines.getOrDefault(peer, List.of());
        return story.subList(Math.max(0, story.size() - MOST_LINES), story.size());
    }
}
