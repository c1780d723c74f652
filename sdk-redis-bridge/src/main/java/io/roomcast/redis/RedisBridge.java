package io.roomcast.redis;

import io.roomcast.HistoryPosition;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Bridge;
import io.roomcast.bridge.BridgeListener;
import io.roomcast.bridge.BridgeState;
import io.roomcast.bridge.HistorySlice;
import io.roomcast.bridge.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Joins nodes through Redis 6.2 or newer: one server, a master that Sentinels watch, or a Cluster.
 *
 * <pre>{@code
 * Roomcast node = Roomcast.builder()
 *         .listen(8080)
 *         .room("chat/{topic}", new ChatRoom())
 *         .bridge(RedisBridge.connect("redis://localhost:6379"))
 *         .start();
 * }</pre>
 *
 * <p><b>Threads.</b> Every method may be called from any thread. None blocks but {@link #start}, for at most the connect timeout
 * twice, and {@link #close}, for some seconds at most. Whoever publishes, sends or appends may write to Redis itself: at most some KiB
 * that the socket's buffer has room for. What depends on a stage runs on the bridge's threads and must not block. The listener is called
 * by the bridge's threads, also by the one that listens to Redis; if it keeps that for 100 ms, another one takes its place.
 *
 * <p><b>Redis is not there.</b> The bridge starts as {@link BridgeState#DEGRADED} and tries again, at first after 20 ms, at last every
 * second. While it has no connection, publishes and appends fail at once. What was under way when a connection broke fails as not
 * known to have arrived. No stage hangs: the longest that one can take is about twice the command timeout.
 *
 * <p><b>Bounds.</b> What waits for Redis is bounded in messages and bytes for each lane and class ({@link Builder#queueMessages},
 * {@link Builder#queueBytes}); at the bound a publish or an append fails. What has come and waits for the node is bounded
 * too, by 65,536 messages and 64 MiB a lane; at the bound what was published is dropped, which the runtime's numbers tell, and
 * what is in a log is read from there.
 *
 * <p>docs/redis.md says how to size, secure and operate it.
 */
public final class RedisBridge implements Bridge {

    private final Settings settings;
    private final World world;
    private final Parcels.Dialect dialect;
    private final Counters counters = new Counters();
    /** Set by {@link #start}, once. */
    private volatile @Nullable Cluster cluster;

    private boolean closed;

    RedisBridge(Settings settings, World world, Parcels.Dialect dialect) {
        this.settings = settings;
        this.world = world;
        this.dialect = dialect;
    }

    /**
     * Returns a bridge with default settings. It connects when the node starts.
     *
     * @param uri {@code redis://[user:password@]host[:6379][/database]}, {@code redis-sentinel://host[:26379],…[/database]#master} or
     *     {@code redis-cluster://host[:6379],…}; with {@code rediss} in place of {@code redis} for TLS
     * @throws IllegalArgumentException saying what is wrong with the URI
     */
    public static RedisBridge connect(String uri) {
        return builder(uri).build();
    }

    /**
     * Returns a builder.
     *
     * @param uri as in {@link #connect}
     * @throws IllegalArgumentException saying what is wrong with the URI
     */
    public static Builder builder(String uri) {
        return new Builder(RedisAddress.parse(uri));
    }

    /**
     * Joins the cluster. Waits until it is up and knows the nodes that are there, or until Redis does not answer.
     *
     * @throws RoomcastException if Redis is there and will not do: wrong password or ACL, too old, no such database, of another kind
     */
    @Override
    public synchronized void start(String nodeId, BridgeListener listener) {
        if (cluster != null || closed) {
            throw new IllegalStateException("this bridge was started before, expected one bridge for each node");
        }
        int idBytes = nodeId.getBytes(StandardCharsets.UTF_8).length;
        if (idBytes == 0 || idBytes > Origin.MAX_ID_BYTES) {
            throw new IllegalArgumentException(
                    "nodeId has " + idBytes + " bytes, expected 1 to " + Origin.MAX_ID_BYTES);
        }
        Cluster joined = new Cluster(nodeId, listener, settings, world, dialect, counters);
        joined.check();
        cluster = joined;
        joined.start();
    }

    @Override
    public CompletionStage<Void> publish(String room, byte[] envelope) {
        Cluster joined = cluster;
        return joined == null ? notStarted() : joined.publish(room, envelope);
    }

    @Override
    public CompletionStage<Void> send(String nodeId, String room, byte[] envelope) {
        Cluster joined = cluster;
        return joined == null ? notStarted() : joined.send(nodeId, room, envelope);
    }

    @Override
    public CompletionStage<Void> subscribe(String room) {
        Cluster joined = cluster;
        return joined == null ? notStarted() : joined.subscribe(room);
    }

    @Override
    public CompletionStage<Appended> append(
            String room, Retention retention, @Nullable String messageId, byte[] envelope) {
        Cluster joined = cluster;
        return joined == null ? notStarted() : joined.append(room, retention, messageId, envelope);
    }

    @Override
    public CompletionStage<HistoryPosition> subscribeHistory(String room, Retention retention) {
        Cluster joined = cluster;
        return joined == null ? notStarted() : joined.subscribeHistory(room, retention);
    }

    @Override
    public CompletionStage<HistorySlice> readHistory(String room, Retention retention, long after, int limit) {
        if (limit < 1 || limit > HistorySlice.MAX_LIMIT) {
            throw new IllegalArgumentException("limit is " + limit + ", expected 1 to " + HistorySlice.MAX_LIMIT);
        }
        Cluster joined = cluster;
        return joined == null ? notStarted() : joined.readHistory(room, retention, after, limit);
    }

    @Override
    public void unsubscribe(String room) {
        Cluster joined = cluster;
        if (joined != null) {
            joined.unsubscribe(room);
        }
    }

    @Override
    public Set<String> nodes() {
        Cluster joined = cluster;
        return joined == null ? Set.of() : joined.nodes();
    }

    @Override
    public BridgeState state() {
        Cluster joined = cluster;
        return joined == null ? BridgeState.DEGRADED : joined.state();
    }

    /** Returns what is wrong, for people; empty while it is up. */
    public Optional<String> trouble() {
        Cluster joined = cluster;
        return joined == null ? Optional.of("the bridge is not started") : joined.trouble();
    }

    /** Returns what it has counted. */
    public RedisBridgeStats stats() {
        Cluster joined = cluster;
        return new RedisBridgeStats(
                counters.published.sum(),
                counters.publishCommands.sum(),
                counters.publishFailed.sum(),
                counters.noRoute.sum(),
                counters.queueFull.sum(),
                counters.appended.sum(),
                counters.appendCommands.sum(),
                counters.arrived.sum(),
                counters.arrivalsDropped.sum(),
                counters.backfills.sum(),
                counters.historyLost.sum(),
                counters.refusals(Refused.Why.GARBAGE),
                counters.refusals(Refused.Why.UNSIGNED),
                counters.refusals(Refused.Why.FORGED),
                counters.refusals(Refused.Why.NEWER),
                counters.reconnects.sum(),
                counters.stalls.sum(),
                counters.sessionsLost.sum(),
                counters.nodesRefused.sum(),
                counters.suspects.sum(),
                joined == null ? 0 : joined.rooms(),
                joined == null ? 0 : joined.queuedBytes(),
                counters.probeNanos.get());
    }

    @Override
    public synchronized void close() {
        Cluster joined = cluster;
        if (!closed && joined != null) {
            joined.close();
        }
        closed = true;
    }

    private static <T> CompletionStage<T> notStarted() {
        return CompletableFuture.failedStage(new RoomcastException("the bridge is not started"));
    }

    /**
     * Collects the settings of a bridge. Not thread-safe. Every setter throws {@link IllegalArgumentException} for a value out of
     * range. All nodes of a cluster must have the same key prefix, partitions and keys; the rest may differ.
     */
    public static final class Builder {

        private static final int MOST_PARTITIONS = 256;
        private static final int MOST_LANES = 64;

        private final RedisAddress address;
        private @Nullable SSLContext tls;
        private String keyPrefix = "rc";
        private int partitions = 16;
        private int lanes = 2;
        private Duration connectTimeout = Duration.ofSeconds(2);
        private Duration commandTimeout = Duration.ofSeconds(2);
        private Duration heartbeatInterval = Duration.ofSeconds(1);
        private Duration suspectAfter = Duration.ofSeconds(3);
        private Duration deadAfter = Duration.ofSeconds(6);
        private Duration linger = Duration.ofSeconds(15);
        private int queueMessages = 65_536;
        private long queueBytes = 32L << 20;
        private final List<byte[]> keys = new ArrayList<>();
        private @Nullable World world;
        private Parcels.Dialect dialect = Parcels.Dialect.CURRENT;
        private @Nullable String user;
        private @Nullable String password;

        private Builder(RedisAddress address) {
            this.address = address;
        }

        /**
         * Sets the ACL user; default: what the URI names, else none.
         *
         * @param user null = Redis's default user
         */
        public Builder credentials(@Nullable String user, String password) {
            this.user = user;
            this.password = password;
            return this;
        }

        /** Sets what TLS trusts and shows, for {@code rediss} URIs; default: what the JVM trusts. The host's name is checked either way. */
        public Builder tls(SSLContext context) {
            if (!address.tls()) {
                throw new IllegalArgumentException(
                        "tls was given for " + address + ", expected a rediss:// URI with it");
            }
            tls = context;
            return this;
        }

        /** Sets what all keys and channels begin with; default {@code rc}. 1 to 32 letters, digits, '-', '_', '.' or ':'. */
        public Builder keyPrefix(String prefix) {
            if (!prefix.matches("[A-Za-z0-9_.:-]{1,32}")) {
                throw new IllegalArgumentException(
                        "keyPrefix is '" + prefix + "', expected 1 to 32 letters, digits, '-', '_', '.' or ':'");
            }
            keyPrefix = prefix;
            return this;
        }

        /**
         * Sets into how many parts rooms are divided, 1 to 256; default 16. A Cluster spreads them over its nodes. Nodes that differ in it
         * refuse each other, so it is changed with all nodes down.
         */
        public Builder partitions(int count) {
            partitions = range("partitions", count, 1, MOST_PARTITIONS);
            return this;
        }

        /**
         * Sets how many lanes there are, 1 to 64; default 2. A lane has two connections and two threads. One carries about a million
         * messages a second and should listen to no more than 50,000 rooms. In a Cluster each partition has its own, whatever is set here.
         */
        public Builder lanes(int count) {
            lanes = range("lanes", count, 1, MOST_LANES);
            return this;
        }

        /** Sets how long connecting may take, 10 ms to 1 min; default 2 s. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = range("connectTimeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(1));
            return this;
        }

        /** Sets how long Redis may take or say nothing before its connection is cut, 50 ms to 1 min; default 2 s. */
        public Builder commandTimeout(Duration timeout) {
            commandTimeout = range("commandTimeout", timeout, Duration.ofMillis(50), Duration.ofMinutes(1));
            return this;
        }

        /** Sets how often the node says that it lives and sends itself a probe, 50 ms to 1 min; default 1 s. */
        public Builder heartbeatInterval(Duration interval) {
            heartbeatInterval = range("heartbeatInterval", interval, Duration.ofMillis(50), Duration.ofMinutes(1));
            return this;
        }

        /** Sets after how long a silence a node is suspected, which is only counted; default 3 s. */
        public Builder suspectAfter(Duration silence) {
            suspectAfter = range("suspectAfter", silence, Duration.ofMillis(50), Duration.ofMinutes(10));
            return this;
        }

        /** Sets after how long a silence a node is lost, and how long its session key lives; default 6 s. At least three heartbeats. */
        public Builder deadAfter(Duration silence) {
            deadAfter = range("deadAfter", silence, Duration.ofMillis(150), Duration.ofMinutes(10));
            return this;
        }

        /** Sets how long a room stays subscribed after nobody here wants it any more, 0 to 10 min; default 15 s. */
        public Builder linger(Duration time) {
            linger = range("linger", time, Duration.ZERO, Duration.ofMinutes(10));
            return this;
        }

        /**
         * Sets how many messages may wait for Redis in each lane, 1 to 10 million; default 65,536. Once for what is published and sent, and
         * once for what goes to and comes from logs. Beyond it a publish or an append fails.
         */
        public Builder queueMessages(int messages) {
            queueMessages = range("queueMessages", messages, 1, 10_000_000);
            return this;
        }

        /** Sets how many bytes may wait in the same places, 64 KiB to 1 GiB; default 32 MiB. */
        public Builder queueBytes(long bytes) {
            if (bytes < 64 << 10 || bytes > 1 << 30) {
                throw new IllegalArgumentException("queueBytes is " + bytes + ", expected 64 KiB to 1 GiB");
            }
            queueBytes = bytes;
            return this;
        }

        /**
         * Signs what goes into Redis with HMAC-SHA256 and refuses what comes without a signature that fits; default: neither. Whoever
         * knows Redis's password but not the key can then still delete and repeat, but not speak for a node.
         *
         * @param key at least 16 bytes that nobody can guess, the same on all nodes
         */
        public Builder authenticate(byte[] key) {
            keys.add(0, checked(key));
            return this;
        }

        /** Accepts what is signed with another key, too, while keys are exchanged. Needs {@link #authenticate}. */
        public Builder alsoAccept(byte[] key) {
            if (keys.isEmpty()) {
                throw new IllegalArgumentException("alsoAccept was given a key, expected authenticate before it");
            }
            keys.add(checked(key));
            return this;
        }

        /** Makes the world another one, for tests. */
        Builder world(World given) {
            world = given;
            return this;
        }

        /** Makes it write as another version would, for tests. */
        Builder dialect(Parcels.Dialect given) {
            dialect = given;
            return this;
        }

        /**
         * Returns the bridge. It connects when it is started.
         *
         * @throws IllegalArgumentException if two settings do not fit together
         */
        public RedisBridge build() {
            if (suspectAfter.compareTo(deadAfter) > 0) {
                throw new IllegalArgumentException(
                        "suspectAfter is " + suspectAfter + ", expected at most deadAfter, " + deadAfter);
            }
            if (deadAfter.compareTo(heartbeatInterval.multipliedBy(3)) < 0) {
                throw new IllegalArgumentException("deadAfter is " + deadAfter
                        + ", expected at least three times heartbeatInterval, " + heartbeatInterval);
            }
            boolean clustered = address.topology() == RedisAddress.Topology.CLUSTER;
            RedisAddress known = password == null
                    ? address
                    : new RedisAddress(
                            address.topology(),
                            address.tls(),
                            address.servers(),
                            user,
                            password,
                            address.database(),
                            address.master());
            Settings settings = new Settings(
                    known,
                    tls,
                    keyPrefix,
                    partitions,
                    clustered ? partitions : Math.min(lanes, partitions),
                    connectTimeout,
                    commandTimeout,
                    heartbeatInterval,
                    suspectAfter,
                    deadAfter,
                    linger,
                    queueMessages,
                    queueBytes,
                    List.copyOf(keys));
            World given = world;
            return new RedisBridge(settings, given == null ? new SystemWorld() : given, dialect);
        }

        private static byte[] checked(byte[] key) {
            if (key.length < Seal.LEAST_KEY) {
                throw new IllegalArgumentException(
                        "key has " + key.length + " bytes, expected at least " + Seal.LEAST_KEY);
            }
            return key.clone();
        }

        private static int range(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(name + " is " + value + ", expected " + least + " to " + most);
            }
            return value;
        }

        private static Duration range(String name, Duration value, Duration least, Duration most) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(name + " is " + value + ", expected " + least + " to " + most);
            }
            return value;
        }
    }
}
