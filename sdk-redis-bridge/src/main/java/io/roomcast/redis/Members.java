package io.roomcast.redis;

import io.roomcast.bridge.BridgeListener;
import java.util.Collections;
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
 * of the listener, which return quickly.
 *
 * <p>Holds at most {@value #MAX_NODES} nodes; further ones are refused. Of departed ones the last {@value #MAX_DEPARTED} are
 * remembered, so that what they said last does not bring them back.
 */
final class Members {

    static final int MAX_NODES = 4096;
    static final int MAX_DEPARTED = 4096;

    /** A tick that comes so late was not waited for: this process was paused. */
    private static final long PAUSED = TimeUnit.SECONDS.toNanos(1);

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
    private boolean closed;

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

    /** Counts a node in. Returns whether it is in now. */
    boolean join(Heartbeat heartbeat) {
        return admit(heartbeat.origin(), heartbeat.count());
    }

    private boolean admit(Origin origin, long count) {
        if (origin.boot() == self.boot()) {
            return false;
        }
        gate.writeLock().lock();
        try {
            if (alive.containsKey(origin.boot())) {
                return true;
            }
            Long before = departed.get(origin.boot());
            if (closed || origin.nodeId().equals(self.nodeId()) || before != null && count <= before) {
                counters.nodesRefused.increment();
                return false;
            }
            Origin namesake = byId.get(origin.nodeId());
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
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Runs the delivery of what a node sent, if the node is counted in; counts it in if it is new. */
    void deliver(Origin origin, Runnable delivery) {
        if (!alive.containsKey(origin.boot()) && !admit(origin, 0)) {
            return;
        }
        gate.readLock().lock();
        try {
            if (alive.containsKey(origin.boot())) {
                delivery.run();
            }
        } finally {
            gate.readLock().unlock();
        }
    }

    /** A node says goodbye. */
    void left(Origin origin, long count) {
        gate.writeLock().lock();
        try {
            Member member = alive.get(origin.boot());
            if (member != null && count > member.count) {
                member.count = count;
                remove(origin);
            }
        } finally {
            gate.writeLock().unlock();
        }
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
        for (Member member : alive.values()) {
            long silence = listened - member.heardAt;
            if (silence >= deadNanos) {
                gate.writeLock().lock();
                try {
                    if (alive.containsKey(member.origin.boot()) && listened - member.heardAt >= deadNanos) {
                        remove(member.origin);
                    }
                } finally {
                    gate.writeLock().unlock();
                }
            } else if (silence >= suspectNanos && !member.suspect) {
                member.suspect = true;
                counters.suspects.increment();
            }
        }
    }

    /** Forgets all without a word: this node leaves. */
    void close() {
        gate.writeLock().lock();
        try {
            closed = true;
            alive.clear();
            byId.clear();
            ids = Set.of();
        } finally {
            gate.writeLock().unlock();
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
