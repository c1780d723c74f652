package io.roomcast.redis;

import io.roomcast.HistoryPosition;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;

/**
 * This node in its cluster, from start to close: its lanes, the other nodes, and one thread, the ticker, on which everything happens that
 * happens now and then. Safe to use from any thread.
 */
final class Cluster implements Station.Changes {

    private static final Logger log = LoggerFactory.getLogger(RedisBridge.class);
    private static final long TICK_MILLIS = 25;
    private static final long SENTINEL_MILLIS = 500;
    private static final long DISCOVERY = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MOST_DELIVERERS = 4;
    private static final long LAST_WORDS = TimeUnit.SECONDS.toNanos(2);

    private final Settings settings;
    private final World world;
    private final Counters counters;
    private final Station station;
    private final BridgeListener listener;
    private final Members members;
    private final Session session;
    private final List<Lane> lanes = new ArrayList<>();
    private final ThreadPoolExecutor executor;
    private final ScheduledThreadPoolExecutor ticker;
    private final @Nullable MasterWatch masterWatch;
    private final Health health;
    /** Whether Redis was there when it was looked at; written before the start. */
    private boolean reachable = true;

    Cluster(
            String nodeId,
            BridgeListener listener,
            Settings settings,
            World world,
            Parcels.Dialect dialect,
            Counters counters) {
        this.settings = settings;
        this.world = world;
        this.counters = counters;
        this.listener = listener;
        Origin self =
                new Origin(nodeId, ByteBuffer.wrap(world.secret(Long.BYTES)).getLong());
        Names names = Names.of(settings);
        Dialer dialer = new Dialer(settings);
        RedisAddress address = settings.address();
        Servers servers = servers(address, names, dialer);
        int deliverers = Math.max(2, Math.min(settings.lanes(), MOST_DELIVERERS));
        this.executor = new ThreadPoolExecutor(
                deliverers,
                deliverers,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads("roomcast-redis-deliver-"));
        this.ticker = new ScheduledThreadPoolExecutor(1, threads("roomcast-redis-tick-"));
        this.ticker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.station = new Station(
                settings,
                world,
                self,
                names,
                new Parcels(new Seal(settings.keys()), dialect),
                servers,
                dialer,
                counters,
                executor,
                this);
        this.members = new Members(
                self,
                listener,
                counters,
                settings.suspectAfter().toNanos(),
                settings.deadAfter().toNanos());
        for (int number = 0; number < settings.lanes(); number++) {
            lanes.add(new Lane(number, partitionsOf(number), station, members, listener));
        }
        this.session = new Session(station, this::laneOf);
        this.health = new Health(lanes, session, listener, address);
        this.masterWatch = address.topology() == RedisAddress.Topology.SENTINEL
                ? new MasterWatch(servers, world, SENTINEL_MILLIS, () -> lanes.forEach(Lane::reconnect))
                : null;
    }

    private static Servers servers(RedisAddress address, Names names, Dialer dialer) {
        String master = address.master();
        if (master != null) {
            return new SentinelServers(address.servers(), master, dialer);
        }
        return address.topology() == RedisAddress.Topology.CLUSTER
                ? new ClusterServers(address.servers(), names, dialer)
                : new OneServer(address.servers().get(0));
    }

    private int[] partitionsOf(int lane) {
        List<Integer> own = new ArrayList<>();
        for (int partition = lane; partition < settings.partitions(); partition += settings.lanes()) {
            own.add(partition);
        }
        return own.stream().mapToInt(Integer::intValue).toArray();
    }

