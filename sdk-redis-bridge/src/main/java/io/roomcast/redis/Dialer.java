package io.roomcast.redis;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Opens connections and finds out whether the server at the other end will do. Safe to use from any thread; blocks. */
final class Dialer {

    static final int LEAST_MAJOR = 6;
    static final int LEAST_MINOR = 2;
    private static final int LEAST_SHARDED = 7;

    private final Settings settings;

    Dialer(Settings settings) {
        this.settings = settings;
    }

    int commandTimeoutMillis() {
        return (int) settings.commandTimeout().toMillis();
    }

    /**
     * Opens a connection to a server that must be a master.
     *
     * @param purpose ends the connection's name, which CLIENT LIST shows
     * @param silenceMillis how long a read waits
     * @throws ConnectFailure saying why there is none
     */
    RedisConnection dial(HostAndPort server, String purpose, int silenceMillis) {
        RedisAddress address = settings.address();
        DefaultJedisClientConfig.Builder config =
                config(silenceMillis).database(address.database()).clientName("roomcast-" + purpose);
        if (address.password() != null) {
            config.user(address.user()).password(address.password());
        }
        RedisConnection connection = null;
        try {
            connection = connect(server, config.build());
            meet(connection, server);
            return connection;
        } catch (JedisException | ConnectFailure failure) {
            if (connection != null) {
                connection.cut();
            }
            throw explained(server, failure);
        }
    }

    /**
     * Does once what the bridge will do all the time. The connection is of no use afterwards.
     *
     * @throws ConnectFailure if the server refuses something
     */
    void tryOut(RedisConnection connection, HostAndPort server, byte[] channel) {
        try {
            Script.loadAll(connection);
            connection.ask(Pipelined.Publish.publish(connection.facts().sharded(), channel, new byte[0]));
            connection.ask(new CommandArguments(
                            connection.facts().sharded() ? Protocol.Command.SSUBSCRIBE : Protocol.Command.SUBSCRIBE)
                    .add(channel));
        } catch (JedisException failure) {
            throw explained(server, failure);
        } finally {
            connection.cut();
        }
    }

    /** Opens a connection to a Sentinel, which has no databases and, mostly, no users. */
    RedisConnection dialSentinel(HostAndPort sentinel) {
        return connect(sentinel, config(commandTimeoutMillis()).build());
    }

    private RedisConnection connect(HostAndPort server, DefaultJedisClientConfig config) {
        return new RedisConnection(new Sockets(server, settings, config.getSocketTimeoutMillis()), config);
    }

    private DefaultJedisClientConfig.Builder config(int silenceMillis) {
        return DefaultJedisClientConfig.builder()
                .protocol(RedisProtocol.RESP2)
                .autoNegotiateProtocol(false)
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .connectionTimeoutMillis((int) settings.connectTimeout().toMillis())
                .socketTimeoutMillis(silenceMillis);
    }

    /** HELLO says in one round trip all that decides whether this server will do. */
    private void meet(RedisConnection connection, HostAndPort server) {
        Map<String, String> said = pairs(connection.ask(new CommandArguments(Protocol.Command.HELLO).add("2")));
        String version = said.getOrDefault("version", "");
        String mode = said.getOrDefault("mode", "");
        String[] parts = version.split("\\.", -1);
        int major = number(parts, 0);
        int minor = number(parts, 1);
        if (major < LEAST_MAJOR || major == LEAST_MAJOR && minor < LEAST_MINOR) {
            throw new ConnectFailure("Redis is too old: version is " + version + ", expected 6.2 or newer", true);
        }
        boolean clustered = mode.equals("cluster");
        boolean expected = settings.address().topology() == RedisAddress.Topology.CLUSTER;
        if (mode.equals("sentinel")) {
            throw new ConnectFailure("it is a Sentinel, expected redis-sentinel://…#master for one", true);
        }
        if (clustered != expected) {
            throw new ConnectFailure(
                    clustered
                            ? "it is a node of a Cluster, expected redis-cluster://… for one"
                            : "it is no node of a Cluster, expected redis://… or redis-sentinel://…",
                    true);
        }
        String role = said.getOrDefault("role", "master");
        if (!role.equals("master") && !clustered) {
            throw new ConnectFailure("it is a read-only replica, expected the master", false);
        }
        String node = clustered
                ? text(connection.ask(new CommandArguments(Protocol.Command.CLUSTER).add("MYID")))
                        .substring(0, RedisConnection.Facts.NODE_CHARS)
                : "";
        String info = text(connection.ask(new CommandArguments(Protocol.Command.INFO)));
        String before = field(info, "master_replid2");
        boolean wasReplica = !before.isEmpty() && !before.matches("0+");
        // A master without replicas takes another replication id after a while, and lacks nothing then.
        String life = field(info, wasReplica ? "master_replid" : "run_id");
        connection.met(new RedisConnection.Facts(
                server.toString(),
                clustered && major >= LEAST_SHARDED,
                node + life,
                lacks(clustered, wasReplica, field(info, "aof_enabled").equals("1"))));
    }

    private static RedisConnection.Lacks lacks(boolean clustered, boolean wasReplica, boolean appendOnlyFile) {
        if (wasReplica) {
            return RedisConnection.Lacks.ANYTHING;
        }
        if (appendOnlyFile) {
            return RedisConnection.Lacks.NOTHING;
        }
        return clustered ? RedisConnection.Lacks.ITS_OWN : RedisConnection.Lacks.ANYTHING;
    }

    private static String text(@Nullable Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
    }

    private static String field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    private static ConnectFailure explained(HostAndPort server, RuntimeException failure) {
        String where = "Redis at " + server + ": ";
        String text = String.valueOf(failure.getMessage());
        if (failure instanceof ConnectFailure ours) {
            return new ConnectFailure(where + text, ours.permanent, ours);
        }
        if (failure.getCause() instanceof SSLException) {
            return new ConnectFailure(where + "TLS: " + text, true, failure);
        }
        if (text.startsWith("NOPERM")) {
            return new ConnectFailure(where + "its ACL forbids what the bridge needs (" + text + ")", true, failure);
        }
        if (failure instanceof JedisAccessControlException || text.startsWith("NOAUTH")) {
            return new ConnectFailure(where + "it refuses the user or the password (" + text + ")", true, failure);
        }
        if (text.contains("DB index")) {
            return new ConnectFailure(where + "it has no such database (" + text + ")", true, failure);
        }
        if (text.contains("unknown command") || text.contains("does not support HELLO")) {
            return new ConnectFailure(where + "Redis is too old, expected 6.2 or newer (" + text + ")", true, failure);
        }
        if (failure instanceof JedisDataException || failure instanceof JedisConnectionException) {
            return new ConnectFailure(where + text, false, failure);
        }
        return new ConnectFailure(where + failure, false, failure);
    }

    private static Map<String, String> pairs(@Nullable Object reply) {
        Map<String, String> pairs = new HashMap<>();
        if (reply instanceof List<?> list) {
            for (int i = 0; i + 1 < list.size(); i += 2) {
                if (list.get(i) instanceof byte[] key && list.get(i + 1) instanceof byte[] value) {
                    pairs.put(new String(key, StandardCharsets.UTF_8), new String(value, StandardCharsets.UTF_8));
                }
            }
        }
        return pairs;
    }

    private static int number(String[] parts, int index) {
        try {
            return index < parts.length ? Integer.parseInt(parts[index]) : 0;
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }
}
