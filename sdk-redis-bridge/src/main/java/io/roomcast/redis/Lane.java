package io.roomcast.redis;

import io.roomcast.RoomcastException;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some of the partitions, with a thread and a connection to write to Redis, another of each to listen, and a queue either way. All that
 * concerns one room goes through one lane, which keeps its order. Safe to use from any thread.
 */
final class Lane {

    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    private final int number;
    private final int[] partitions;
    private final Station station;
    private final LaneQueue queue;
    private final Interest interest;
    private final Probe probe;
    private final Unpacker unpacker;
    private final Deliveries deliveries;
    private final Logs logs;
    private final Slices slices;
    private final LaneWriter writer;
    private final LaneListener listener;
    private final Thread writerThread;
    private final byte[] probeChannel;
    private final byte[] control;
    private final List<byte[]> own = new ArrayList<>();
    /** Something was dropped, and the node has not come so far yet. */
    private final AtomicBoolean dropping = new AtomicBoolean();

    /** Of the listener. */
    private boolean wasSettled;

    Lane(int number, int[] partitions, Station station, Members members, BridgeListener node) {
        this.number = number;
        this.partitions = partitions;
        this.station = station;
        Settings settings = station.settings();
        this.queue = new LaneQueue(settings.queueMessages(), settings.queueBytes());
        this.interest = new Interest(settings.linger().toNanos());
        this.probe = new Probe(settings.heartbeatInterval().toNanos());
        this.slices = new Slices(station);
        this.unpacker = new Unpacker(station, members, node, interest, this::logs);
        this.deliveries = new Deliveries(station.executor(), unpacker);
        this.logs = new Logs(this, node, station, deliveries, unpacker);
        this.writer = new LaneWriter(this, station, queue);
        this.listener = new LaneListener(this, station);
        this.writerThread = station.world().thread("roomcast-redis-write-" + number, writer);
        Names names = station.names();
        this.probeChannel = names.probe(partitions[0], station.self().boot());
        this.control = names.control();
        own.add(probeChannel);
        for (int partition : partitions) {
            own.add(names.inbox(partition, station.self().boot()));
            if (partition == 0) {
                own.add(control);
            }
        }
    }

    void start() {
        writerThread.start();
        listener.start();
    }

    /** Ends both threads, which may take until a connection that is being opened is there or is given up. */
    void close() {
        writer.close();
        listener.close();
        interest.abandon()
                .forEach(waiter -> waiter.completeExceptionally(new RoomcastException("the bridge is closed")));
        logs.close();
    }

