package io.roomcast.redis;

import io.roomcast.RoomcastException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The rooms that this node wants in one lane, and what the connection to Redis knows of it. A room that nobody wants any more
 * stays subscribed for a while: peers that change pages come back. Safe to use from any thread; its lock is held for a few
 * steps, or for one walk over the rooms when a connection begins.
 *
 * <p>Holds the rooms that the runtime wants, and those of the last linger time.
 */
final class Interest {

    static final int BATCH = 512;

    /** Unanswered subscriptions at which the writer pauses, so that heartbeats do not wait behind them. */
    static final int MOST_UNANSWERED = 8 * BATCH;

    private final long lingerNanos;
    private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();
    /** All below are guarded by this. */
    private final Deque<Entry> pending = new ArrayDeque<>();

    private final Deque<Farewell> lingering = new ArrayDeque<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    /** Rooms that this connection was told to leave and has not confirmed. */
    private final Set<String> leaving = new HashSet<>();

    private long generation;
    private boolean connected;
    private boolean closed;
    private int unanswered;
    /** How many entries are owed. */
    private int owed;

    private enum Phase {
        PENDING,
        SENT,
        IN_FORCE
    }

    private static final class Entry {
        private final String room;
        private volatile boolean wanted = true;
        private Phase phase = Phase.PENDING;
        /** Whether it was wanted before this connection began, and is not in force on it. */
        private boolean owed;

        private long droppedAt;
        /** Those that have neither been told nor given up. */
        private @Nullable Deque<CompletableFuture<Void>> waiters;

        Entry(String room) {
            this.room = room;
        }
    }

    private record Farewell(Entry entry, long droppedAt) {}

    private record Waiting(Entry entry, CompletableFuture<Void> future, long deadline) {}

    /** Rooms to tell the connection of a generation about. */
    record Batch(long generation, List<String> rooms) {}

    Interest(long lingerNanos) {
        this.lingerNanos = lingerNanos;
    }

    /** Returns a future that completes when the room is subscribed; whoever expires it does so after the deadline. */
    synchronized CompletableFuture<Void> want(String room, long deadline) {
        if (closed) {
            return CompletableFuture.failedFuture(new RoomcastException("the bridge is closed"));
        }
        Entry entry = entries.get(room);
        if (entry == null) {
            entry = new Entry(room);
            entries.put(room, entry);
            pending.add(entry);
        }
        entry.wanted = true;
        if (entry.phase == Phase.IN_FORCE) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> inForce = new CompletableFuture<>();
        if (entry.waiters == null) {
            entry.waiters = new ArrayDeque<>(2);
        }
        entry.waiters.add(inForce);
        waiting.add(new Waiting(entry, inForce, deadline));
        return inForce;
    }

    synchronized void drop(String room, long now) {
        Entry entry = entries.get(room);
        if (entry == null || !entry.wanted) {
            return;
        }
        entry.wanted = false;
        if (connected) {
            entry.droppedAt = now;
            lingering.add(new Farewell(entry, now));
        } else {
            entries.remove(room);
        }
    }

    boolean wants(String room) {
        Entry entry = entries.get(room);
        return entry != null && entry.wanted;
    }

    int size() {
        return entries.size();
    }

    /** Returns whether there is something to subscribe to or to unsubscribe from now. */
    synchronized boolean hasWork(long now) {
        if (!connected) {
            return false;
        }
        Farewell oldest = lingering.peek();
        return !pending.isEmpty() && mayAsk() || oldest != null && now - oldest.droppedAt() >= lingerNanos;
    }

    /** Whole batches only: after each answer one room more would be a command a room. */
    private boolean mayAsk() {
        return unanswered <= MOST_UNANSWERED - BATCH;
    }

