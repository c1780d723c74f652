package io.roomcast.redis;

import io.roomcast.HistoryPosition;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs that this node follows in one lane. Which there are may change from any thread; a follower is used in the lane's order of
 * deliveries, one step at a time. At most {@value #MOST_READINGS} logs are read at once, and a reading that fails is tried again
 * after a while that differs: after a reconnect all rooms want to know what they missed.
 */
final class Logs {

    static final int MOST_READINGS = 16;

    private static final long FIRST_RETRY = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LAST_RETRY = TimeUnit.SECONDS.toNanos(4);
    private static final Logger log = LoggerFactory.getLogger(Logs.class);

    private final Lane lane;
    private final BridgeListener node;
    private final Station station;
    private final Deliveries deliveries;
    private final Unpacker unpacker;
    private final ConcurrentMap<String, Following> followed = new ConcurrentHashMap<>();
    /** Rooms of which something was dropped, and that have not looked into their log since. */
    private final Set<String> missed = ConcurrentHashMap.newKeySet();

    private final ConcurrentLinkedQueue<Retry> retries = new ConcurrentLinkedQueue<>();
    /** Those that wait for the first look into their log, the oldest first; some have had it. */
    private final ConcurrentLinkedQueue<Following> beginning = new ConcurrentLinkedQueue<>();

    private volatile boolean closed;
    /** Below: in the order of deliveries. */
    private final Deque<Request> waiting = new ArrayDeque<>();

    private int readings;

    private record Request(Following following, LogFollower follower, String epoch, long after) {}

    private record Retry(Following following, long at) {}

    /** A log that this node wants, until it does not. */
    private final class Following implements LogFollower.Teller {

        private final LogFollower follower;
        private final CompletableFuture<HistoryPosition> begun = new CompletableFuture<>();
        private final long deadline;
        private long pause = FIRST_RETRY;
        /** Why the log could not be read last. Written in the order of deliveries, read by the ticker. */
        private volatile @Nullable String trouble;

        Following(String room, Retention retention, long deadline) {
            this.follower = new LogFollower(room, retention, this);
            this.deadline = deadline;
        }

        private boolean isWanted() {
            return followed.get(follower.room) == this;
        }

        @Override
        public void began(HistoryPosition position) {
            if (!begun.complete(position) && isWanted()) {
                // Whoever asked was told that nobody knew.
                tell(() -> node.onHistoryLost(follower.room, position));
            }
        }

        @Override
        public void appended(HistoryPosition position, byte[] envelope) {
            if (isWanted()) {
                station.counters().arrived.increment();
                tell(() -> node.onAppended(follower.room, position, envelope));
            }
        }

        @Override
        public void lost(HistoryPosition resumesAfter) {
            if (isWanted()) {
                station.counters().historyLost.increment();
                tell(() -> node.onHistoryLost(follower.room, resumesAfter));
            }
        }

        @Override
        public void read(LogFollower reader, String epoch, long after) {
            waiting.add(new Request(this, reader, epoch, after));
            readNext();
        }

        private void tell(Runnable call) {
            try {
                call.run();
            } catch (RuntimeException failure) {
                log.error("a node's listener threw", failure);
            }
        }
    }

    Logs(Lane lane, BridgeListener node, Station station, Deliveries deliveries, Unpacker unpacker) {
        this.lane = lane;
        this.node = node;
        this.station = station;
        this.deliveries = deliveries;
        this.unpacker = unpacker;
    }

    /** Begins to follow; an earlier following of the room ends. */
    CompletableFuture<HistoryPosition> follow(String room, Retention retention, long deadline) {
        Following following = new Following(room, retention, deadline);
        beginning.add(following);
        end(followed.put(room, following));
        if (closed) {
            close();
        }
        if (lane.want(room, deadline).isDone()) {
            deliveries.run(following.follower::lookAgain);
        }
        return following.begun;
    }

    void drop(String room) {
        end(followed.remove(room));
    }

    private static void end(@Nullable Following following) {
        if (following != null) {
            following.begun.completeExceptionally(new RoomcastException("the room was unsubscribed"));
        }
    }

    void close() {
        closed = true;
        List<Following> all = new ArrayList<>(followed.values());
        followed.clear();
        all.forEach(following -> following.begun.completeExceptionally(new RoomcastException("the bridge is closed")));
    }

    /** A connection listens to the room from now on; what came before may have been missed. */
    void subscribed(String room) {
        Following following = followed.get(room);
        if (following != null) {
            deliveries.run(following.follower::lookAgain);
        }
    }

    /** Something of the room could not be queued. */
    void missed(String room) {
        Following following = followed.get(room);
        if (following != null && missed.add(room)) {
            deliveries.run(() -> {
                missed.remove(room);
                following.follower.lookAgain();
            });
        }
    }

    void tick(long now) {
        Following oldest;
        // All have the same time, so those behind the first are not due before it.
        while ((oldest = beginning.peek()) != null && (oldest.begun.isDone() || oldest.deadline - now <= 0)) {
            Following following = beginning.remove();
            if (!following.begun.isDone()) {
                String trouble = following.trouble;
                following.begun.completeExceptionally(
                        new RoomcastException((trouble == null ? "Redis did not answer in time" : trouble)
                                + "; the history is followed as soon as it can be"));
            }
        }
        retries.removeIf(retry -> {
            boolean due = retry.at() - now <= 0;
            if (due) {
                deliveries.run(retry.following().follower::readAgain);
            }
            return due;
        });
    }

    // ---- in the order of deliveries

    void live(String room, Parcel.Log parcel) {
        Following following = followed.get(room);
        if (following == null) {
            return;
        }
        byte[] place = Seal.place(room);
        LogFollower follower = following.follower;
        try {
            for (long offset = parcel.last() - parcel.count() + 1; offset <= parcel.last(); offset++) {
                byte[] envelope =
                        station.parcels().openLogFrame(place, parcel.frames().sized());
                follower.live(new LogFollower.Live(parcel.epoch(), offset, envelope));
            }
        } catch (Refused refused) {
            unpacker.refuse(station.names().room(room), refused);
            // If it was a Roomcast's after all, the log has it.
            follower.lookAgain();
        }
    }

    private void readNext() {
        while (readings < MOST_READINGS) {
            Request request = waiting.poll();
            if (request == null) {
                return;
            }
            LogFollower follower = request.follower();
            if (!request.following().isWanted()) {
                continue;
            }
            readings++;
            station.counters().backfills.increment();
            lane.read(follower.room, follower.retention, request.epoch(), request.after(), LogFollower.PAGE)
                    .whenComplete((slice, failure) -> deliveries.run(() -> answered(request, slice, failure)));
        }
    }

    private void answered(Request request, @Nullable HistorySlice slice, @Nullable Throwable failure) {
        readings--;
        try {
            if (slice != null) {
                request.following().pause = FIRST_RETRY;
                request.following().trouble = null;
                request.follower().slice(slice);
            } else if (request.following().isWanted()) {
                log.debug("the log of room {} cannot be read now", request.follower().room, failure);
                Following following = request.following();
                following.trouble = failure == null ? null : failure.getMessage();
                long pause = (long) (following.pause * (1 + station.world().dice()));
                following.pause = Math.min(LAST_RETRY, following.pause * 2);
                retries.add(new Retry(following, station.world().nanos() + pause));
            }
        } finally {
            readNext();
        }
    }
}