    /** Waits until both have ended, unless one of them asks. */
    void awaitEnd(long deadline) {
        for (Thread thread : List.of(writerThread, listener.thread())) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - station.world().nanos());
            if (thread != Thread.currentThread() && left > 0) {
                try {
                    thread.join(left);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    int number() {
        return number;
    }

    /** One of its partitions: in a Cluster it has only this one. */
    int partition() {
        return partitions[0];
    }

    boolean isUp() {
        return writer.isUp() && probe.isProven() && interest.isSettled();
    }

    int rooms() {
        return interest.size();
    }

    long queuedBytes() {
        return queue.bytes();
    }

    // ---- outward

    /** Returns why it was refused, null if it was not. */
    @Nullable
    String offer(Outgoing item) {
        String refusal = queue.offer(item);
        if (refusal == null) {
            writer.offered();
        }
        return refusal;
    }

    /** Publishes something of the bridge's own, before all else. */
    boolean publish(byte[] channel, byte[] parcel, Consumer<Long> receivers, Consumer<RoomcastException> failed) {
        return offer(new Outgoing.Command(
                        true,
                        channel.length + parcel.length,
                        server -> Pipelined.Publish.publish(server.sharded(), channel, parcel),
                        reply -> receivers.accept(reply instanceof Long count ? count : 0L),
                        failed))
                == null;
    }

    CompletableFuture<Void> want(String room, long deadline) {
        CompletableFuture<Void> inForce = interest.want(room, deadline);
        writer.wake();
        return inForce;
    }

    void drop(String room) {
        logs.drop(room);
        interest.drop(room, station.world().nanos());
    }

    Logs logs() {
        return logs;
    }

    /**
     * Reads from a log; the slice is made on the bridge's threads.
     *
     * @param epoch if not empty, {@code after} was told in this epoch: a log that has not come so far has lost something, and begins another one
     */
    CompletableFuture<HistorySlice> read(String room, Retention retention, String epoch, long after, int limit) {
        CompletableFuture<HistorySlice> slice = new CompletableFuture<>();
        Outgoing.Command command = new Outgoing.Command(
                false,
                room.length(),
                server -> slices.command(room, retention, epoch, after, limit, server),
                reply -> later(() -> {
                    try {
                        slice.complete(slices.read(room, retention, after, limit, reply));
                    } catch (RuntimeException foreign) {
                        slice.completeExceptionally(foreign);
                    }
                }),
                failure -> later(() -> slice.completeExceptionally(new RoomcastException(
                        "the log of room " + room + " cannot be read: " + failure.getMessage(), failure))));
        String refusal = offer(command);
        if (refusal != null) {
            slice.completeExceptionally(new RoomcastException(refusal));
        }
        return slice;
    }

    private void later(Runnable told) {
        station.tell(List.of(told), () -> {});
    }

    // ---- for the ticker

    void tick(long now, long patienceNanos) {
        writer.watch(now, patienceNanos);
        listener.watch(now, patienceNanos);
        if (probe.isLost(now)) {
            log.warn("lane {}: what this node sends itself does not come back; listening anew", number);
            listener.reconnect(false);
        }
        long due = probe.due(now);
        if (due != Probe.NONE) {
            sendProbe(due, now);
        }
        if (interest.hasWork(now)) {
            writer.wake();
        }
        interest.expired(now)
                .forEach(late -> late.completeExceptionally(new RoomcastException(
                        "Redis did not answer the subscription in time; it is made as soon as it can be")));
        logs.tick(now);
    }

    private void sendProbe(long due, long now) {
        byte[] parcel = station.parcels().probe(probeChannel, station.self().boot(), due);
        boolean offered = publish(
                probeChannel,
                parcel,
                receivers -> {
                    if (probe.taken(due, receivers, station.world().nanos())) {
                        log.warn("lane {}: nobody listens where this node publishes; listening anew", number);
                        listener.reconnect(true);
                    }
                },
                failure -> probe.notTaken(station.world().nanos()));
        if (!offered) {
            probe.notTaken(now);
        }
    }

    /** Both connections are on the wrong server. */
    void reconnect() {
        writer.reconnect();
        listener.reconnect(true);
    }

    // ---- for the writer

    boolean hasSubscriptionsToWrite() {
        return interest.hasWork(station.world().nanos());
    }

    /** One batch of each: what waits to be published is not to wait for all rooms. */
    void writeSubscriptions() {
        write(interest.nextToSubscribe(), true);
        write(interest.nextToUnsubscribe(station.world().nanos()), false);
    }

    private void write(Interest.Batch batch, boolean subscribe) {
        if (!batch.rooms().isEmpty()) {
            List<byte[]> channels = new ArrayList<>(batch.rooms().size());
            batch.rooms().forEach(room -> channels.add(station.names().room(room)));
            listener.write(batch.generation(), subscribe, channels);
        }
    }

    /** One of the connections is another than before, or something was lost. */
    void changed(@Nullable String trouble) {
        station.changes().changed(trouble == null ? "" : trouble);
    }

    // ---- for the listener

    List<byte[]> ownChannels() {
        return own;
    }

    void listening(long generation) {
        probe.listening(station.world().nanos());
        interest.connected(generation);
        wasSettled = interest.isSettled();
        writer.wake();
    }

    void deaf() {
        probe.deaf();
        interest.disconnected();
    }

    /** Returns whether the server was told to. */
    boolean unsubscribed(byte[] channel) {
        String room = station.names().roomOf(channel);
        return room != null && interest.unsubscribed(room);
    }

    void subscribed(byte[] channel) {
        String room = station.names().roomOf(channel);
        if (room == null) {
            return;
        }
        List<CompletableFuture<Void>> waiters = interest.subscribed(room);
        if (!waiters.isEmpty()) {
            deliveries.run(() -> waiters.forEach(waiter -> waiter.complete(null)));
        }
        logs.subscribed(room);
        boolean settled = interest.isSettled();
        if (settled != wasSettled) {
            wasSettled = settled;
            changed(null);
        }
        if (interest.hasWork(station.world().nanos())) {
            writer.wake();
        }
    }

    /** Returns whether it keeps the bridge alive. Then it is looked at here and now, whatever waits. */
    boolean isForTheBridge(byte[] channel, byte[] payload) {
        if (Arrays.equals(channel, control) || Arrays.equals(channel, probeChannel)) {
            own(channel, payload);
            return true;
        }
        return false;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    /** Hands a message over. */
    void arrived(byte[] channel, byte[] payload) {
        if (!deliveries.arrived(channel, payload)) {
            station.counters().arrivalsDropped.increment();
            String room = station.names().roomOf(channel);
            if (room != null) {
                logs.missed(room);
            }
            if (dropping.compareAndSet(false, true)) {
                // Behind what waits: the node is to look for what it misses when it has taken the rest.
                deliveries.run(() -> {
                    dropping.set(false);
                    changed("messages came faster than the node took them; some were dropped");
                });
            }
        }
    }

    private void own(byte[] channel, byte[] payload) {
        try {
            Parcel parcel = station.parcels().open(channel, payload);
            if (parcel instanceof Parcel.Probe ours
                    && ours.boot() == station.self().boot()) {
                heard(ours);
            } else if (parcel instanceof Parcel.Alive || parcel instanceof Parcel.Bye) {
                station.changes().control(parcel);
            }
        } catch (Refused refused) {
            unpacker.refuse(channel, refused);
        }
    }

    private void heard(Parcel.Probe ours) {
        boolean first = !probe.isProven();
        long nanos = probe.heard(ours.number(), station.world().nanos());
        if (nanos >= 0) {
            station.counters().probeNanos.set(nanos);
        }
        if (first && probe.isProven()) {
            listener.proven();
            changed(null);
        }
    }
}