    /** Returns rooms to subscribe to, perhaps none. */
    synchronized Batch nextToSubscribe() {
        List<String> rooms = new ArrayList<>();
        boolean may = connected && mayAsk();
        while (may && rooms.size() < BATCH) {
            Entry entry = pending.poll();
            if (entry == null) {
                break;
            }
            if (entries.get(entry.room) == entry && entry.phase == Phase.PENDING) {
                entry.phase = Phase.SENT;
                unanswered++;
                rooms.add(entry.room);
            }
        }
        return new Batch(generation, rooms);
    }

    /** Returns rooms to unsubscribe from, perhaps none. They are forgotten. */
    synchronized Batch nextToUnsubscribe(long now) {
        List<String> rooms = new ArrayList<>();
        int looked = lingering.size();
        while (connected && rooms.size() < BATCH && looked-- > 0) {
            Farewell farewell = lingering.peek();
            if (farewell == null || now - farewell.droppedAt() < lingerNanos) {
                break;
            }
            lingering.remove();
            Entry entry = farewell.entry();
            if (entry.wanted || entry.droppedAt != farewell.droppedAt() || entries.get(entry.room) != entry) {
                continue;
            }
            if (entry.phase == Phase.SENT) {
                // Its answer would be taken for that of the next one. Later.
                lingering.add(farewell);
                continue;
            }
            entries.remove(entry.room);
            settle(entry);
            if (entry.phase == Phase.IN_FORCE) {
                leaving.add(entry.room);
                rooms.add(entry.room);
            }
        }
        return new Batch(generation, rooms);
    }

    /** The server has answered a subscription. Returns whom to tell. */
    synchronized List<CompletableFuture<Void>> subscribed(String room) {
        Entry entry = entries.get(room);
        if (entry == null || entry.phase != Phase.SENT) {
            return List.of();
        }
        entry.phase = Phase.IN_FORCE;
        unanswered--;
        settle(entry);
        Deque<CompletableFuture<Void>> waiters = entry.waiters;
        entry.waiters = null;
        return waiters == null ? List.of() : List.copyOf(waiters);
    }

    /** The server has ended a subscription. Returns whether it was told to. */
    synchronized boolean unsubscribed(String room) {
        return leaving.remove(room);
    }

    /** A connection begins: all that is wanted has to be said again. */
    synchronized void connected(long newGeneration) {
        generation = newGeneration;
        connected = true;
        unanswered = 0;
        pending.clear();
        lingering.clear();
        leaving.clear();
        entries.values().removeIf(entry -> !entry.wanted);
        for (Entry entry : entries.values()) {
            entry.phase = Phase.PENDING;
            entry.owed = true;
            pending.add(entry);
        }
        owed = pending.size();
    }

    private void settle(Entry entry) {
        if (entry.owed) {
            entry.owed = false;
            owed--;
        }
    }

    synchronized void disconnected() {
        connected = false;
        for (Entry entry : entries.values()) {
            entry.phase = Phase.PENDING;
        }
    }

    /** Returns whether this connection has made up for the ones before it. New rooms do not count. */
    synchronized boolean isSettled() {
        return connected && owed == 0;
    }

    /** Returns whom nobody could answer in time. */
    synchronized List<CompletableFuture<Void>> expired(long now) {
        List<CompletableFuture<Void>> late = new ArrayList<>();
        Waiting oldest;
        while ((oldest = waiting.peek()) != null && (oldest.future().isDone() || oldest.deadline() - now <= 0)) {
            waiting.remove();
            Deque<CompletableFuture<Void>> waiters = oldest.entry().waiters;
            if (waiters != null) {
                // Without a connection nobody else would ever take it away.
                waiters.remove(oldest.future());
            }
            if (!oldest.future().isDone()) {
                late.add(oldest.future());
            }
        }
        return late;
    }

    /** Nobody is answered any more. Returns everybody who waits. */
    synchronized List<CompletableFuture<Void>> abandon() {
        closed = true;
        List<CompletableFuture<Void>> all = new ArrayList<>();
        waiting.forEach(waiter -> all.add(waiter.future()));
        waiting.clear();
        return all;
    }
}
