package io.roomcast.samples.tracker.swarm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The viewers of one stream that one node knows of: its own and, as far as it was told, those of the other nodes.
 *
 * <p><b>Bound.</b> It holds {@code capacity} viewers. A newcomer to a full swarm takes the place of a viewer picked at random,
 * one of another node if a few picks find one: what is kept is a random sample of the swarm, and partners are chosen from
 * it. The displaced are counted; their next announce brings them back in.
 *
 * <p><b>Silence.</b> Each viewer is good for as long as was said when it was last seen and forgotten after that, so a viewer
 * whose farewell was lost goes away by itself.
 *
 * <p>Not safe for concurrent use: it belongs to its room's mailbox.
 */
public final class Swarm {

    /** The origin of the viewers of this node. */
    public static final String HERE = "";

    private static final int PICKS_FOR_A_REMOTE_VICTIM = 16;
    private static final long SWEEP_EVERY_MILLIS = 1_000;

    private final int capacity;
    private final LongSupplier clockMillis;
    private final RandomGenerator random;

    /** Viewers without gaps, so that picking one at random takes one draw. */
    private final ArrayList<Entry> entries = new ArrayList<>();

    private final Map<String, Integer> indexById = new HashMap<>();
    private final SortedMap<String, Integer> viewersByNode = new TreeMap<>();

    private int complete;
    private long fromPeers;
    private long fromServer;
    private long displaced;
    private long expired;
    private long sweptAt;

    /**
     * @param capacity viewers held, at least 1
     * @param clockMillis milliseconds that only go forward
     * @param random picks victims and samples
     */
    public Swarm(int capacity, LongSupplier clockMillis, RandomGenerator random) {
        Viewer.checkRange("capacity", capacity, 1, 10_000_000);
        this.capacity = capacity;
        this.clockMillis = clockMillis;
        this.random = random;
        this.sweptAt = clockMillis.getAsLong();
    }

    /**
     * Takes in a viewer, or what is new about one.
     *
     * @param origin the id of the node that told of it, or {@link #HERE}
     * @param goodFor how long it is remembered unless it is seen again
     */
    public void put(String origin, Viewer viewer, Duration goodFor) {
        Entry entry = new Entry(origin, viewer, clockMillis.getAsLong() + goodFor.toMillis());
        Integer index = indexById.get(viewer.id());
        if (index != null) {
            uncount(entries.set(index, entry).viewer);
        } else {
            if (entries.size() >= capacity) {
                removeAt(victim());
                displaced++;
            }
            indexById.put(viewer.id(), entries.size());
            entries.add(entry);
        }
        count(viewer);
    }

    /** Notes that a viewer was given a partner, so that it is not promised to more viewers than it takes. */
    public void introduced(String id) {
        Integer index = indexById.get(id);
        if (index != null) {
            Entry entry = entries.get(index);
            entries.set(index, new Entry(entry.origin, entry.viewer.introduced(), entry.expiresAt));
        }
    }

    /** Forgets a viewer, if it is one of that origin. */
    public boolean remove(String origin, String id) {
        Integer index = indexById.get(id);
        if (index == null || !entries.get(index).origin.equals(origin)) {
            return false;
        }
        removeAt(index);
        return true;
    }

    /** Forgets the viewers of a node and returns how many there were. */
    public int removeOrigin(String origin) {
        return removeIf(entry -> entry.origin.equals(origin));
    }

    /** Forgets the viewers that were silent for too long. Looks at most once a second, however often it is called. */
    public void expire() {
        long now = clockMillis.getAsLong();
        if (now - sweptAt < SWEEP_EVERY_MILLIS) {
            return;
        }
        sweptAt = now;
        expired += removeIf(entry -> entry.expiresAt - now <= 0);
    }

    /** Returns the origin of a viewer, or empty when it is not known. */
    public Optional<String> originOf(String id) {
        return Optional.ofNullable(indexById.get(id)).map(index -> entries.get(index).origin);
    }

    /** Returns a viewer, or empty when it is not known. */
    public Optional<Viewer> find(String id) {
        return Optional.ofNullable(indexById.get(id)).map(index -> entries.get(index).viewer);
    }

    /** Returns the viewers of one origin. */
    public List<Viewer> ofOrigin(String origin) {
        return entries.stream()
                .filter(entry -> entry.origin.equals(origin))
                .map(Entry::viewer)
                .toList();
    }

    /** Returns at most {@code most} different viewers, each with the same chance (Floyd's sampling), in random order. */
    public List<Viewer> sample(int most, Predicate<Viewer> wanted) {
        List<Viewer> viewers = new ArrayList<>(Math.min(most, entries.size()));
        for (int index : sampleOfIndexes(Math.min(most, entries.size()))) {
            Viewer viewer = entries.get(index).viewer;
            if (wanted.test(viewer)) {
                viewers.add(viewer);
            }
        }
        return viewers;
    }

    /** Returns how many viewers are known. */
    public int size() {
        return entries.size();
    }

    /** Returns what the swarm amounts to. */
    public SwarmStats stats() {
        return new SwarmStats(
                entries.size(), complete, new TreeMap<>(viewersByNode), fromPeers, fromServer, displaced, expired);
    }

    private Collection<Integer> sampleOfIndexes(int count) {
        Set<Integer> chosen = new LinkedHashSet<>();
        for (int last = entries.size() - count; last < entries.size(); last++) {
            if (!chosen.add(random.nextInt(last + 1))) {
                chosen.add(last);
            }
        }
        List<Integer> shuffled = new ArrayList<>(chosen);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            shuffled.set(i, shuffled.set(j, shuffled.get(i)));
        }
        return shuffled;
    }

    private int victim() {
        int index = random.nextInt(entries.size());
        for (int pick = 1;
                pick < PICKS_FOR_A_REMOTE_VICTIM && entries.get(index).origin.equals(HERE);
                pick++) {
            index = random.nextInt(entries.size());
        }
        return index;
    }

    private int removeIf(Predicate<Entry> gone) {
        int removed = 0;
        for (int index = entries.size() - 1; index >= 0; index--) {
            if (gone.test(entries.get(index))) {
                removeAt(index);
                removed++;
            }
        }
        return removed;
    }

    private void removeAt(int index) {
        Viewer viewer = entries.get(index).viewer;
        Entry last = entries.remove(entries.size() - 1);
        indexById.remove(viewer.id());
        if (index < entries.size()) {
            entries.set(index, last);
            indexById.put(last.viewer.id(), index);
        }
        uncount(viewer);
    }

    private void count(Viewer viewer) {
        viewersByNode.merge(viewer.node(), 1, Integer::sum);
        complete += viewer.complete() ? 1 : 0;
        fromPeers += viewer.fromPeers();
        fromServer += viewer.fromServer();
    }

    private void uncount(Viewer viewer) {
        viewersByNode.computeIfPresent(viewer.node(), (node, viewers) -> viewers == 1 ? null : viewers - 1);
        complete -= viewer.complete() ? 1 : 0;
        fromPeers -= viewer.fromPeers();
        fromServer -= viewer.fromServer();
    }

    private record Entry(String origin, Viewer viewer, long expiresAt) {}
}
