package io.roomcast.redis;

import io.roomcast.bridge.BridgeListener;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The other nodes, by their heartbeats. A node that is silent for the dead time is lost; so is one that says goodbye, and one
 * whose id another process uses now. Silence is measured by a clock that stands still while this node cannot hear: nobody is lost
 * because we were cut off or paused.
 *
 * <p>Safe to use from any thread. The gate lets envelopes through together and changes of membership alone, so that a node's
 * first envelope comes after its {@code onNodeJoined} and nothing comes after its {@code onNodeLost}. It is held for the calls
 * of the listener, which return quickly. If one does not, changes wait for it, and the ticker does not.
 *
 * <p>Holds at most {@value #MAX_NODES} nodes; further ones are refused. Of departed ones the last {@value #MAX_DEPARTED} are
 * remembered, so that what they said last does not bring them back.
 */
final class Members {

    static final int MAX_NODES = 4096;
    static final int MAX_DEPARTED = 4096;

    /** A tick that comes so late was not waited for: this process was paused. */
    private static final long PAUSED = TimeUnit.SECONDS.toNanos(1);

    /** How long the ticker waits for the gate. */
    private static final long TRY = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long FAREWELL = TimeUnit.SECONDS.toNanos(1);

    private final Origin self;
    private final BridgeListener listener;
    private final Counters counters;
    private final long suspectNanos;
    private final long deadNanos;

    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    /** Changed under the gate's write lock. */
    private final ConcurrentMap<Long, Member> alive = new ConcurrentHashMap<>();

    private final ConcurrentMap<String, Origin> byId = new ConcurrentHashMap<>();
    private volatile Set<String> ids = Set.of();
    /** Boot of a departed node to the count of its last heartbeat. Guarded by the gate's write lock. */
    private final Map<Long, Long> departed = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > MAX_DEPARTED;
        }
    };

    /** The time in which we could have heard. Written by the ticker. */
    private volatile long listened;

    private long lastTick;
    private boolean ticked;

    /** What waits for the gate. Of the ticker. */
    private final Deque<Runnable> changes = new ArrayDeque<>();

    private volatile boolean closed;

    private static final class Member {
        private final Origin origin;
        private volatile long heardAt;
        private volatile long count;
        private volatile boolean suspect;

        Member(Origin origin, long count, long heardAt) {
            this.origin = origin;
            this.count = count;
            this.heardAt = heardAt;
        }
    }

    Members(Origin self, BridgeListener listener, Counters counters, long suspectNanos, long deadNanos) {
        this.self = self;
        this.listener = listener;
        this.counters = counters;
        this.suspectNanos = suspectNanos;
        this.deadNanos = deadNanos;
    }

    Set<String> ids() {
        return ids;
    }

    @Nullable
    Origin find(String nodeId) {
        return byId.get(nodeId);
    }

    /**
     * A heartbeat came.
     *
     * @return whether its node is known; if not it has to be counted in, by somebody who may wait
     */
    boolean heard(Heartbeat heartbeat) {
        Member member = alive.get(heartbeat.origin().boot());
        if (member == null) {
            return false;
        }
        if (heartbeat.count() > member.count) {
            member.count = heartbeat.count();
            member.heardAt = listened;
            member.suspect = false;
        }
        return true;
    }

    /**
     * Counts a node in, as soon as the node lets go of the gate. For the ticker.
     *
     * @param joined called if it was not in before and is now
     */
    void join(Heartbeat heartbeat, Runnable joined) {
        change(() -> {
            if (admit(heartbeat.origin(), heartbeat.count(), true)) {
                joined.run();
            }
        });
    }

    /** This one is never to be counted in, whatever it says. For the ticker. */
    void refuse(Origin origin) {
        change(() -> {
            remove(origin);
            departed.put(origin.boot(), Long.MAX_VALUE);
        });
    }

    /** Under the gate's write lock. Returns whether it was not in before and is now. */
    private boolean admit(Origin origin, long count, boolean beats) {
        if (closed || origin.boot() == self.boot() || alive.containsKey(origin.boot())) {
            return false;
        }
        Long before = departed.get(origin.boot());
        Origin namesake = byId.get(origin.nodeId());
        // Who takes another one's id has to live: what it sent may be older.
        if (origin.nodeId().equals(self.nodeId()) || before != null && count <= before || namesake != null && !beats) {
            counters.nodesRefused.increment();
            return false;
        }
        if (namesake != null) {
            remove(namesake);
        }
        if (alive.size() >= MAX_NODES) {
            counters.nodesRefused.increment();
            return false;
        }
        departed.remove(origin.boot());
        alive.put(origin.boot(), new Member(origin, count, listened));
        byId.put(origin.nodeId(), origin);
        publishIds();
        listener.onNodeJoined(origin.nodeId());
        return true;
    }

    /** Runs the delivery of what a node sent, if the node is counted in; counts it in if it is new. */
    void deliver(Origin origin, Runnable delivery) {
        if (!alive.containsKey(origin.boot())) {
            gate.writeLock().lock();
            try {
                admit(origin, 0, false);
            } finally {
                gate.writeLock().unlock();
            }
        }
        gate.readLock().lock();
        try {
            if (!closed && alive.containsKey(origin.boot())) {
                delivery.run();
            }
        } finally {
            gate.readLock().unlock();
        }
    }

    /** A node says goodbye. For the ticker. */
    void left(Origin origin, long count) {
        change(() -> {
            Member member = alive.get(origin.boot());
            if (member != null && count > member.count) {
                member.count = count;
                remove(origin);
            }
        });
    }

    /**
     * Time goes by. Called by one thread.
     *
     * @param hearing whether a heartbeat would reach us
     */
    void tick(long now, boolean hearing) {
        long passed = ticked ? now - lastTick : 0;
        lastTick = now;
        ticked = true;
        if (hearing && passed < PAUSED) {
            listened += passed;
        }
        applyChanges();
        for (Member member : alive.values()) {
            long silence = listened - member.heardAt;
            if (silence >= deadNanos) {
                if (changes.isEmpty()) {
                    change(() -> {
                        if (alive.get(member.origin.boot()) == member && listened - member.heardAt >= deadNanos) {
                            remove(member.origin);
                        }
                    });
                }
            } else if (silence >= suspectNanos && !member.suspect) {
                member.suspect = true;
                counters.suspects.increment();
            }
        }
    }

    /** Forgets all without a word: this node leaves. Waits a while for what is being told to the node. */
    void close() {
        closed = true;
        ids = Set.of();
        byId.clear();
        alive.clear();
        // Who leaves while it is told something would wait for itself.
        if (gate.getReadHoldCount() == 0 && tryGate(FAREWELL)) {
            gate.writeLock().unlock();
        }
    }

    /** Changes who is there, now or when the node lets go of the gate: the ticker has heartbeats to send. */
    private void change(Runnable change) {
        if (changes.size() < MAX_NODES) {
            changes.add(change);
        } else {
            counters.nodesRefused.increment();
        }
        applyChanges();
    }

    private void applyChanges() {
        if (!changes.isEmpty() && tryGate(TRY)) {
            try {
                Runnable next;
                while ((next = changes.poll()) != null) {
                    next.run();
                }
            } finally {
                gate.writeLock().unlock();
            }
        }
    }

    private boolean tryGate(long nanos) {
        try {
            return gate.writeLock().tryLock(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Under the gate's write lock. */
    private void remove(Origin origin) {
        Member member = alive.remove(origin.boot());
        if (member == null) {
            return;
        }
        departed.put(origin.boot(), member.count);
        byId.remove(origin.nodeId(), origin);
        publishIds();
        listener.onNodeLost(origin.nodeId());
    }

    private void publishIds() {
        ids = Collections.unmodifiableSet(new TreeSet<>(byId.keySet()));
    }
}