    private ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> world.thread(name + number.getAndIncrement(), task);
    }

    /**
     * Looks whether the server will do.
     *
     * @throws RoomcastException if it is there and will not
     */
    void check() {
        try {
            HostAndPort server = station.servers().owner(0);
            try (RedisConnection connection =
                    station.dialer().dial(server, "check", station.dialer().commandTimeoutMillis())) {
                station.dialer()
                        .tryOut(
                                connection,
                                server,
                                station.names().probe(0, station.self().boot()));
            }
        } catch (ConnectFailure failure) {
            if (failure.permanent) {
                executor.shutdownNow();
                ticker.shutdownNow();
                throw failure;
            }
            reachable = false;
            health.trouble(String.valueOf(failure.getMessage()));
            log.warn("the bridge starts without Redis: {}", failure.getMessage());
        }
    }

    void start() {
        lanes.forEach(Lane::start);
        if (masterWatch != null) {
            masterWatch.start();
        }
        ticker.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
        if (reachable) {
            long begun = world.nanos();
            while (health.state() != BridgeState.UP
                    && world.nanos() - begun < settings.connectTimeout().toNanos()) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
            }
            long up = world.nanos();
            while (health.state() == BridgeState.UP
                    && !session.knowsAll(members.ids().size())
                    && world.nanos() - up < DISCOVERY) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    // ---- what the node asks for

    CompletionStage<Void> publish(String room, byte[] envelope) {
        return offer(new Outgoing.Envelope(room, null, envelope));
    }

    CompletionStage<Void> send(String nodeId, String room, byte[] envelope) {
        Origin to = members.find(nodeId);
        if (to == null) {
            counters.noRoute.increment();
            counters.publishFailed.increment();
            return CompletableFuture.failedStage(new RoomcastException("no node " + nodeId + " is known"));
        }
        return offer(new Outgoing.Envelope(room, to, envelope));
    }

    private CompletionStage<Void> offer(Outgoing.Envelope envelope) {
        String refusal = lane(envelope.room).offer(envelope);
        return refusal == null ? envelope.done : refused(refusal);
    }

    CompletionStage<Appended> append(String room, Retention retention, @Nullable String messageId, byte[] envelope) {
        Outgoing.Append append = new Outgoing.Append(room, retention, messageId, envelope);
        String refusal = lane(room).offer(append);
        return refusal == null ? append.done : refused(refusal);
    }

    private <T> CompletionStage<T> refused(String refusal) {
        counters.publishFailed.increment();
        if (refusal.equals(LaneQueue.FULL)) {
            counters.queueFull.increment();
        }
        return CompletableFuture.failedStage(new RoomcastException(refusal));
    }

    CompletionStage<Void> subscribe(String room) {
        return health.state() == BridgeState.CLOSED ? closed() : lane(room).want(room, deadline());
    }

    CompletionStage<HistoryPosition> subscribeHistory(String room, Retention retention) {
        return health.state() == BridgeState.CLOSED
                ? closed()
                : lane(room).logs().follow(room, retention, deadline());
    }

    CompletionStage<HistorySlice> readHistory(String room, Retention retention, long after, int limit) {
        return lane(room).read(room, retention, "", after, limit);
    }

    void unsubscribe(String room) {
        lane(room).drop(room);
    }

    Set<String> nodes() {
        return members.ids();
    }

    BridgeState state() {
        return health.state();
    }

    Optional<String> trouble() {
        return health.trouble();
    }

    long rooms() {
        return lanes.stream().mapToLong(Lane::rooms).sum();
    }

    long queuedBytes() {
        return lanes.stream().mapToLong(Lane::queuedBytes).sum();
    }

    void close() {
        session.leave();
        members.close();
        health.close();
        if (masterWatch != null) {
            masterWatch.close();
        }
        ticker.shutdownNow();
        lanes.forEach(Lane::close);
        long deadline = world.nanos() + LAST_WORDS;
        lanes.forEach(lane -> lane.awaitEnd(deadline));
        executor.shutdown();
        await(executor);
        await(ticker);
        listener.onState(BridgeState.CLOSED);
    }

    private static void await(ExecutorService threads) {
        try {
            if (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
                // Somebody's callback blocks. It is a daemon.
                log.warn("a callback of the bridge still runs a second after it was closed");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private long deadline() {
        return world.nanos() + 2 * settings.commandTimeout().toNanos();
    }

    private Lane lane(String name) {
        return laneOf(station.names().partition(name));
    }

    private Lane laneOf(int partition) {
        return lanes.get(partition % lanes.size());
    }

    private static <T> CompletionStage<T> closed() {
        return CompletableFuture.failedStage(new RoomcastException("the bridge is closed"));
    }

    // ---- what happens in the lanes

    @Override
    public void changed(String why) {
        health.interrupted(why);
        soon(this::tick);
    }

    @Override
    public void control(Parcel parcel) {
        if (parcel instanceof Parcel.Alive alive) {
            Heartbeat heartbeat = alive.heartbeat();
            if (heartbeat.origin().boot() == station.self().boot()) {
                return;
            }
            if (heartbeat.partitions() != settings.partitions() || !members.heard(heartbeat)) {
                soon(() -> session.met(heartbeat, members));
            }
            if (heartbeat.asking()) {
                session.hurry();
            }
        } else if (parcel instanceof Parcel.Bye bye) {
            soon(() -> members.left(bye.origin(), bye.count()));
        }
    }

    private void soon(Runnable task) {
        try {
            ticker.execute(task);
        } catch (RejectedExecutionException closing) {
            // Nobody is told any more.
            log.trace("closed", closing);
        }
    }

    // ---- on the ticker

    private void tick() {
        try {
            long now = world.nanos();
            long patience = settings.commandTimeout().toNanos();
            lanes.forEach(lane -> lane.tick(now, patience));
            session.tick(now);
            members.tick(now, laneOf(0).isUp());
            health.evaluate();
        } catch (RuntimeException bug) {
            log.error("a tick of the bridge threw", bug);
        }
    }
}
